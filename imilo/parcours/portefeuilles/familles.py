"""Families of personal data: who answered for a dossier, and what was done to it with others."""

from __future__ import annotations

from imilo.parcours.portefeuilles.models import ChangementReferent, LigneDeLot
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(ChangementReferent, code="referents", libelle="Référents successifs"))
    declarer(famille_de_modele(LigneDeLot, code="lots", libelle="Actions groupées qui ont touché le dossier"))
