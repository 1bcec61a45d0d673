"""The linkage of lines in memory: what a background job calls for a list that has just arrived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

from imilo.jeunes.rapprochement.atelier import Atelier
from imilo.jeunes.rapprochement.resultat import Resultat

Dossiers = Literal["dossiers"]
Contre = Dossiers | Iterable[Mapping[str, str]]


def rapprocher_lignes(
    lignes: Iterable[Mapping[str, str]],
    contre: Contre = "dossiers",
    *,
    colonnes: Mapping[str, str] | None = None,
    un_a_un: bool = True,
) -> Iterator[Resultat]:
    """One `Resultat` per line, in the order given: who each person is, how likely, and what says so.

    `lignes` are rows by column name: ours (imilo.jeunes.rapprochement.colonnes.NOMS: nom, nom_usage, prenom,
    autres_prenoms, sexe, naissance, lieu_naissance, numero_voie, adresse, complement, code_postal, commune,
    telephone, telephone_2, courriel, nir, ine, identifiant), their usual other names, or those that `colonnes`
    gives as {ours: theirs}. The names of the first line are everybody's. Missing columns and blanks are no evidence.

    `contre="dossiers"`: all the dossiers of the country, read as the batch role (the background worker's, or
    `imilo rapprocher`); `Resultat.personne` is then `Jeune.id` and `dossier` the numbers of their dossiers. Else
    rows, and `dossier` is their `reference` column, or their place (from 0).

    Nothing is written. Raises `ColonnesInconnues` when no column tells who people are. The whole list is linked
    at once (a person of the base answers to one line only, with `un_a_un`), so results come at the end.
    """
    with Atelier() as atelier:
        nombre = atelier.prendre_liste(lignes, colonnes)
        if nombre == 0:
            return
        if contre == "dossiers":
            atelier.prendre_dossiers()
        else:
            atelier.prendre_base(contre, colonnes)
        yield from atelier.rapprocher(un_a_un=un_a_un)
