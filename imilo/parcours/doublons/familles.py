"""The families of personal data of doubles: what was compared, and the merges."""

from __future__ import annotations

from dataclasses import replace

from django.db import connection

from imilo.parcours.doublons.models import Fusion, Paire
from imilo.socle.familles import Deplaces, declarer, famille_de_modele


def _rien_a_deplacer(source_id: int, cible_id: int) -> Deplaces:
    """What was compared stays with the dossiers that were: the pairs of the kept one are looked for again."""
    return {}


def _effacer(jeune_id: int) -> int:
    """The merges, and the persons that they left without a dossier: nobody else could find them again."""
    fusions = Fusion.objects.filter(dossier__jeune_id=jeune_id)
    absorbes = list(fusions.values_list("jeune_absorbe", flat=True))
    effacees = fusions.delete()[0]
    with connection.cursor() as curseur:
        curseur.execute("SELECT doublons_effacer_absorbes(%s, %s)", [jeune_id, absorbes])
    return effacees


def declarer_familles() -> None:
    declarer(
        replace(
            famille_de_modele(Paire, code="doublons", libelle="Doublons probables comparés"), rattacher=_rien_a_deplacer
        )
    )
    declarer(
        replace(
            famille_de_modele(Fusion, code="fusions", libelle="Fusions de dossiers, et de quoi les défaire"),
            effacer=_effacer,
        )
    )
