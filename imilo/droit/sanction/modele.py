"""The words that the rules of sanctions share: failings, ranks, measures, and who pronounces them.

The failings are those of L. 5412-1:

- `engagements`: regularity, taking part, repeated steps (I, second paragraph; R. 5412-1);
- `reconversion`: the project for which a right to unemployment benefit was opened after a resignation (R. 5412-1, end);
- `refus_contrat`: refusing to draw up or to update the contract (II; R. 5412-2);
- `refus_offres`: refusing twice a reasonable offer (III; R. 5412-3);
- `fraude`: fraud or false declarations (IV; R. 5412-3-1);
- `activite_breve`: the same, for a very short activity that wasn't declared (IV; R. 5412-3-2).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal, TypedDict

from imilo.droit import delais, francais, textes
from imilo.droit.erreurs import FaitInvalide

Manquement = Literal["engagements", "reconversion", "refus_contrat", "refus_offres", "fraude", "activite_breve"]
Rang = Literal["premier", "persistant", "reitere"]
Nature = Literal["avertissement", "suspension", "suppression", "radiation"]
Objet = Literal["allocation", "revenu_remplacement", "rsa", "inscription"]
Autorite = Literal["mission_locale", "france_travail", "conseil_departemental"]
Quand = Literal["toujours", "au_choix", "si_suppression_totale_maximale", "si_suspension_totale_maximale"]

TOTALITE = Decimal(1)
SANS_RESSOURCE = "R. 5412-3-3"
ARTICLES: dict[Manquement, str] = {
    "engagements": "R. 5412-1",
    "reconversion": "R. 5412-1",
    "refus_contrat": "R. 5412-2",
    "refus_offres": "R. 5412-3",
    "fraude": "R. 5412-3-1",
    "activite_breve": "R. 5412-3-2",
}
"""Where each failing is sanctioned; those of one article are of one sort, and repeat one another (R. 5412-3-4)."""


class Mesure(TypedDict):
    """One measure that may be pronounced.

    Shares are fractions of what is paid (1: all of it), durations in months; None where there is none, or where the
    text sets none. `quand`: always with the failing, at choice among those marked so, or only when the benefit is
    withdrawn in full for the longest duration. `competent` pronounces, on the proposal of `proposee_par` if any: for
    the mission locale its legal representative or a person entitled, for France Travail its regional director.
    """

    nature: Nature
    objet: Objet
    part_minimale: Decimal | None
    part_maximale: Decimal | None
    mois_minimum: int | None
    mois_maximum: int | None
    quand: Quand
    competent: Autorite
    proposee_par: Autorite | None
    article: str


class Information(TypedDict):
    """`par` has to inform `destinataire` of what it pronounces."""

    destinataire: Autorite
    par: Autorite


def verifier_part(champ: str, valeur: Any) -> None:
    """Accept a share: a Decimal above 0, up to 1."""
    if not isinstance(valeur, Decimal) or not valeur.is_finite() or not 0 < valeur <= 1:
        raise FaitInvalide(champ, "Indiquez une part plus grande que 0, et de 1 au plus (1 pour la totalité).")


def verifier_en_vigueur(champ: str, jour: date, regle: str) -> None:
    """Refuse a day before the first one that the rule `regle` knows."""
    depuis = textes.fiche(regle).depuis
    if jour < depuis:
        raise FaitInvalide(champ, f"Ces règles ne valent que depuis le {francais.jour(depuis)}.")


def verifier_mois(champ: str, valeur: Any) -> date:
    """Return the first day of a month written `AAAA-MM`."""
    try:
        return delais.premier_jour_du_mois_ecrit(valeur)
    except (TypeError, ValueError):
        raise FaitInvalide(champ, "Indiquez un mois, par exemple 2025-06.") from None
