"""Telephone numbers: typed as people type them, stored in E.164."""

from __future__ import annotations

import phonenumbers

from imilo.socle.erreurs import RegleViolee

# Country code of the numbering plan, by département of the structure; elsewhere metropolitan France.
REGIONS = {
    "971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT",
    "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
FRANCE = "FR"


def _candidats(departement: str) -> list[str]:
    propre = REGIONS.get(departement, FRANCE)
    # 0692… is typed in Paris too: the numbers of overseas départements start by their own digits.
    return [propre, *(r for r in (FRANCE, "GP", "MQ", "GF", "RE", "YT") if r != propre)]


def e164(texte: str, departement: str = "") -> str:
    """E.164 form ("+33612345678"), or "" when `texte` can't be a number.

    Without an international prefix the plan is that of `departement` (of the structure), then the other French
    ones. A number that the plan's operators haven't been seen to use yet is taken when its length is right:
    blocks are opened faster than the library learns of them.
    """
    possible = ""
    for region in _candidats(departement):
        try:
            numero = phonenumbers.parse(texte, region)
        except phonenumbers.NumberParseException:
            continue
        if numero.extension is not None:
            continue
        forme = phonenumbers.format_number(numero, phonenumbers.PhoneNumberFormat.E164)
        if phonenumbers.is_valid_number(numero):
            return forme
        if not possible and phonenumbers.is_possible_number(numero) and not numero.italian_leading_zero:
            possible = forme
    return possible


def lire_telephone(texte: str, departement: str, *, champ: str) -> str:
    """E.164 form of what was typed, "" when blank. Raises `RegleViolee` at `champ`."""
    if not texte.strip():
        return ""
    if numero := e164(texte, departement):
        return numero
    raise RegleViolee(
        "Ce numéro de téléphone n'existe pas : il en manque peut-être un chiffre. "
        "Pour un numéro étranger, commencez par + et l'indicatif du pays.",
        champ,
    )


def afficher(numero: str) -> str:
    """A stored number as it is read aloud: "06 12 34 56 78", "+44 20 …"; unchanged when it can't be read."""
    try:
        lu = phonenumbers.parse(numero)
    except phonenumbers.NumberParseException:
        return numero
    francais = lu.country_code in (33, 262, 590, 594, 596)
    forme = phonenumbers.PhoneNumberFormat.NATIONAL if francais else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(lu, forme)
