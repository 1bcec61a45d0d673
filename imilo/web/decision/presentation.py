"""A decision in words: its facts with their descriptions, its answer, and what a replay finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from imilo.droit import francais, porte, ressources
from imilo.droit.decision import Decision, Rejeu, depuis_json, rejouer
from imilo.droit.delais import premier_jour_du_mois_ecrit
from imilo.droit.erreurs import ErreurDroit
from imilo.droit.lectures import question
from imilo.droit.montants import Montant
from imilo.droit.registre import trouver

OUI_NON = {True: "oui", False: "non"}


@dataclass(frozen=True)
class Ligne:
    """A label and a value in words."""

    libelle: str
    valeur: str


@dataclass(frozen=True)
class Explication:
    """All that the page shows of a decision; `rejeu` is None, and `refus` says why, when it can't be taken again."""

    decision: Decision[Any]
    question: str
    faits: tuple[Ligne, ...]
    reponse: tuple[Ligne, ...]
    lectures: tuple[Ligne, ...]
    rejeu: Rejeu | None
    refus: str = ""


def expliquer(ecrite: Mapping[str, Any]) -> Explication:
    """Read a stored decision and take it again. Raises `ErreurDroit` when it isn't one that a rule could write."""
    lue = depuis_json(ecrite)
    regle = trouver(lue.regle, lue.version)
    rejeu, refus = None, ""
    try:
        rejeu = rejouer(lue)
    except ErreurDroit as erreur:
        refus = erreur.message
    return Explication(
        decision=lue,
        question=regle.fiche.question,
        faits=tuple(_faits(porte.champs(regle.type_faits), lue.faits)),
        reponse=tuple(Ligne(_mots(nom), en_mots(lue.resultat[nom])) for nom in regle.type_resultat.__annotations__),
        lectures=tuple(
            Ligne(question(lecture.question).question, question(lecture.question).choix[lecture.choix])
            for lecture in lue.lectures
        ),
        rejeu=rejeu,
        refus=refus,
    )


def _faits(champs: tuple[porte.Champ, ...], faits: Any) -> Iterator[Ligne]:
    for champ in champs:
        valeur = getattr(faits, champ.nom)
        libelle = champ.description or _mots(champ.nom)
        if isinstance(valeur, tuple):
            if not valeur:
                yield Ligne(_phrase(libelle), "aucune")
            for rang, element in enumerate(valeur, start=1):
                yield Ligne(f"{_phrase(libelle)} ({rang})", en_mots(element))
        elif valeur is not None:
            yield Ligne(_phrase(libelle), en_mots(valeur))
        else:
            yield Ligne(_phrase(libelle), "non renseigné")


def _phrase(libelle: str) -> str:
    return libelle[:1].upper() + libelle[1:]


def _mots(nom: str) -> str:
    return _phrase(nom.replace("_", " "))


def en_mots(valeur: Any) -> str:
    """Write in French any value that a fact or a result may hold."""
    if valeur is None:
        return "pas encore connu"
    if isinstance(valeur, bool):
        return OUI_NON[valeur]
    if isinstance(valeur, ressources.Ressource):
        return f"{ressources.nature(valeur.nature).libelle} : {francais.nombre(valeur.montant)}\u00a0€"
    if is_dataclass(valeur):
        valeur = {nom: getattr(valeur, nom) for nom in valeur.__dataclass_fields__}
    if isinstance(valeur, Mapping):
        return ", ".join(f"{_mots(str(nom))} : {en_mots(element)}" for nom, element in valeur.items())
    if isinstance(valeur, tuple | list):
        return ", ".join(en_mots(element) for element in valeur) or "aucun"
    return _simple(valeur)


def _simple(valeur: Any) -> str:
    """Write an amount, a number, a day, a month or a code."""
    if isinstance(valeur, Montant):
        return francais.euros(valeur)
    if isinstance(valeur, Decimal):
        return francais.nombre(valeur, decimales_minimales=0).rstrip(",")
    if isinstance(valeur, date):
        return francais.jour(valeur)
    try:
        return francais.mois(premier_jour_du_mois_ecrit(str(valeur)))
    except ValueError:
        return str(valeur).replace("_", " ")
