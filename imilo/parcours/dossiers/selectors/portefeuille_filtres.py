"""The filters of the caseload: the dossier's own, and those that other applications declare.

portefeuille.declarer_filtre(FiltreDeclare("contrat", "Contrat", choix, condition))
portefeuille.declarer_echeance("contrats", fonction(le, jusqu_au) -> Q)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from imilo.acteurs.models import Structure
from imilo.parcours.dossiers.models import Acte, Completude, Dossier, Statut
from imilo.socle.normalisation import mots, normaliser


@dataclass(frozen=True)
class FiltreDeclare:
    """A filter of another application: a list of choices.

    `choix(structure, le)`: (value, label), without the blank one; empty: the filter isn't shown. `condition(valeur,
    le)`: what a dossier must satisfy, for a value among the choices. At most one query for the choices, none else.
    """

    code: str
    libelle: str
    choix: Callable[[Structure, date], Sequence[tuple[str, str]]]
    condition: Callable[[str, date], Q]


CONDITION_D_ECHEANCE = Callable[[date, date], Q]
_filtres: dict[str, FiltreDeclare] = {}
_echeances: dict[str, CONDITION_D_ECHEANCE] = {}


def declarer_filtre(filtre: FiltreDeclare) -> None:
    """Add a filter. Raises `ValueError` when its code is declared already."""
    if filtre.code in _filtres:
        raise ValueError(f"Le filtre {filtre.code} est déjà déclaré.")
    _filtres[filtre.code] = filtre


def filtres() -> tuple[FiltreDeclare, ...]:
    return tuple(_filtres.values())


def declarer_echeance(code: str, condition: CONDITION_D_ECHEANCE) -> None:
    """Say which dossiers have a deadline that is past and not yet dealt with, or comes between `le` and `jusqu_au`.

    Raises `ValueError` when `code` is declared already.
    """
    if code in _echeances:
        raise ValueError(f"Les échéances {code} sont déjà déclarées.")
    _echeances[code] = condition


@dataclass(frozen=True)
class Filtre:
    """What is asked of the caseload. `referent` None: every référent, else theirs and those of `remplaces` (agents
    whom they replace); `sans_referent`: nobody's.

    `echeance` and `contact` count days, `age_min` and `age_max` whole years. `contact`: no act for so long, on a
    dossier that is as old; `jamais`: no act at all. `autres`: values of declared filters, by code.
    """

    referent: int | None = None
    remplaces: tuple[int, ...] = ()
    sans_referent: bool = False
    statut: str = Statut.ACTIF
    completude: str = ""
    texte: str = ""
    echeance: int | None = None
    contact: int | None = None
    jamais: bool = False
    age_min: int | None = None
    age_max: int | None = None
    commune: str = ""
    autres: Mapping[str, str] = field(default_factory=dict)
    tri: str = "nom"
    decroissant: bool = False


def filtrer(lignes: QuerySet[Dossier], filtre: Filtre, le: date) -> QuerySet[Dossier]:
    """The dossiers (annotated with `cle_nom` and `cle_prenom`) that answer to every criterion."""
    lignes = _du_dossier(lignes, filtre)
    lignes = _de_la_personne(lignes, filtre, le)
    if filtre.contact is not None:
        limite = le - timedelta(days=filtre.contact)
        recents = Acte.objects.filter(dossier=OuterRef("pk"), le__gt=limite, le__lte=le)
        lignes = lignes.filter(~Exists(recents), premier_accueil__lte=limite)
    if filtre.jamais:
        lignes = lignes.filter(~Exists(Acte.objects.filter(dossier=OuterRef("pk"))))
    if filtre.echeance is not None:
        jusqu_au = le + timedelta(days=filtre.echeance)
        conditions = Q(pk__in=[])
        for condition in _echeances.values():
            conditions |= condition(le, jusqu_au)
        lignes = lignes.filter(conditions)
    for code, valeur in filtre.autres.items():
        if code in _filtres and valeur:
            lignes = lignes.filter(_filtres[code].condition(valeur, le))
    return lignes


def _du_dossier(lignes: QuerySet[Dossier], filtre: Filtre) -> QuerySet[Dossier]:
    if filtre.sans_referent:
        lignes = lignes.filter(referent__isnull=True)
    elif filtre.referent is not None:
        lignes = lignes.filter(referent__in=(filtre.referent, *filtre.remplaces))
    if filtre.statut in Statut.values:
        lignes = lignes.filter(statut=filtre.statut)
    if filtre.completude in Completude.values:
        lignes = lignes.filter(completude=filtre.completude)
    return lignes


def _de_la_personne(lignes: QuerySet[Dossier], filtre: Filtre, le: date) -> QuerySet[Dossier]:
    if filtre.age_min is not None:
        lignes = lignes.filter(jeune__naissance__lte=ne_au_plus_tard(filtre.age_min, le))
    if filtre.age_max is not None:
        lignes = lignes.filter(jeune__naissance__gt=ne_au_plus_tard(filtre.age_max + 1, le))
    if lieu := filtre.commune.strip():
        chiffres = lieu.isascii() and lieu.isdigit()
        critere = "adresse_code_postal__startswith" if chiffres else "adresse_commune__cle__startswith"
        lignes = lignes.filter(**{critere: lieu if chiffres else normaliser(lieu)})
    texte = filtre.texte.strip()
    if texte.isascii() and texte.isdigit() and len(texte) <= 7:
        return lignes.filter(numero=int(texte))
    for mot in mots(texte[:100]):
        # A prefix of any of the words of the name: the caseload is small, the database's rows are few.
        lignes = lignes.filter(Q(cle_nom__contains=mot) | Q(cle_prenom__contains=mot))
    return lignes


def ne_au_plus_tard(age: int, le: date) -> date:
    """The last day of birth of who is `age` years old on the day `le` (29 February counts from 1 March)."""
    try:
        return le.replace(year=le.year - age)
    except ValueError:
        return date(le.year - age, 2, 28)


def _pieces_et_rqth(le: date, jusqu_au: date) -> Q:
    """What the dossier itself knows to end: the identity document, the recognition as a disabled worker."""
    return Q(piece_expire_le__range=(le, jusqu_au)) | Q(rqth_au__range=(le, jusqu_au))


declarer_echeance("dossiers", _pieces_et_rqth)
