"""Reading one entry of the YAML files, strictly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from imilo.droit.baremes.modele import Parametre, Revalorisation, ValeurDatee
from imilo.droit.erreurs import BaremeMalForme

_CLES = {"libelle", "unite", "article", "valeurs"}
_CLES_VALEUR = {"a_compter_du", "valeur", "source", "verifie_le"}
_CLES_REVALORISATION = {"mois", "jour", "premiere", "article"}


def lire_parametre(nom: str, brut: Any) -> Parametre:
    """Build a scale from what YAML gave; BaremeMalForme names the scale at fault."""
    _verifier_cles(nom, brut, _CLES, {"revalorisation"})
    valeurs = tuple(_lire_valeur(nom, valeur) for valeur in brut["valeurs"])
    jours = [valeur.a_compter_du for valeur in valeurs]
    if not jours or jours != sorted(set(jours)):
        raise BaremeMalForme(f"{nom} : les valeurs ne vont pas de la plus ancienne à la dernière.")
    return Parametre(
        nom=nom,
        libelle=_texte(nom, brut["libelle"]),
        unite=_texte(nom, brut["unite"]),
        article=_texte(nom, brut["article"]),
        valeurs=valeurs,
        revalorisation=_lire_revalorisation(nom, brut.get("revalorisation")),
    )


def _lire_valeur(nom: str, brut: Any) -> ValeurDatee:
    _verifier_cles(nom, brut, _CLES_VALEUR, set())
    verifie_le = brut["verifie_le"]
    try:
        valeur = Decimal(_texte(nom, brut["valeur"]))
    except InvalidOperation:
        raise BaremeMalForme(f"{nom} : « {brut['valeur']} » n'est pas un nombre.") from None
    return ValeurDatee(
        a_compter_du=_jour(nom, brut["a_compter_du"]),
        valeur=valeur,
        source=_texte(nom, brut["source"]),
        verifie_le=None if verifie_le is None else _jour(nom, verifie_le),
    )


def _lire_revalorisation(nom: str, brut: Any) -> Revalorisation | None:
    if brut is None:
        return None
    _verifier_cles(nom, brut, _CLES_REVALORISATION, {"sans_changement_le"})
    return Revalorisation(
        mois=int(brut["mois"]),
        jour=int(brut["jour"]),
        premiere=_jour(nom, brut["premiere"]),
        article=_texte(nom, brut["article"]),
        sans_changement_le=tuple(_jour(nom, j) for j in brut.get("sans_changement_le", ())),
    )


def _verifier_cles(nom: str, brut: Any, attendues: set[str], facultatives: set[str]) -> None:
    if not isinstance(brut, dict):
        raise BaremeMalForme(f"{nom} : une table était attendue.")
    manquantes, en_trop = attendues - set(brut), set(brut) - attendues - facultatives
    if manquantes or en_trop:
        raise BaremeMalForme(f"{nom} : il manque {sorted(manquantes)}, il y a en trop {sorted(en_trop)}.")


def _texte(nom: str, brut: Any) -> str:
    if not isinstance(brut, str) or not brut.strip():
        raise BaremeMalForme(f"{nom} : « {brut} » doit être un texte entre guillemets.")
    return brut


def _jour(nom: str, brut: Any) -> date:
    if type(brut) is not date:
        raise BaremeMalForme(f"{nom} : « {brut} » n'est pas un jour.")
    return brut
