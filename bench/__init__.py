"""Measures of the application, on a database of its own: `make bench`."""
