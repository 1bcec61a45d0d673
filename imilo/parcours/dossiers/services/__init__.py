"""Writes on the dossier: opening, identity, follow-up. One function, one transaction, one fact."""
