"""The NIR: its form and key, and what it says of the person, against what the file says.

Digits: sex, year (2), month (2), département and commune or 99 and country (5), order (3), key (2).
The number and its key are those of the RNIPP (décret n° 82-103 du 22 janvier 1982, article 4).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength
from stdnum.fr import nir as stdnum_nir

from imilo.socle.erreurs import RegleViolee

CHAMP = "nir"
FEMMES, HOMMES, PROVISOIRES = "248", "137", "3478"
MOIS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
# Places whose code changed after births that concern us: the number keeps the code of the day of birth.
ANCIENS_LIEUX = {"97123": "97701", "97127": "97801"}
ANCIENS_DEPARTEMENTS = {"985": "976"}


@dataclass(frozen=True)
class Nir:
    """A well-formed number, its key verified. `valeur` is 15 characters without spaces."""

    SANS_CLE: ClassVar = 13

    valeur: str

    @staticmethod
    def avec_sa_cle(treize: str) -> str:
        """The fifteen characters of a number typed without its key."""
        return treize + str(stdnum_nir.calc_check_digits(treize))

    @property
    def sexe(self) -> str:
        """The letter of the file: F or M."""
        return "F" if self.valeur[0] in FEMMES else "M"

    @property
    def annee(self) -> int:
        """Last two digits of the year of birth."""
        return int(self.valeur[1:3])

    @property
    def mois(self) -> int | None:
        """Month of birth; None for the codes given when civil status doesn't tell it (20, 30 to 42, 50 and over)."""
        mois = int(self.valeur[3:5])
        return mois if 1 <= mois <= 12 else None

    @property
    def lieu(self) -> str:
        """INSEE code of the commune of birth, or 99 and the country's."""
        return self.valeur[5:10]

    @property
    def ne_a_l_etranger(self) -> bool:
        return self.lieu.startswith("99")

    @property
    def provisoire(self) -> bool:
        """A waiting number (first digit 3, 4, 7 or 8): accepted, and said, since it will be replaced."""
        return self.valeur[0] in PROVISOIRES

    def __str__(self) -> str:
        return str(stdnum_nir.format(self.valeur))


def lire_nir(texte: str) -> Nir | None:
    """The NIR typed, with or without separators; None when blank.

    Raises `RegleViolee` (field `nir`) that says what is wrong: length, signs, key.
    """
    compact = "".join(c for c in texte.upper() if c.isalnum())
    if not compact:
        return None
    if len(compact) == 13:
        raise RegleViolee("Il manque la clé : les deux derniers chiffres du numéro de sécurité sociale.", CHAMP)
    try:
        valeur = str(stdnum_nir.validate(compact))
    except InvalidLength:
        raise RegleViolee(
            f"Un numéro de sécurité sociale a 15 chiffres, clé comprise : vous en avez saisi {len(compact)}.", CHAMP
        ) from None
    except InvalidChecksum:
        raise RegleViolee(
            "La clé ne correspond pas : un chiffre est sans doute mal recopié. Vérifiez le numéro sur la carte "
            "Vitale ou l'attestation de droits.",
            CHAMP,
        ) from None
    except InvalidFormat:
        if len(compact) != 15:
            raise RegleViolee(
                f"Un numéro de sécurité sociale a 15 chiffres, clé comprise : vous en avez saisi {len(compact)}.", CHAMP
            ) from None
        raise RegleViolee(
            "Un numéro de sécurité sociale n'a que des chiffres, sauf 2A ou 2B pour la Corse.", CHAMP
        ) from None
    if valeur[0] not in FEMMES + HOMMES or not _mois_possible(int(valeur[3:5])):
        raise RegleViolee("Ce numéro n'est pas un numéro de sécurité sociale : vérifiez les premiers chiffres.", CHAMP)
    return Nir(valeur)


def _mois_possible(mois: int) -> bool:
    return 1 <= mois <= 12 or mois == 20 or 30 <= mois <= 42 or mois >= 50


def differences(
    nir: Nir,
    *,
    sexe: str,
    naissance: date | None,
    mois_connu: bool = True,
    communes: Collection[str] = (),
    pays: str = "",
) -> tuple[str, ...]:
    """What the number says otherwise than the file, in French; empty when they agree.

    `sexe` "F", "M" or anything else for unknown; `communes` are the INSEE codes that the place of birth has
    or had (several after a merger), empty when unknown; `pays` the INSEE code of the country (99xxx).
    What isn't known is never a difference.
    """
    trouvees = []
    if sexe in ("F", "M") and sexe != nir.sexe:
        trouvees.append(f"le numéro est celui d'{'une femme' if nir.sexe == 'F' else 'un homme'}")
    if naissance is not None:
        if naissance.year % 100 != nir.annee:
            trouvees.append(f"le numéro dit une naissance en « {nir.annee:02d} », le dossier en {naissance.year}")
        if mois_connu and nir.mois is not None and nir.mois != naissance.month:
            trouvees.append(
                f"le numéro dit une naissance en {MOIS[nir.mois - 1]}, le dossier en {MOIS[naissance.month - 1]}"
            )
    if lieu := _difference_de_lieu(nir, communes, pays):
        trouvees.append(lieu)
    return tuple(trouvees)


def _difference_de_lieu(nir: Nir, communes: Collection[str], pays: str) -> str:
    if pays and pays != "99100":
        if not nir.ne_a_l_etranger:
            return f"le numéro dit une naissance en France (département {_departement(nir.lieu)})"
        return "" if nir.lieu == pays else f"le numéro dit une naissance dans un autre pays (code {nir.lieu})"
    if not communes:
        return "le numéro dit une naissance à l'étranger" if pays and nir.ne_a_l_etranger else ""
    if nir.ne_a_l_etranger:
        return "le numéro dit une naissance à l'étranger"
    actuel = ANCIENS_LIEUX.get(nir.lieu, nir.lieu)
    departement = _departement(actuel)
    if actuel in communes or nir.lieu in communes:
        return ""
    if all(_departement(code) != departement for code in communes):
        return f"le numéro dit une naissance dans le département {departement}"
    # Before Mayotte became a département its communes had other numbers: the département is enough.
    return "" if nir.lieu.startswith("985") else f"le numéro dit une naissance dans une autre commune (code {nir.lieu})"


def _departement(commune: str) -> str:
    code = commune[:3] if commune[:2] in ("97", "98") else commune[:2]
    return ANCIENS_DEPARTEMENTS.get(code, code)
