"""Numbers that are well formed and belong to nobody (pure functions).

- Telephones: the ranges that Arcep sets apart for works of fiction (décision n° 2018-0881, annexe 1).
- SIRET: SIREN of the form 9990ddddk, a range where none is given out.
- NIR: a month that civil status never gives (50 and over) and the order number 000.
- France Travail numbers and identity documents: they begin by DEMO.
"""

from __future__ import annotations

# The sixth range, 06 39 98, is refused by phonenumbers (it holds 0639 for Mayotte's): only its longer form serves.
MOBILE = "+3363998"
FIXES = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
PAR_TRANCHE = 10_000
PREMIER_MOIS, DERNIER_MOIS = 50, 99


def cle_de_luhn(chiffres: str) -> str:
    """The digit that makes `chiffres` + it valid for Luhn's algorithm."""
    somme = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        double = int(chiffre) * (2 if rang % 2 == 0 else 1)
        somme += double - 9 if double > 9 else double
    return str(-somme % 10)


def siret(rang: int, etablissement: int = 1) -> str:
    """The SIRET (14 digits) of the organism number `rang` (0 to 9999)."""
    siren = f"9990{rang:04d}"
    siren += cle_de_luhn(siren)
    sans_cle = f"{siren}{etablissement:04d}"
    return sans_cle + cle_de_luhn(sans_cle)


def telephone(rang: int) -> str:
    """The `rang`-th fictitious number, in E.164.

    Past the 50,000 fixed lines set apart, numbers get longer (15 digits): each stays alone, and none rings.
    """
    tranche, reste = rang % len(FIXES), rang // len(FIXES)
    return f"{FIXES[tranche]}{reste:04d}" if reste < PAR_TRANCHE else f"{MOBILE}{rang:08d}"


def nir(*, sexe: str, annee: int, lieu: str, rang: int) -> str:
    """The `rang`-th NIR (15 characters, valid key) of this sex (F, M), year and INSEE place; "" past the fiftieth."""
    mois = PREMIER_MOIS + rang
    if mois > DERNIER_MOIS:
        return ""
    corps = f"{2 if sexe == 'F' else 1}{annee % 100:02d}{mois}{lieu}000"
    chiffres, retrait = corps, 0
    for lettre, valeur in (("2A", ("19", 0)), ("2B", ("18", 0))):  # the key of Corsica: décret n° 82-103, article 4
        if lieu.startswith(lettre):
            chiffres, retrait = corps.replace(lettre, valeur[0], 1), valeur[1]
    return f"{corps}{97 - (int(chiffres) - retrait) % 97:02d}"


def numero_ft(rang: int) -> str:
    """A France Travail number of eleven characters."""
    return f"DEMO{rang:07d}"


def numero_de_piece(rang: int) -> str:
    return f"DEMO{rang:08d}"
