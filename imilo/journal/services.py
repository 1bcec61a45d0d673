"""Write in the journal: kinds and identifiers, never values, in the transaction of the act itself.

A fact that belongs to a transaction rolled back is rolled back with it. One INSERT (the SQL functions
`journal_inscrire_…`), no lock and no read: the chain is made afterwards by `imilo.journal.sceau`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime

from django.db import connection
from django.db.models import Model

from imilo.journal.genres import CONSULTATIONS, GENRES, Registre

# A short code: lower case, or with a digit when it has capitals (65440S00), so that no name looks like one.
CODE = re.compile(r"\A(?:[a-z0-9_.:\-]{1,60}|(?=[^0-9]*[0-9])[A-Za-z0-9_.:\-]{1,20})\Z")
LONGS_CHIFFRES = re.compile(r"\A[0-9.\-]{9,}\Z")  # a telephone number or a NIR, unless it is a day
JOUR = re.compile(r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
ENTIER_MAX = 10**12  # thirteen digits would be a NIR
ACTEUR = re.compile(r"\A(?:agent|systeme|[a-z_]{1,30}:[0-9]{1,18})\Z")
CLES_DE_VALEURS = frozenset(
    {"nom", "prenom", "prenoms", "nom_usage", "nir", "telephone", "courriel", "adresse", "naissance", "commentaire"}
    | {"date_naissance", "texte", "motif_libre"}
)

_INSCRIPTIONS = {r: f"SELECT journal_inscrire_{r.value}(%s, %s, %s, %s, %s, %s, %s, %s, %s)" for r in Registre}
_ENSEMBLE = """
SELECT journal_inscrire_fait(f.structure, %s, 'agent', f.genre, f.objet_type, f.objet, f.dossier, f.identifiants, %s)
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[]::jsonb[])
    AS f(structure, genre, objet_type, objet, dossier, identifiants)
"""
# Set by `imilo.journal.lots.datees` only; the database refuses an instant to any role but imilo_lots.
instant_des_lignes: ContextVar[datetime | None] = ContextVar("instant_des_lignes", default=None)


class GenreInconnu(ValueError):
    """The kind isn't declared in `imilo.journal.genres`."""


class ValeurDansLeJournal(ValueError):
    """What was given as an identifier looks like a value: the journal outlives erasure and holds none."""


def consigner(
    agent: Model | None,
    genre: str,
    objet: Model | None = None,
    *,
    structure: Model | int | None = None,
    dossier_id: int | None = None,
    acteur: str | None = None,
    **identifiants: int | str | None,
) -> None:
    """Write the fact that `agent` (None: the system, or who `acteur` names) did `genre` to `objet`.

    `structure` defaults to the object's, else to the perimeter's; `dossier_id` to the object's. `acteur` is
    "cle_api:<id>" for a call over the API. `identifiants` are numbers and short codes (None is left out).
    Raises `GenreInconnu`, `ValeurDansLeJournal`.
    """
    if genre not in GENRES:
        raise GenreInconnu(f"Genre de fait inconnu : {genre!r}. Déclarez-le dans imilo/journal/genres.py.")
    if structure is None:
        structure = getattr(objet, "structure_id", None)
    if dossier_id is None:
        dossier_id = _dossier_de(objet)
    _ecrire(
        Registre.FAIT,
        structure=int(structure.pk) if isinstance(structure, Model) else structure,
        agent=agent,
        acteur=acteur,
        genre=genre,
        objet=objet,
        dossier_id=dossier_id,
        identifiants=identifiants,
    )


