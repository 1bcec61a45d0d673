"""What happened on a dossier: acts, propositions, situations, and what changed between two versions of a row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import QuerySet

from imilo.acteurs.models import Agent
from imilo.parcours.dossiers.models import (
    Acte,
    Categorie,
    Dossier,
    EtatProposition,
    EtatSituation,
    Proposition,
    Situation,
)
from imilo.socle import lectures

PRIORITE = {categorie: rang for rang, categorie in enumerate(Categorie.values)}
OUVERTES = (EtatProposition.PROPOSEE, EtatProposition.ACCEPTEE, EtatProposition.EN_COURS)


def actes(*, dossier: Dossier) -> QuerySet[Acte]:
    """Acts of a dossier, newest first, with their agent, propositions, and the collective act they are of."""
    return (
        Acte.objects.filter(dossier=dossier)
        .select_related("agent", "collectif")
        .prefetch_related("propositions")
        .order_by("-le", "-heure", "-pk")
    )


def acte(*, dossier: Dossier, acte_id: int) -> Acte | None:
    """One act of this dossier, with its propositions; None when it isn't one of its acts."""
    return actes(dossier=dossier).filter(pk=acte_id).first()


def propositions_ouvertes(*, dossier: Dossier) -> QuerySet[Proposition]:
    """Propositions that wait for an end, newest first."""
    return Proposition.objects.filter(dossier=dossier, etat__in=OUVERTES).order_by("-le", "-pk")


def situations(*, dossier: Dossier) -> QuerySet[Situation]:
    """Situations of a dossier, newest first."""
    return Situation.objects.filter(dossier=dossier).order_by("-debut", "-pk")


def situations_lues(*, dossier: Dossier) -> list[Situation]:
    """The same; read once by a page that keeps its reads."""
    return lectures.une_fois(dossier, "situations", lambda: list(situations(dossier=dossier)))


def situation(*, dossier: Dossier, situation_id: int) -> Situation | None:
    return situations(dossier=dossier).filter(pk=situation_id).first()


def courante(lignes: Iterable[Situation], *, le: date) -> Situation | None:
    """The current situation on a day: of those that run, the first in the categories' order of priority,
    the latest begun among equals (operators' contract)."""
    en_cours = [s for s in lignes if s.etat(le=le) == EtatSituation.EN_COURS]
    return min(en_cours, key=lambda s: (PRIORITE[s.categorie], -s.debut.toordinal(), -s.pk), default=None)


def situation_courante(*, dossier: Dossier, le: date) -> Situation | None:
    """The same, read from the database."""
    return courante(situations(dossier=dossier).filter(debut__lte=le), le=le)


@dataclass(frozen=True)
class Ecart:
    """A field that somebody changed meanwhile: its label, its former and its stored value, as shown."""

    champ: str
    libelle: str
    avant: str
    apres: str


@dataclass(frozen=True)
class Changement:
    """What was saved over the version that a form shows: by whom, when, and which fields."""

    auteur: str
    quand: datetime | None
    ecarts: tuple[Ecart, ...]


IGNORES = frozenset({"version", "cree_le", "modifie_le"})


def _texte(objet: models.Model, champ: models.Field[Any, Any], valeur: Any) -> str:
    if valeur is None or valeur == "":
        return "non renseigné"
    if champ.choices:
        return str(dict(champ.flatchoices).get(valeur, valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, date) and not isinstance(valeur, datetime):
        return f"{valeur:%d/%m/%Y}"
    return str(valeur)


def changements(objet: Any, *, version: int) -> Changement:
    """What changed on a historised row since `version`, which a form still shows.

    History holds the former row of each change, with the agent in its context.
    """
    evenements = type(objet).pgh_event_model
    avant = evenements.objects.filter(pgh_obj_id=objet.pk, version=version).order_by("-pgh_id").first()
    if avant is None:
        return Changement("", None, ())
    ecarts = tuple(
        Ecart(c.name, str(c.verbose_name), _texte(objet, c, a), _texte(objet, c, b))
        for c in objet._meta.concrete_fields
        if c.name not in IGNORES and (a := getattr(avant, c.attname, None)) != (b := getattr(objet, c.attname))
    )
    dernier = evenements.objects.filter(pgh_obj_id=objet.pk).order_by("-pgh_id").first()
    auteur_id = (dernier.pgh_context or {}).get("agent") if dernier else None
    auteur = Agent.objects.filter(pk=auteur_id).first() if auteur_id else None
    return Changement(str(auteur or ""), dernier.pgh_created_at if dernier else None, ecarts)
