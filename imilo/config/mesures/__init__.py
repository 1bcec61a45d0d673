"""Measures that need an installed copy only: their own database, invented people, figures as JSON."""
