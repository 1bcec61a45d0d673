"""Families of personal data of transfers: what was asked, what was received."""

from __future__ import annotations

from imilo.parcours.transferts.models import EtatTransfert, Passation, Transfert
from imilo.socle.familles import declarer, famille_de_modele


def _une_demande_a_la_fois(source_id: int, cible_id: int) -> list[str]:
    attendus = Transfert.objects.filter(dossier_id__in=(source_id, cible_id), etat=EtatTransfert.DEMANDE)
    if attendus.count() < 2:
        return []
    return ["Les deux dossiers attendent la réponse d'une autre structure à un transfert : annulez l'un des deux."]


def declarer_familles() -> None:
    declarer(
        famille_de_modele(
            Transfert, code="transferts", libelle="Transferts vers une autre structure", empecher=_une_demande_a_la_fois
        )
    )
    declarer(famille_de_modele(Passation, code="passations", libelle="Notes de passation reçues"))
