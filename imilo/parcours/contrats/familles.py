"""Families of personal data of contracts. The reason of reduced hours may tell of health: sensitive."""

from __future__ import annotations

from imilo.parcours.contrats.models import ActionPrevue, ContratCEJ, ExamenCEJ, Signature
from imilo.socle.familles import declarer, famille_de_modele


def declarer_familles() -> None:
    declarer(famille_de_modele(ContratCEJ, code="contrats_cej", libelle="Contrats d'engagement jeune", sensible=True))
    declarer(famille_de_modele(ExamenCEJ, code="examens_cej", libelle="Examens de l'éligibilité au CEJ"))
    declarer(famille_de_modele(ActionPrevue, code="contrats_actions", libelle="Plans d'action des contrats"))
    declarer(famille_de_modele(Signature, code="contrats_signatures", libelle="Signatures des contrats"))
