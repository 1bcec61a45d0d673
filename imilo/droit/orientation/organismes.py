"""The organisms of L. 5411-5-1: those that decide an orientation (II), those that it may name (IV)."""

from __future__ import annotations

from typing import Literal

from imilo.droit.logique import est
from imilo.droit.registre import Redaction

Organisme = Literal["france_travail", "departement", "delegataire", "mission_locale", "cap_emploi"]
Decideur = Literal["france_travail", "departement", "mission_locale", "cap_emploi"]
Rsa = Literal["non", "demandeur", "beneficiaire", "conjoint"]

NOMS: dict[str, str] = {
    "france_travail": "France Travail",
    "departement": "le président du conseil départemental",
    "mission_locale": "la mission locale",
    "cap_emploi": "Cap emploi",
}
"""Who decides, in words; the president decides for the département."""


def beneficiaire_du_rsa(rsa: Rsa | None, redaction: Redaction) -> bool | None:
    """Say whether the articles that speak of a *bénéficiaire* of the RSA apply, by the readings chosen."""
    if rsa == "demandeur":
        return redaction.lecture("orientation.rsa_demande") == "comme_beneficiaire"
    if rsa == "conjoint":
        return redaction.lecture("orientation.rsa_conjoint") == "comme_beneficiaire"
    return est(rsa, "beneficiaire")
