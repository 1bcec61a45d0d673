"""A datum of the file in words: what a screen, a history or an export shows. Numbers that are encrypted are masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from imilo.acteurs.models import Agent
from imilo.droit.age import annees
from imilo.jeunes.telephones import afficher
from imilo.parcours.fiche.iban import masquer_iban
from imilo.parcours.fiche.langues import LANGUES
from imilo.parcours.fiche.models import Donnee, Enfant
from imilo.referentiels.models import Liste
from imilo.referentiels.rome import libelle_rome
from imilo.referentiels.selectors import libelle
from imilo.socle.chiffrement import ChampChiffre

IGNORES = frozenset({"id", "cree_le", "modifie_le", "version", "dossier", "structure"})
MASQUE = "un numéro (masqué)"


def masquer(champ: str, valeur: str) -> str:
    """A number that is recognised without being read."""
    if champ == "iban":
        return masquer_iban(valeur)
    return "•" * max(len(valeur) - 3, 3) + valeur[-3:]


def en_mots(champ: models.Field[Any, Any], valeur: Any) -> str:
    """One value as shown; "" when there is none. An encrypted one is masked."""
    if valeur in (None, "", []):
        return ""
    if isinstance(champ, ChampChiffre):
        return masquer(champ.name, str(valeur))
    if isinstance(champ, ArrayField):
        noms = dict(champ.base_field.choices or ())
        return ", ".join(str(noms.get(v, v)) for v in valeur)
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if champ.name in CODES:
        return CODES[champ.name](str(valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, datetime):
        return f"{valeur:%d/%m/%Y à %H:%M}"
    if isinstance(valeur, date):
        return f"{valeur:%d/%m/%Y}"
    if isinstance(valeur, Decimal):
        return f"{valeur:.2f}".replace(".", ",") + " €"
    return str(valeur)


CODES = {
    "langue": lambda code: LANGUES.get(code, code),
    "rome": lambda code: f"{libelle_rome(code)} ({code})",
    "niveau": lambda code: libelle(Liste.NIVEAU_DIPLOME, code),
    "telephone": afficher,
}


def faits(ligne: Donnee, champs: tuple[str, ...], *, le: date) -> list[tuple[str, str, str]]:
    """The filled fields of a row: (name, label, words), in order. A child's birth is told with its age."""
    lus = []
    for nom in champs:
        champ = type(ligne)._meta.get_field(nom)
        assert isinstance(champ, models.Field)
        if mots := en_mots(champ, getattr(ligne, nom)):
            if isinstance(ligne, Enfant) and nom == "naissance" and ligne.naissance <= le:
                mots = f"{mots} ({age_en_mots(ligne.naissance, le)})"
            lus.append((nom, str(champ.verbose_name), mots))
    return lus


def age_en_mots(naissance: date, le: date) -> str:
    """ "3 ans", "8 mois" under two years."""
    if (age := annees(naissance, le)) >= 2:
        return f"{age} ans"
    mois = (le.year - naissance.year) * 12 + le.month - naissance.month - (le.day < naissance.day)
    return f"{mois} mois"


@dataclass(frozen=True)
class Changement:
    """One change of a row: by whom, when, and (label, before, after) of each field."""

    quand: datetime
    auteur: str
    ecarts: tuple[tuple[str, str, str], ...]


def historique(ligne: models.Model) -> list[Changement]:
    """Every change of a row since it was made, the last first. Two queries, whatever their number."""
    evenements = list(type(ligne).pgh_event_model.objects.filter(pgh_obj_id=ligne.pk).order_by("pgh_id"))  # type: ignore[attr-defined]  # made by pghistory
    auteurs = {_agent(e) for e in evenements} - {0}
    noms = {a.pk: str(a) for a in Agent.objects.filter(pk__in=auteurs)}
    changements = [
        Changement(avant.pgh_created_at, noms.get(_agent(avant), ""), _ecarts(type(ligne), avant, apres))
        for avant, apres in pairwise([*evenements, ligne])
    ]
    return [c for c in reversed(changements) if c.ecarts]


def _agent(evenement: Any) -> int:
    return int((evenement.pgh_context or {}).get("agent") or 0)


def _ecarts(modele: type[models.Model], avant: Any, apres: Any) -> tuple[tuple[str, str, str], ...]:
    trouves = []
    for champ in modele._meta.concrete_fields:
        if champ.name in IGNORES or not hasattr(avant, champ.attname):
            continue
        a, b = getattr(avant, champ.attname), getattr(apres, champ.attname)
        if a != b:
            trouves.append((str(champ.verbose_name), _dit(champ, a), _dit(champ, b)))
    return tuple(trouves)


def _dit(champ: models.Field[Any, Any], valeur: Any) -> str:
    if isinstance(champ, ChampChiffre):
        return MASQUE if valeur else "vide"
    if champ.is_relation:
        return str(Agent.objects.filter(pk=valeur).first() or "personne")
    return en_mots(champ, valeur) or "vide"
