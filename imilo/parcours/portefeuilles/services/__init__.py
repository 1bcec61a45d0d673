"""Writes of the caseload: batches, replacements, one's own searches and columns."""