def consigner_ensemble(
    agent: Model, faits: Sequence[tuple[str, Model]], **identifiants: Sequence[int | str] | int | str
) -> None:
    """Write many facts that `agent` did, (kind, object of a dossier), in one statement: a batch has thousands of them.

    An identifier given as a list (not a text) has one value for each fact. Raises as `consigner` does.
    """
    if inconnus := {genre for genre, _ in faits} - GENRES.keys():
        raise GenreInconnu(f"Genres de faits inconnus : {', '.join(sorted(inconnus))}.")
    par_fait = {cle: v if isinstance(v, list | tuple) else [v] * len(faits) for cle, v in identifiants.items()}
    colonnes = [
        [objet.structure_id for _, objet in faits],  # type: ignore[attr-defined]  # bound to a dossier
        [genre for genre, _ in faits],
        [objet._meta.label_lower for _, objet in faits],
        [objet.pk for _, objet in faits],
        [_dossier_de(objet) for _, objet in faits],
        [
            json.dumps(verifier_identifiants(dict(zip(par_fait, valeurs, strict=True))))
            for valeurs in zip(*par_fait.values(), strict=True)
        ],
    ]
    with connection.cursor() as curseur:
        curseur.execute(_ENSEMBLE, [agent.pk, instant_des_lignes.get(), *colonnes])


def consulter(
    agent: Model | None,
    dossier: Model,
    quoi: str = "dossier",
    *,
    objet: Model | None = None,
    acteur: str | None = None,
    **identifiants: int | str | None,
) -> None:
    """Write that `agent` looked at `dossier` (`quoi`: a key of CONSULTATIONS), or at `objet` of it.

    Who hasn't a dossier yet (an arrival) is told by their own row.

    Raises `GenreInconnu`, `ValeurDansLeJournal`.
    """
    if quoi not in CONSULTATIONS:
        raise GenreInconnu(f"Genre de consultation inconnu : {quoi!r}. Déclarez-le dans imilo/journal/genres.py.")
    _ecrire(
        Registre.CONSULTATION,
        structure=getattr(dossier, "structure_id", None),
        agent=agent,
        acteur=acteur,
        genre=quoi,
        objet=dossier if objet is None else objet,
        dossier_id=_dossier_de(dossier),
        identifiants=identifiants,
    )


def _dossier_de(objet: Model | None) -> int | None:
    if objet is None:
        return None
    if objet._meta.label_lower == "dossiers.dossier":
        return int(objet.pk)
    valeur = getattr(objet, "dossier_id", None)
    return None if valeur is None else int(valeur)


def _ecrire(
    registre: Registre,
    *,
    structure: int | None,
    agent: Model | None,
    acteur: str | None,
    genre: str,
    objet: Model | None,
    dossier_id: int | None,
    identifiants: dict[str, int | str | None],
) -> None:
    if objet is not None and not isinstance(objet.pk, int):
        raise TypeError(f"{objet._meta.label} n'a pas de numéro : donnez son code dans les identifiants.")
    with connection.cursor() as curseur:
        curseur.execute(
            _INSCRIPTIONS[registre],
            [
                structure,
                None if agent is None else agent.pk,
                verifier_acteur(acteur, agent is not None),
                genre,
                "" if objet is None else objet._meta.label_lower,
                None if objet is None else objet.pk,
                dossier_id,
                json.dumps(verifier_identifiants(identifiants)) if identifiants else "{}",
                instant_des_lignes.get(),
            ],
        )


def verifier_acteur(acteur: str | None, a_un_agent: bool) -> str:
    if acteur is None:
        return "agent" if a_un_agent else "systeme"
    if not ACTEUR.match(acteur):
        raise ValeurDansLeJournal(f"Acteur inattendu : {acteur!r} (agent, systeme, ou genre:numéro).")
    return acteur


def verifier_identifiants(
    identifiants: dict[str, int | str | None],
) -> dict[str, int | str]:
    """The identifiers without the absent ones. Raises `ValeurDansLeJournal` for what looks like a value."""
    gardes: dict[str, int | str] = {}
    for cle, valeur in identifiants.items():
        if valeur is None:
            continue
        if cle in CLES_DE_VALEURS or not _est_un_identifiant(valeur):
            raise ValeurDansLeJournal(f"{cle} : le journal garde des numéros et des codes courts, jamais de valeurs.")
        gardes[cle] = valeur
    return gardes


def _est_un_identifiant(valeur: object) -> bool:
    if isinstance(valeur, int):  # bool included: it prints as true or false
        return abs(valeur) < ENTIER_MAX
    if not isinstance(valeur, str) or not CODE.match(valeur):
        return False
    return JOUR.match(valeur) is not None or not LONGS_CHIFFRES.match(valeur)
