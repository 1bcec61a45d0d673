"""Who of a long list the country knows already: the whole list linked at once, instead of line by line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.listes.lecture import Lecture
from imilo.echanges.connecteurs.listes.models import Import
from imilo.parcours.arrivees.reconnaissance import Reconnaissance, du_rapprochement
from imilo.parcours.arrivees.signalements import Signalement
from imilo.parcours.dossiers.models import Dossier
from imilo.referentiels.models import Commune
from imilo.socle.perimetre import perimetre
from imilo.socle.urls_base import Role

SEUIL = 2_000  # lines from which reading all the dossiers of the country costs less than asking for each line


def verdicts_d_avance(recu: Import, structure: Structure, chemin: Path) -> dict[str, Reconnaissance] | None:
    """What the linkage says of each person of the list, by their key.

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

    noms = _noms_des_communes(dits)
    # Two lines may be one person whom two schools tell of: neither takes the dossier from the other.
    resultats = list(rapprocher_lignes((_ligne(dit, noms) for dit in dits), un_a_un=False))
    reconnues = {r.personne for r in resultats if r.personne is not None}
    with perimetre(structure.pk):
        suivies = Dossier.objects.filter(structure=structure, jeune__in=reconnues)
        ici = set(suivies.values_list("jeune_id", flat=True))
    return {dits[r.rang].cle: du_rapprochement(r, ici=r.personne in ici) for r in resultats}


def _noms_des_communes(dits: list[Signalement]) -> dict[str, str]:
    """The linkage compares communes by their names, as other lists give them."""
    codes = {code for dit in dits for code in (dit.commune_id, dit.naissance_commune_id) if code}
    return dict(Commune.objects.filter(code__in=codes).values_list("code", "nom"))


def _ligne(dit: Signalement, communes: Mapping[str, str]) -> dict[str, str]:
    return {
        "nom": dit.nom,
        "nom_usage": dit.nom_usage,
        "prenom": dit.prenom,
        "sexe": dit.sexe,
        "naissance": dit.naissance.isoformat(),
        "lieu_naissance": communes.get(dit.naissance_commune_id or "", ""),
        "telephone": dit.telephone,
        "telephone_2": dit.telephone_2,
        "courriel": dit.courriel,
        "adresse": dit.adresse,
        "code_postal": dit.code_postal,
        "commune": communes.get(dit.commune_id or "", ""),
        "ine": dit.ine,
    }
