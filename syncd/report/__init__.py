"""A run and the queue for people and programs: text and JSON."""
