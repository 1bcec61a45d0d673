"""The caseload: one row per young person, sorted and filtered by the database, in a bounded number of queries.

What other applications know of a dossier (next appointment, contract) comes in columns that they declare:

    portefeuille.declarer_colonne(Colonne("contrat", "Contrat", annotations, valeur))
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    F,
    Func,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import Combinable

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers.models import Acte, Categorie, Completude, Dossier, Situation, Statut
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.socle.normalisation import mots

Valeur = str | date | datetime | None


@dataclass(frozen=True)
class Colonne:
    """A column of the caseload, from another application.

    `annotations(le)` gives expressions over Dossier, by name; `tri` is the name of the one that sorts.
    `valeur(ligne)` gives what is shown of an annotated dossier: text, a day or an instant, or None.
    """

    code: str
    libelle: str
    annotations: Callable[[date], Mapping[str, Combinable]]
    valeur: Callable[[Any], Valeur]
    tri: str


_colonnes: dict[str, Colonne] = {}


def declarer_colonne(colonne: Colonne) -> None:
    """Add a column. Raises `ValueError` when its code is declared already."""
    if colonne.code in _colonnes:
        raise ValueError(f"La colonne {colonne.code} est déjà déclarée.")
    _colonnes[colonne.code] = colonne


def colonnes() -> tuple[Colonne, ...]:
    return tuple(_colonnes.values())


@dataclass(frozen=True)
class Filtre:
    """What is asked of the caseload. `referent` None: every référent; `sans_referent`: nobody's."""

    referent: int | None = None
    sans_referent: bool = False
    statut: str = Statut.ACTIF
    completude: str = ""
    texte: str = ""
    tri: str = "nom"
    decroissant: bool = False


@dataclass(frozen=True)
class Ligne:
    """One row. `autres` holds the declared columns' values, by code."""

    dossier: Dossier
    age: int | None
    situation: str
    dernier_contact: date | None
    autres: Mapping[str, Valeur] = field(default_factory=dict)


class _CleDeTri(Func):
    """lower(unaccent(name)), signs as spaces: how names are sorted without ICU."""

    function = "regexp_replace"
    template = "regexp_replace(lower(unaccent(%(expressions)s)), '[^[:alnum:]]+', ' ', 'g')"
    output_field = CharField()


def _situation_courante(le: date) -> Subquery:
    """Category of the first situation that runs on the day, in the order of priority of the categories."""
    rang = Case(*[When(categorie=c, then=Value(i)) for i, c in enumerate(Categorie.values)], default=Value(99))
    en_cours = Situation.objects.filter(dossier=OuterRef("pk"), debut__lte=le).filter(
        Q(fin__isnull=True) | Q(fin__gte=le)
    )
    return Subquery(en_cours.order_by(rang, "-debut", "-pk").values("categorie")[:1])


def _dernier_contact(le: date) -> Subquery:
    actes = Acte.objects.filter(dossier=OuterRef("pk"), le__lte=le)
    return Subquery(actes.order_by("-le").values("le")[:1], output_field=DateField())


LUS = (
    "numero", "statut", "completude", "version", "structure__fuseau", "jeune__nom_naissance", "jeune__nom_usage",
    "jeune__prenom", "jeune__naissance", "jeune__naissance_precision", "referent__nom", "referent__prenom",
    "adresse_commune__nom",
)  # fmt: skip
TRIS = {
    "nom": ("cle_nom", "cle_prenom"),
    "age": ("jeune__naissance",),
    "commune": ("adresse_commune__cle",),
    "statut": ("statut",),
    "completude": ("rang_completude",),
    "situation": ("situation",),
    "dernier_contact": ("dernier_contact",),
    "referent": ("referent__nom", "referent__prenom"),
    "numero": ("numero",),
}


def _annoter(lignes: QuerySet[Dossier], le: date) -> QuerySet[Dossier]:
    nom = Case(When(jeune__nom_usage="", then=F("jeune__nom_naissance")), default=F("jeune__nom_usage"))
    rangs = [When(completude=c, then=Value(i)) for i, c in enumerate(Completude.values)]
    lignes = lignes.annotate(
        cle_nom=_CleDeTri(nom),
        cle_prenom=_CleDeTri(F("jeune__prenom")),
        rang_completude=Case(*rangs, default=Value(0)),
        situation=_situation_courante(le),
        dernier_contact=_dernier_contact(le),
    )
    for colonne in colonnes():
        lignes = lignes.annotate(**colonne.annotations(le))
    return lignes


def _ordre(filtre: Filtre) -> list[OrderBy]:
    """Sort keys: those asked for (blank last either way), then the name, then the number."""
    champs = TRIS.get(filtre.tri)
    if champs is None:
        champs = (_colonnes[filtre.tri].tri,) if filtre.tri in _colonnes else TRIS["nom"]
    ordre = [F(c).desc(nulls_last=True) if filtre.decroissant else F(c).asc(nulls_last=True) for c in champs]
    return [*ordre, *(F(c).asc() for c in (*TRIS["nom"], "numero") if c not in champs)]


def _filtrer(lignes: QuerySet[Dossier], filtre: Filtre) -> QuerySet[Dossier]:
    if filtre.sans_referent:
        lignes = lignes.filter(referent__isnull=True)
    elif filtre.referent is not None:
        lignes = lignes.filter(referent=filtre.referent)
    if filtre.statut in Statut.values:
        lignes = lignes.filter(statut=filtre.statut)
    if filtre.completude in Completude.values:
        lignes = lignes.filter(completude=filtre.completude)
    if (texte := filtre.texte.strip()).isdigit() and len(texte) <= 7:
        return lignes.filter(numero=int(texte))
    for mot in mots(texte[:100]):
        # A prefix of any of the words of the name: the caseload is small, the database's rows are few.
        lignes = lignes.filter(Q(cle_nom__contains=mot) | Q(cle_prenom__contains=mot))
    return lignes


def portefeuille(*, agent: Agent, structure: Structure, le: date, filtre: Filtre) -> QuerySet[Dossier]:
    """Dossiers of the caseload that the agent may see, annotated, filtered and sorted. To give to `lignes`."""
    visibles = dossiers_visibles(agent=agent, structure=structure, le=le)
    annotes = _annoter(visibles.select_related("jeune", "referent", "adresse_commune", "structure"), le)
    # What a list doesn't show isn't read, let alone decrypted.
    return _filtrer(annotes, filtre).only(*LUS).order_by(*_ordre(filtre))


def lignes(dossiers: QuerySet[Dossier] | list[Dossier], *, le: date) -> list[Ligne]:
    """Rows of annotated dossiers, ready to show."""
    return [
        Ligne(
            dossier=d,
            age=age_affiche(d, le),
            situation=Categorie(s).label if (s := getattr(d, "situation", None)) else "",
            dernier_contact=getattr(d, "dernier_contact", None),
            autres={c.code: c.valeur(d) for c in colonnes()},
        )
        for d in dossiers
    ]


def age_affiche(dossier: Dossier, le: date) -> int | None:
    """Age on the day in whole years; None when the month of birth isn't known (the year alone says too little)."""
    jeune = dossier.jeune
    if jeune.naissance_precision == "annee":
        return None
    n = jeune.naissance
    return le.year - n.year - ((le.month, le.day) < (n.month, n.day))
