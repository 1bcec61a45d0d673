"""Doubles: the queue, two dossiers side by side, the merge and its undoing."""
