"""Families of personal data of accesses. They stay with the dossier whose reading they tell of."""

from __future__ import annotations

from imilo.parcours.acces.models import AccesMotive, Restriction
from imilo.socle.familles import declarer, famille_de_modele


def _une_seule_restriction(source_id: int, cible_id: int) -> list[str]:
    """One restriction at a time."""
    restreints = Restriction.objects.filter(dossier_id__in=(source_id, cible_id), levee_le__isnull=True)
    if restreints.count() < 2:
        return []
    return ["Les deux dossiers sont restreints à des personnes nommées : levez l'une des deux restrictions."]


def declarer_familles() -> None:
    declarer(famille_de_modele(AccesMotive, code="acces_motives", libelle="Accès motivés d'autres structures"))
    declarer(
        famille_de_modele(
            Restriction,
            code="restrictions",
            libelle="Restrictions à des personnes nommées",
            sensible=True,
            empecher=_une_seule_restriction,
        )
    )
