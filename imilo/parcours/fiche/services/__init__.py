"""Writes on the full file. One function, one transaction, one fact."""
