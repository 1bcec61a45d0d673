"""Reads on the dossier. Every one starts from what the agent may see."""

from imilo.parcours.dossiers.selectors.acces import dossier_visible, dossiers_visibles

__all__ = ["dossier_visible", "dossiers_visibles"]
