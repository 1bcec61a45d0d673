"""Invented data, always the same for a day: a small structure lived in, a whole structure, a whole country."""
