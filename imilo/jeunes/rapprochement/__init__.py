"""Linkage of a list of persons with another list, or with the country's dossiers.

`rapprocher_lignes` is what the application calls; `imilo rapprocher` is the same on files. Docs: docs/rapprochement.md.
"""

from imilo.jeunes.rapprochement.lignes import rapprocher_lignes
from imilo.jeunes.rapprochement.resultat import Resultat, Statut

__all__ = ["Resultat", "Statut", "rapprocher_lignes"]
