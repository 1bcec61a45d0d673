"""On a base of some size the directory reads its index, never a whole table, and a bulk load fills the keys."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from imilo.acteurs.models import Structure
from imilo.jeunes.annuaire import Demande, chercher
from imilo.jeunes.doublons import rapprocher
from imilo.jeunes.identite import Identite
from imilo.socle.perimetre import perimetre

NOMBRE = 20_000
TABLES = ("jeunes_cle", "jeunes_jeune", "dossiers_dossier")


def charger(base: psycopg.Connection[tuple[Any, ...]], structures: list[int]) -> None:
    """By COPY: one person and one dossier for each number."""
    with base.transaction():
        with base.cursor().copy(
            "COPY jeunes_jeune (id, cree_le, modifie_le, nom_naissance, nom_usage, prenom, autres_prenoms, nom_unique, "
            "sexe, naissance, naissance_precision, naissance_lieu, mots, version) FROM STDIN"
        ) as copie:
            for n in range(1, NOMBRE + 1):
                nom, prenom = f"nom{n % 4000}", f"prenom{n % 500}"
                ne_le = date(2000, 1, 1) + timedelta(days=n % 3000)
                copie.write_row(
                    (
                        n,
                        "2026-01-01",
                        "2026-01-01",
                        nom,
                        "",
                        prenom,
                        "",
                        False,
                        "F",
                        ne_le,
                        "jour",
                        "",
                        [nom, prenom],
                        1,
                    )
                )
        with base.cursor().copy(
            "COPY dossiers_dossier (cree_le, modifie_le, numero, jeune_id, structure_id, statut, completude, "
            "premier_accueil, venue, numero_ft, telephone, telephone_2, courriel, sans_adresse, adresse_numero, "
            "adresse_voie, adresse_complement, adresse_code_postal, niveau_diplome, piece_type, doublon_ecarte, "
            "fin_motif, version) FROM STDIN"
        ) as copie:
            for n in range(1, NOMBRE + 1):
                ici = structures[n % len(structures)]
                debut = ("2026-01-01", "2026-01-01", n, n, ici, "actif", "partiel", "2026-01-01", "", "")
                copie.write_row((*debut, f"+336{n:08d}", "", "", False, *[""] * 8, 1))


def envoyer_les_statistiques() -> None:
    """What Django's connection has read so far is counted at the end of its next transaction."""
    with connection.cursor() as curseur:
        curseur.execute("SELECT pg_stat_force_next_flush()")
        curseur.execute("SELECT 1")


def lectures(base: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    for fonction in ("pg_stat_force_next_flush", "pg_stat_clear_snapshot"):
        base.execute(f"SELECT {fonction}()")
    return dict(
        base.execute(
            "SELECT relname::text, seq_scan FROM pg_stat_user_tables WHERE relname = ANY(%s)", [list(TABLES)]
        ).fetchall()
    )


@pytest.mark.django_db(transaction=True)
def test_l_index_repond(
    structure: Structure,
    autre_structure: Structure,
    base_proprietaire: psycopg.Connection[tuple[Any, ...]],
) -> None:
    charger(base_proprietaire, [structure.pk, autre_structure.pk])
    base_proprietaire.execute("ANALYZE jeunes_cle, jeunes_jeune, dossiers_dossier")
    assert base_proprietaire.execute("SELECT count(*) FROM jeunes_cle").fetchone() == (NOMBRE * 4,)

    envoyer_les_statistiques()
    avant = lectures(base_proprietaire)
    identite = Identite(nom_naissance="nom7", prenom="prenom7", sexe="F", naissance=date(2000, 1, 8))
    with perimetre(structure.pk):
        assert len(chercher(Demande(("nom17", "prenom17")))) == 20
        assert len(chercher(Demande(("nom1",)))) == 20
        assert len(chercher(Demande(("nom17",), annee=2000))) >= 1
        assert chercher(Demande(naissance=date(2000, 1, 8)))
        assert len(chercher(Demande(telephone="+33600000042"))) == 1
        assert len(chercher(Demande(numero=42))) == 1
        assert rapprocher(identite, telephones=("+33600000042",)).candidats
    envoyer_les_statistiques()
    assert lectures(base_proprietaire) == avant
