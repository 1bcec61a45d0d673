"""Who may read a dossier beyond the usual perimeter (motivated access), or within it no longer (restriction)."""
