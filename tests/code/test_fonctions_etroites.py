"""Functions that run as the owner of the tables: nobody borrows their power."""

from __future__ import annotations

import psycopg
import pytest

from imilo.socle.postgres_roles import Urls
from tests.conftest import Connexion

pytestmark = pytest.mark.django_db

DEFINER = """
SELECT p.oid::regprocedure::text, coalesce(array_to_string(p.proconfig, E'\\n'), ''), p.prorettype = 'trigger'::regtype,
       has_function_privilege('imilo_app', p.oid, 'EXECUTE') OR has_function_privilege('imilo_lots', p.oid, 'EXECUTE'),
       EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0)
FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace ORDER BY 1
"""


def test_les_objets_temporaires_viennent_en_dernier(base_proprietaire: Connexion) -> None:
    """Without `pg_temp` said last, PostgreSQL looks there first: a caller's temporary view would be read."""
    fonctions = base_proprietaire.execute(DEFINER).fetchall()
    assert len(fonctions) >= 8
    for nom, reglages, *_ in fonctions:
        chemin = next((r for r in reglages.splitlines() if r.startswith("search_path=")), "")
        assert chemin.endswith("pg_temp"), f"{nom} : {chemin or 'sans search_path'}"


def test_les_fonctions_de_declencheur_ne_s_attachent_a_rien_d_autre(base_proprietaire: Connexion) -> None:
    for nom, _, declencheur, executable, publique in base_proprietaire.execute(DEFINER).fetchall():
        assert not publique, f"{nom} est ouverte à tous"
        if declencheur:
            assert not executable, f"{nom} peut être attachée à une table d'un autre"


def test_l_application_ne_fait_pas_de_table_temporaire(base_proprietaire: Connexion) -> None:
    (peut,) = base_proprietaire.execute(  # type: ignore[misc]  # one row, always
        "SELECT has_database_privilege('imilo_app', current_database(), 'TEMPORARY')"
    ).fetchone()
    assert not peut


def test_aucune_fonction_ne_porte_un_reglage_a_nous(base_proprietaire: Connexion) -> None:
    """Only a superuser may attach a setting that PostgreSQL doesn't know: no server but ours would take it."""
    portes = {nom for nom, reglages, *_ in base_proprietaire.execute(DEFINER).fetchall() if "imilo." in reglages}
    assert portes == set()


def test_le_proprietaire_ne_lit_rien_de_lui_meme(urls_base: Urls) -> None:
    """His policy opens where who runs isn't who signed in: in his functions, not in his own session."""
    with psycopg.connect(urls_base.proprietaire) as connexion:
        politiques = connexion.execute(
            "SELECT count(*), count(*) FILTER (WHERE qual ~* 'session_user <> current_user') FROM pg_policies "
            "WHERE policyname = 'proprietaire' AND tablename !~ '^journal'"
        ).fetchone()
        assert politiques is not None
        assert politiques[0] == politiques[1] > 20
        assert connexion.execute("SELECT session_user = current_user").fetchone() == (True,)
