"""Numbers that are well formed and belong to nobody (pure functions).

- Telephones: the ranges that Arcep sets apart for works of fiction (décision n° 2018-0881, annexe 1).
- SIRET: SIREN of the form 9990ddddk, a range where none is given out.
- NIR: a month that civil status never gives (50 and over) and the order number 000.
- France Travail numbers and identity documents: they begin by DEMO.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable

import pikepdf

# The sixth range, 06 39 98, is left out: phonenumbers, and so our own form, holds 0639 for Mayotte's.
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
    """The `rang`-th fictitious number, in E.164: fifty thousand fixed lines, then the same ones again.

    Whoever stands fifty thousand ranks further shares it: nobody in a structure of fewer dossiers.
    """
    rang %= len(FIXES) * PAR_TRANCHE
    return f"{FIXES[rang % len(FIXES)]}{rang // len(FIXES):04d}"


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


def suite_des_nir(numeros: Iterable[str], *, annee: int, depuis: int) -> dict[tuple[str, int, str], int]:
    """For each sex, year and place of these NIR, the rank after the highest given, `depuis` at least.

    `annee` (four digits): nobody was born after it, which tells the century.
    """
    suite: dict[tuple[str, int, str], int] = {}
    for numero in numeros:
        siecle = annee // 100 * 100 if int(numero[1:3]) <= annee % 100 else annee // 100 * 100 - 100
        cle = ("F" if numero[0] == "2" else "M", siecle + int(numero[1:3]), numero[5:10])
        suite[cle] = max(suite.get(cle, depuis), int(numero[3:5]) - PREMIER_MOIS + 1)
    return suite


def document() -> tuple[bytes, int, str]:
    """The file that stands for every document of the bulk load: its bytes, their number, their SHA-256."""
    texte = b"Document de d\xe9monstration, charg\xe9 en masse : sans contenu."
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=(595, 842))
        police = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=police))
        page.Contents = pdf.make_stream(b"BT /F1 12 Tf 60 780 Td (" + texte + b") Tj ET")
        sortie = io.BytesIO()
        pdf.save(sortie, deterministic_id=True)
    contenu = sortie.getvalue()
    return contenu, len(contenu), hashlib.sha256(contenu).hexdigest()
