"""Who of a long list the country perhaps knows already: the whole list linked at once, instead of line by line."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.listes.lecture import Lecture
from imilo.echanges.connecteurs.listes.models import Import
from imilo.parcours.arrivees.signalements import Signalement
from imilo.socle.urls_base import Role

SEUIL = 2_000  # lines from which reading all the dossiers of the country costs less than asking for each line
CONNUS = ("sur", "a_verifier")


def connus_d_avance(recu: Import, structure: Structure, chemin: Path) -> frozenset[str] | None:
    """Keys of the people of the list who look like somebody of the country.

    None when the list is short, or when this process may not read the country's dossiers (it isn't the batch role):
    each line then asks the directory.
    """
    if settings.IMILO_ROLE != Role.LOTS:
        return None
    lots = Lecture(recu, structure, chemin, colonnes=recu.colonnes).lots()
    dits = [lue.signalement for lot in lots for lue in lot if lue.signalement is not None]
    if len(dits) < SEUIL:
        return None
    from imilo.jeunes.rapprochement import rapprocher_lignes  # DuckDB and Arrow: not for each worker of the web

    resultats = rapprocher_lignes(_ligne(dit) for dit in dits)
    return frozenset(dits[r.rang].cle for r in resultats if r.statut in CONNUS)


def _ligne(dit: Signalement) -> dict[str, str]:
    return {
        "nom": dit.nom,
        "nom_usage": dit.nom_usage,
        "prenom": dit.prenom,
        "sexe": dit.sexe,
        "naissance": dit.naissance.isoformat(),
        "telephone": dit.telephone,
        "telephone_2": dit.telephone_2,
        "courriel": dit.courriel,
        "adresse": dit.adresse,
        "code_postal": dit.code_postal,
    }
