"""The report: figures, pages, sheets, names."""
