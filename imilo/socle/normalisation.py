"""The one key on which names are compared, sorted and searched: lower case, no accent, single spaces.

PostgreSQL here has no ICU, and `unaccent` isn't immutable: keys are made in Python and stored.
"""

from __future__ import annotations

import unicodedata

# Letters that Unicode doesn't decompose into a base letter and an accent.
_LETTRES = str.maketrans(
    {
        "œ": "oe",
        "æ": "ae",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ħ": "h",
        "ı": "i",
        "ł": "l",
        "ŋ": "n",
        "þ": "th",
        "ŧ": "t",
        "ſ": "s",
        "ə": "e",
        "ʼ": " ",
        "ʻ": " ",
        "ʹ": " ",
        "ˈ": " ",
    }
)


def normaliser(texte: str) -> str:
    """Key of `texte`: letters and digits in lower case without accents, words parted by one space.

    Apostrophes, hyphens and any other sign part words; invisible marks (direction, zero width) vanish, so
    that two spellings that look the same give the same key. Letters of other scripts are kept as they are.
    Idempotent; "" when nothing is left.
    """
    lettres: list[str] = []
    # casefold first: it turns ß into ss and İ into i + dot; NFKD then parts base letters from marks.
    for signe in unicodedata.normalize("NFKD", texte.casefold()).casefold().translate(_LETTRES):
        categorie = unicodedata.category(signe)
        if categorie[0] in "LN":
            lettres.append(signe)
        elif categorie not in ("Mn", "Me", "Cf"):
            # Mc, vowel signs that stand on their own, belong to their word; the rest parts words.
            lettres.append(signe if categorie == "Mc" else " ")
    return " ".join("".join(lettres).split())


def mots(texte: str) -> tuple[str, ...]:
    """Words of `texte`, normalised, in their order; repeated words stay."""
    return tuple(normaliser(texte).split())
