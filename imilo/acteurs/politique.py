"""Which families of personal data a profile sees, by reach: one table (`politique.yaml`), closed by default.

A *family* is one that an application declares (imilo.socle.familles), or a *part* that the table itself takes out of
one: some fields whose reading differs from the rest. Templates, pages and exports ask `visibilite`; nothing else
decides what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from imilo.socle import familles

# Who receives without being an agent: by a key, or in a file. No profile.
AUTRE_SYSTEME, CFA, ASP = "operateur", "cfa", "asp"
DESTINATAIRES = (AUTRE_SYSTEME, CFA, ASP)
POINT = "•"
# ISO 13616: country, key, account; the shortest (Norway) has fifteen signs.
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


class Portee(StrEnum):
    """From where a dossier is read."""

    ICI = "ici"  # in the structure that holds it
    ACCES_MOTIVE = "acces_motive"  # from another structure, for a stated reason
    API_OPERATEURS = "api_operateurs"
    API_CFA = "api_cfa"
    FICHIER_ASP = "fichier_asp"
    ANNUAIRE = "annuaire"  # the reception desk of another structure


class Visibilite(StrEnum):
    VU = "vu"
    MASQUE = "masque"
    CACHE = "cache"


class Politique(NamedTuple):
    """`parties`: field to part; `sources`: code of a registry of the path to family; `lignes`: the table itself."""

    parties: Mapping[str, str]
    sources: Mapping[str, str]
    lignes: Mapping[tuple[str, str, str], Visibilite]


class PolitiqueIncoherente(ValueError):
    """The table says two things of the same family, or names what can't be read."""


@cache
def politique() -> Politique:
    """The table. Raises `PolitiqueIncoherente`."""
    texte = (Path(__file__).parent / "politique.yaml").read_text(encoding="utf-8")
    return lire(yaml.safe_load(texte))


def lire(ecrite: Mapping[str, Any]) -> Politique:
    """The table from its written form. Raises `PolitiqueIncoherente`."""
    parties: dict[str, str] = {}
    for partie, champs in ecrite["parties"].items():
        for champ in champs:
            if champ in parties:
                raise PolitiqueIncoherente(f"{champ} est de deux parties : {parties[champ]} et {partie}.")
            parties[champ] = partie
    lignes: dict[tuple[str, str, str], Visibilite] = {}
    for portee, profils in ecrite["portees"].items():
        for profil, regles in profils.items():
            for visibilite, codes in regles.items():
                for code in codes:
                    cle = (str(Portee(portee)), str(profil), str(code))
                    if cle in lignes:
                        raise PolitiqueIncoherente(f"{code} a deux lignes pour {profil}, {portee}.")
                    lignes[cle] = Visibilite(visibilite)
    return Politique(parties, ecrite["sources"], lignes)


def visibilite(profil: str | None, famille: str, *, portee: str = Portee.ICI) -> Visibilite:
    """What this profile sees of a family (or part), in this reach; hidden without a line that says more."""
    return politique().lignes.get((str(portee), str(profil or ""), famille), Visibilite.CACHE)


def vu(profil: str | None, famille: str, *, portee: str = Portee.ICI) -> bool:
    """Whether it is shown in full."""
    return visibilite(profil, famille, portee=portee) == Visibilite.VU


@cache
def _familles_des_champs() -> dict[str, str]:
    return {champ: f.code for f in familles.familles() for champ in f.champs}


def famille_du_champ(champ: str) -> str:
    """The part, else the family, of a declared field ("app.Model.field"). Raises `KeyError` for an undeclared one."""
    return politique().parties.get(champ) or _familles_des_champs()[champ]


def visibilite_du_champ(profil: str | None, champ: str, *, portee: str = Portee.ICI) -> Visibilite:
    """What this profile sees of a declared field. Raises `KeyError` for a field that no family declares."""
    return visibilite(profil, famille_du_champ(champ), portee=portee)


def source_vue(profil: str | None, source: str, *, portee: str = Portee.ICI, sinon: bool = False) -> bool:
    """Whether a registry's source (timeline, alerts, blocks) may speak; `sinon` for one that no line names."""
    famille = politique().sources.get(source)
    return sinon if famille is None else vu(profil, famille, portee=portee)


def masquer(valeur: str) -> str:
    """A number recognised without being read: "2 03 … 12" for a NIR, "FR76 •••• 123" for an IBAN (its country, its
    key and its last three signs), the last three signs of any other."""
    nu = valeur.replace(" ", "")
    if not nu:
        return ""
    if len(nu) in (13, 15) and nu[:5].isdigit():
        return f"{nu[0]} {nu[1:3]} … {nu[-2:]}"
    if _IBAN.fullmatch(nu):
        return f"{nu[:4]} {POINT * 4} {nu[-3:]}"
    return POINT * max(len(nu) - 3, 3) + nu[-3:]


def montrer(profil: str | None, famille: str, valeur: object, *, portee: str = Portee.ICI) -> str:
    """The value as this profile may read it: whole, masked, or nothing."""
    texte = "" if valeur is None else str(valeur)
    regle = visibilite(profil, famille, portee=portee)
    if regle == Visibilite.VU:
        return texte
    return masquer(texte) if regle == Visibilite.MASQUE else ""
