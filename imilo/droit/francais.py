"""Figures, days and lists as they are written in French."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from decimal import Decimal

    from imilo.droit.montants import Montant

ESPACE_FINE = "\u202f"
MOINS = "\u2212"
DECIMALES_MINIMALES = 2
DECIMALES_APPROCHEES = 4
CENT = 100
VOYELLES = tuple("aàâäáåeéèêëiîïíoôöóuùûüúœæ")
Y_CONSONNES = ("y ", "ya", "ye", "yi", "yo", "yu")  # Yanis, Youssef: "de", where Yves and Yvonne elide
# How first names whose h is silent begin; before the others (Hamza, Hicham, Houria) one says "de".
H_MUETS = ("hel", "hél", "hen", "her", "hil", "hip", "hon", "hor", "hub", "hug", "hya")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def nombre(valeur: Decimal, *, decimales_minimales: int = DECIMALES_MINIMALES) -> str:
    """Write every digit, and two decimals at least: `1 801,80`, `1 158,424`."""
    entiers, _, decimales = f"{abs(valeur):,f}".partition(".")
    decimales = decimales.rstrip("0").ljust(decimales_minimales, "0")
    signe = MOINS if valeur < 0 else ""
    return f"{signe}{entiers.replace(',', ESPACE_FINE)},{decimales}"


def entier(valeur: Decimal | int) -> str:
    """Write a whole number: `35`, `1 820`."""
    return f"{valeur:,.0f}".replace(",", ESPACE_FINE)


def approche(valeur: Decimal) -> str:
    """Write four decimals, for a quotient that has no end: `147,6241`, `141,1710`."""
    return nombre(round(valeur, DECIMALES_APPROCHEES), decimales_minimales=DECIMALES_APPROCHEES)


def ans(nombre_d_annees: int) -> str:
    """Write an age: `1 an`, `18 ans`."""
    return f"{nombre_d_annees} an" if nombre_d_annees in (0, 1) else f"{nombre_d_annees} ans"


def euros(valeur: Montant) -> str:
    """Write an amount with its unit: `414,06 €`."""
    return f"{nombre(valeur)}\u00a0€"


def pourcentage(part: Decimal) -> str:
    """Write a share: `30 %`, `33,5 %`."""
    return f"{nombre(part * CENT, decimales_minimales=0).rstrip(',')}\u00a0%"


def jour_et_mois(valeur: date) -> str:
    """Write a day without its year: `1er mars`, `14 mars`."""
    quantieme = "1er" if valeur.day == 1 else str(valeur.day)
    return f"{quantieme} {MOIS[valeur.month - 1]}"


def jour(valeur: date) -> str:
    """Write a day in words: `1er mars 2026`, `14 mars 2026`."""
    return f"{jour_et_mois(valeur)} {valeur.year:04d}"


def mois(valeur: date) -> str:
    """Write the month of a day: `juin 2025`."""
    return f"{MOIS[valeur.month - 1]} {valeur.year:04d}"


def du_mois(valeur: date) -> str:
    """Write the month after *de*, elided where French elides: `d'avril 2025`."""
    texte = mois(valeur)
    return f"d'{texte}" if texte[0] in "ao" else f"de {texte}"


def de(nom: str) -> str:
    """Write *de* before a name, elided where French elides: `d'Enzo`, `d'Hélène`, `d'Yves`, `de Yanis`, `de Hamza`."""
    debut = nom.lower()
    consonne_apres_y = debut.startswith("y") and not debut.startswith(Y_CONSONNES)
    elide = debut.startswith((*VOYELLES, *H_MUETS)) or consonne_apres_y
    return f"d'{nom}" if elide else f"de {nom}"


def somme(valeurs: Iterable[Decimal]) -> str:
    """Write a sum as it is written on paper: `450,00 + 150,00`."""
    return " + ".join(nombre(valeur) for valeur in valeurs)
