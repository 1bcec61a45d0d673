"""Every table of the database, filled by the demonstration: without a perimeter raw SQL gets nothing of a dossier.

A new table is in one of the lists below, or the first test fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql

from imilo.socle.urls_base import Role
from tests.demonstration import Demonstration, base_demontree

Connexion = psycopg.Connection[tuple[Any, ...]]

# What is bound to a person or a dossier, by the name of its application; their event tables with them.
DES_PERSONNES = re.compile(
    r"\A(?:jeunes_jeune|jeunes_jeuneevent|(?:dossiers|acces|transferts|agenda|diagnostics|contrats|sanctions|allocations|portefeuilles)_[a-z]+"
    r"|(?:liens|messagerie)_[a-z]+"
    r"|(?:activites|arrivees|asp|fiche|listes)_[a-z]+|apprentissage_(?:transmission|suite)"
    r"|journal_(?:fait|consultation)|doublons_(?:paire|fusion))\Z"
)
# Closed to the running role in the perimeter of any structure, by privileges or by policy.
FERMEES = {
    "jeunes_cle": "search keys of the whole country: read by the directory's functions only",
    "jeunes_mot": "words of the country and their neighbours: read by the directory's functions only",
    "jeunes_paire": "pairs of words of each person: likewise",
    "jeunes_quota": "how often an agent searched the country in the hour: its function only",
    "apprentissage_dossierapprenant": "opened by the key of the establishment that wrote it only",
    "doublons_reunion": "persons of two structures made one: both need it, through functions only",
    "journal_maillon": "hashes and numbers of the chain: the sealer's",
    "journal_filigrane": "how far the sealer has come",
    "journal_sceau": "the lines of the second place",
    "journal_base": "the identity of the database",
    "socle_avancement": "how far long batches have come",
}
SANS_PERSONNE = {
    "acteurs": "structures, agents and their rights: read across structures to sign in and to name a référent",
    "apprentissage": "establishments, their keys and their calls; apprentices are in FERMEES",
    "auth": "Django's groups and permissions, unused",
    "django": "content types, migrations, and the table of sessions that we don't use",
    "dsfr": "settings of the design system's package",
    "pghistory": "unused: contexts are in the event rows",
    "procrastinate": "jobs hold identifiers, never values",
    "referentiels": "national code lists",
    "web": "sessions of agents and forms already sent",
}
# Empty after the demonstration: nothing in the application changes these rows, so they have no former state.
SANS_EVENEMENT = {
    "diagnostics_diagnosticevent": "an assessment is replaced by a later one, never changed",
    "diagnostics_diagnosticthemeevent": "the same for its themes",
    "diagnostics_contrainteevent": "the same for its constraints",
    "diagnostics_elementdecontrainteevent": "the same for their situations and goals",
    "diagnostics_appreciationevent": "the same for digital autonomy and the power to act",
    "diagnostics_metierdudiagnosticevent": "the same for the jobs aimed at",
    "contrats_examencejevent": "an examination is replaced by a later one, never changed",
    "contrats_signatureevent": "a signature is never changed",
    "contrats_prolongationevent": "a prolongation is never changed: another one follows it",
}
TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
    array(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
FROM pg_class c
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace ORDER BY 1
"""


@pytest.fixture(scope="module")
def base() -> Demonstration:
    return base_demontree()


@pytest.fixture(scope="module")
def tables(base: Demonstration) -> dict[str, tuple[bool, list[str]]]:
    return {nom: (protegee, colonnes) for nom, protegee, colonnes in base.lire(TABLES)}


@pytest.fixture(scope="module")
def protegees(tables: dict[str, tuple[bool, list[str]]]) -> list[str]:
    return [nom for nom in tables if DES_PERSONNES.match(nom)]


@pytest.fixture
def app(base: Demonstration) -> Iterator[Connexion]:
    """The running role, on raw SQL."""
    with psycopg.connect(base.urls[Role.APP], autocommit=True) as connexion:
        yield connexion


def deux_structures(base: Demonstration) -> tuple[int, int]:
    ici, ailleurs = base.lire("SELECT structure_id, count(*) FROM dossiers_dossier GROUP BY 1 ORDER BY 2 DESC LIMIT 2")
    return int(ici[0]), int(ailleurs[0])


def compter(connexion: Connexion, table: str, condition: str = "true") -> int:
    """Rows of `table` that this connection sees; none when it is refused, or its perimeter isn't a structure."""
    requete = sql.SQL("SELECT count(*) FROM {} t WHERE {}").format(sql.Identifier(table), sql.SQL(condition))
    try:
        ligne = connexion.execute(requete).fetchone()
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidTextRepresentation):
        return 0
    assert ligne is not None
    return int(ligne[0])


def de_la_structure(colonnes: list[str], structure: int) -> str:
    """The condition that a row is of this structure; a person, of every structure that has a dossier of theirs."""
    if "structure_id" in colonnes:
        return f"t.structure_id = {structure}"
    return f"EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = t.id AND d.structure_id = {structure})"


