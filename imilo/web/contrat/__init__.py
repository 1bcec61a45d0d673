"""Orientation, assessment, contrat d'engagement jeune, documents."""
