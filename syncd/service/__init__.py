"""Running unattended, and what belongs to a host: its clock, its files, its locks."""