def test_each_table_is_known_and_says_what_it_holds(tables: dict[str, tuple[bool, list[str]]]) -> None:
    inconnues = [
        nom
        for nom in tables
        if not DES_PERSONNES.match(nom) and nom not in FERMEES and nom.split("_")[0] not in SANS_PERSONNE
    ]
    assert inconnues == []


def test_a_table_that_points_at_a_dossier_or_a_person_is_protected(tables: dict[str, tuple[bool, list[str]]]) -> None:
    oubliees = [
        nom
        for nom, (_, colonnes) in tables.items()
        if {"dossier_id", "jeune_id"} & set(colonnes) and not DES_PERSONNES.match(nom) and nom not in FERMEES
    ]
    assert oubliees == []


def test_row_level_security_is_enabled_and_forced(
    tables: dict[str, tuple[bool, list[str]]], protegees: list[str]
) -> None:
    assert [nom for nom in protegees if not tables[nom][0]] == []


def test_the_demonstration_fills_them_for_two_structures(
    base: Demonstration, tables: dict[str, tuple[bool, list[str]]], protegees: list[str]
) -> None:
    with psycopg.connect(base.admin) as admin:
        for structure in deux_structures(base):
            vides = {n for n in protegees if not compter(admin, n, de_la_structure(tables[n][1], structure))}
            assert vides == set(SANS_EVENEMENT), structure


def test_without_a_perimeter_the_running_role_sees_nothing(app: Connexion, protegees: list[str]) -> None:
    assert {nom: n for nom in (*protegees, *FERMEES) if (n := compter(app, nom))} == {}


def test_the_running_role_has_no_perimeter_of_everything(app: Connexion, protegees: list[str]) -> None:
    app.execute("SELECT set_config('imilo.structure', '*', false)")
    assert {nom: n for nom in (*protegees, *FERMEES) if (n := compter(app, nom))} == {}


def test_batches_see_nothing_without_a_perimeter(base: Demonstration, protegees: list[str]) -> None:
    with psycopg.connect(base.urls[Role.LOTS], autocommit=True) as lots:
        assert {nom: n for nom in protegees if (n := compter(lots, nom))} == {}


def test_in_the_perimeter_of_a_structure_all_its_rows_and_no_other(
    base: Demonstration, app: Connexion, tables: dict[str, tuple[bool, list[str]]], protegees: list[str]
) -> None:
    structures = deux_structures(base)
    with psycopg.connect(base.admin) as admin:
        for ici, ailleurs in (structures, structures[::-1]):
            app.execute("SELECT set_config('imilo.structure', %s, false)", [str(ici)])
            for nom in protegees:
                d_ici = de_la_structure(tables[nom][1], ici)
                assert compter(app, nom) == compter(admin, nom, d_ici), nom
                if "structure_id" in tables[nom][1]:
                    assert compter(app, nom, de_la_structure(tables[nom][1], ailleurs)) == 0, nom
            assert {nom: n for nom in FERMEES if (n := compter(app, nom))} == {}


def test_in_the_perimeter_of_a_structure_no_other_can_be_changed(
    base: Demonstration, app: Connexion, tables: dict[str, tuple[bool, list[str]]], protegees: list[str]
) -> None:
    ici, ailleurs = deux_structures(base)
    app.execute("SELECT set_config('imilo.structure', %s, false)", [str(ici)])
    for nom in protegees:
        colonne = "structure_id" if "structure_id" in tables[nom][1] else "id"
        for ordre in ("DELETE FROM {t}", "UPDATE {t} SET {c} = {c}"):
            with app.transaction(force_rollback=True):
                touchees = _executer(app, ordre, nom, colonne, ailleurs if colonne == "structure_id" else None)
            assert touchees == 0, (nom, ordre)


def _executer(connexion: Connexion, ordre: str, table: str, colonne: str, structure: int | None) -> int:
    """Rows that the order touched in that structure (None: persons who have no dossier of the perimeter)."""
    ou = (
        "structure_id = %s"
        if structure is not None
        else "%s::int IS NULL AND NOT EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.jeune_id = {t}.id)"
    )
    requete = sql.SQL(f"{ordre} WHERE {ou}").format(t=sql.Identifier(table), c=sql.Identifier(colonne))
    try:
        with connexion.transaction():
            return connexion.execute(requete, [structure]).rowcount
    except psycopg.errors.InsufficientPrivilege:
        return 0


def test_partitions_are_closed_under_their_own_names(base: Demonstration, app: Connexion) -> None:
    partitions = [
        nom
        for (nom,) in base.lire(
            "SELECT inhrelid::regclass::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE c.relkind = 'r'"
        )
    ]
    assert partitions
    app.execute("SELECT set_config('imilo.structure', %s, false)", [str(deux_structures(base)[0])])
    for nom in partitions:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(sql.SQL("SELECT 1 FROM {}").format(sql.Identifier(nom)))


def test_exceptions_are_still_exceptions(tables: dict[str, tuple[bool, list[str]]]) -> None:
    """A table that goes takes its line with it."""
    assert {*FERMEES, *SANS_EVENEMENT} - set(tables) == set()
    assert set(SANS_PERSONNE) - {nom.split("_")[0] for nom in tables} == set()
