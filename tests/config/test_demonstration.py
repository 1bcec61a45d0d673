"""The demonstration once loaded: what it holds, that it is the same each time, and that it is closed like any data."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import psycopg
import pytest

from imilo.acteurs.models import Structure
from imilo.config.demonstration.masse import a_reprendre, partager
from imilo.config.demonstration.personas import PERSONAS
from imilo.config.demonstration.territoire import Territoire
from imilo.socle.demarrage import Empechement
from imilo.socle.urls_base import Role
from tests.demonstration import Demonstration, base_demontree, base_nationale, commande, gardees

DOSSIERS = 2000
HISTOIRES = """
SELECT d.numero, j.nom_naissance, j.prenom, j.naissance, d.telephone, d.statut, d.completude, d.premier_accueil,
    (SELECT string_agg(a.le || a.theme || a.compte_rendu, '|' ORDER BY a.le, a.id) FROM dossiers_acte a
     WHERE a.dossier_id = d.id),
    (SELECT string_agg(r.debut::text || r.statut, '|' ORDER BY r.id) FROM agenda_rendezvous r
     WHERE r.dossier_id = d.id),
    (SELECT string_agg(x.mois || x.etat || x.montant, '|' ORDER BY x.id) FROM allocations_decisionallocation x
     WHERE x.dossier_id = d.id)
FROM dossiers_dossier d JOIN jeunes_jeune j ON j.id = d.jeune_id ORDER BY d.id LIMIT 67
"""


@pytest.fixture(scope="module")
def petite() -> Demonstration:
    return base_demontree()


@pytest.fixture(scope="module")
def nationale() -> Demonstration:
    return base_nationale()


def par(base: Demonstration, requete: str) -> dict[str, int]:
    return {str(cle): int(n) for cle, n in base.lire(requete)}


def test_sixty_dossiers_in_tours_at_every_stage(petite: Demonstration) -> None:
    tours = "FROM dossiers_dossier d JOIN acteurs_structure s ON s.id = d.structure_id AND s.code_departement = '37'"
    statuts = par(petite, f"SELECT d.statut, count(*) {tours} GROUP BY 1")
    # Sixty, of which one was handed over to La Réunion, and one that was taken over from there.
    assert sum(statuts.values()) == 61
    assert statuts == {"actif": 23, "en_veille": 33, "fin_accompagnement": 5}
    assert set(par(petite, f"SELECT d.completude, count(*) {tours} GROUP BY 1")) == {"partiel", "complet", "justifie"}
    etats = par(petite, "SELECT etat, count(*) FROM contrats_contratengagement GROUP BY 1")
    assert etats.keys() == {"prepare", "signe", "rompu", "termine"}


def test_days_of_the_law_approach(petite: Demonstration) -> None:
    """Allowances to decide; contracts past their term, or soon; a month to sign that is over, or nearly."""
    assert petite.valeur("SELECT count(*) FROM allocations_decisionallocation WHERE etat = 'preparee'") >= 4
    fins = [
        jours
        for (jours,) in petite.lire(
            "SELECT fin_prevue - %s FROM contrats_contratengagement WHERE etat = 'signe'", petite.jour
        )
    ]
    assert min(fins) < 0
    assert any(0 < jours <= 30 for jours in fins)
    sans_contrat = petite.lire(
        "SELECT a_signer_avant_le - %s FROM diagnostics_orientation o WHERE a_signer_avant_le IS NOT NULL AND NOT "
        "EXISTS (SELECT 1 FROM contrats_contratengagement c WHERE c.dossier_id = o.dossier_id AND c.etat <> 'prepare')",
        petite.jour,
    )
    assert any(jours < 0 for (jours,) in sans_contrat)
    assert any(0 <= jours <= 10 for (jours,) in sans_contrat)


def test_each_counsellor_has_appointments_today_and_later(petite: Demonstration) -> None:
    du_jour = par(
        petite,
        "SELECT a.courriel, count(*) FROM agenda_rendezvous r JOIN acteurs_agent a ON a.id = r.agent_id "
        "JOIN acteurs_structure s ON s.id = r.structure_id "
        f"WHERE r.statut = 'planifie' AND (r.debut AT TIME ZONE s.fuseau)::date = '{petite.jour}' GROUP BY 1",
    )
    assert {p.courriel for p in PERSONAS if p.profil == "conseiller"} <= set(du_jour)
    assert petite.valeur("SELECT count(*) FROM agenda_rendezvous WHERE debut::date > %s", petite.jour) > 3


def test_personas_can_sign_in_and_the_right_ones_sign(petite: Demonstration) -> None:
    places = petite.lire(
        "SELECT a.courriel, f.profil, f.representant_legal, s.code_departement, s.siret = a.siret "
        "FROM acteurs_affectation f JOIN acteurs_agent a ON a.id = f.agent_id "
        "JOIN acteurs_structure s ON s.id = f.structure_id WHERE f.au IS NULL AND f.principale"
    )
    attendues = {(p.courriel, p.profil, p.representant, p.departement, True) for p in PERSONAS}
    assert set(places) == attendues
    delegations = set(petite.lire("SELECT portee, profil FROM acteurs_delegation WHERE au IS NULL"))
    assert delegations == {("contrats", "conseiller"), ("allocations", "gestionnaire")}


def test_a_structure_for_each_departement_with_its_clock(petite: Demonstration) -> None:
    fuseaux = par(petite, "SELECT fuseau, count(*) FROM acteurs_structure GROUP BY 1")
    assert sum(fuseaux.values()) >= 101
    assert {"Indian/Reunion", "America/Cayenne", "Europe/Paris"} <= set(fuseaux)
    assert petite.valeur("SELECT count(DISTINCT siret) FROM acteurs_structure") == sum(fuseaux.values())
    assert petite.valeur("SELECT count(*) FROM acteurs_secteur") > 34_000


def test_nothing_is_dated_after_the_load(petite: Demonstration) -> None:
    assert petite.valeur("SELECT count(*) FROM journal_fait WHERE le > now()") == 0
    assert petite.valeur("SELECT count(*) FROM dossiers_dossier WHERE cree_le > now() OR modifie_le > now()") == 0
    genres = {genre for (genre,) in petite.lire("SELECT DISTINCT genre FROM journal_fait")}
    assert {"dossier.ouvert", "acte.saisi", "contrat.signe", "allocation.notifiee", "delegation.donnee"} <= genres


def test_the_journal_verifies(petite: Demonstration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "IMILO_SCEAUX", str(tmp_path))
    for mot in ("sceller", "verifier"):
        resultat = commande(petite.urls, "journal", mot)
        assert resultat.returncode == 0, resultat.stdout + resultat.stderr


def test_the_same_day_gives_the_same_dossiers(petite: Demonstration, nationale: Demonstration) -> None:
    if petite.jour != nationale.jour:
        pytest.skip("midnight passed between the two loads")
    assert petite.lire(HISTOIRES) == nationale.lire(HISTOIRES)


def test_a_second_load_is_refused_with_a_sentence(petite: Demonstration) -> None:
    resultat = commande(petite.urls, "demo")
    assert resultat.returncode == 1
    assert "déjà des structures" in resultat.stderr


def test_a_country_is_spread_over_its_structures(nationale: Demonstration) -> None:
    assert nationale.bilan["comptes"]["dossiers"] == DOSSIERS
    assert nationale.valeur("SELECT count(DISTINCT numero) FROM dossiers_dossier") == DOSSIERS
    assert nationale.valeur("SELECT count(DISTINCT structure_id) FROM dossiers_dossier") > 90
    nord, lozere = (
        nationale.valeur(
            "SELECT count(*) FROM dossiers_dossier d JOIN acteurs_structure s ON s.id = d.structure_id "
            "WHERE s.code_departement = %s",
            departement,
        )
        for departement in ("59", "48")
    )
    assert nord > 10 * lozere
    assert nationale.bilan["homonymes"] > 0
    assert nationale.bilan["dossiers_par_seconde"] > 0


def test_two_thirds_are_asleep(nationale: Demonstration) -> None:
    statuts = Counter(par(nationale, "SELECT statut, count(*) FROM dossiers_dossier GROUP BY 1"))
    assert statuts["en_veille"] / statuts.total() == pytest.approx(0.66, abs=0.04)


def test_each_dossier_written_in_bulk_is_found_by_its_name(nationale: Demonstration) -> None:
    sans_cle = nationale.valeur(
        "SELECT count(*) FROM dossiers_dossier d JOIN jeunes_jeune j ON j.id = d.jeune_id CROSS JOIN unnest(j.mots) m "
        "WHERE NOT EXISTS (SELECT 1 FROM jeunes_cle c WHERE c.jeune_id = j.id AND c.structure_id = d.structure_id "
        "AND c.mot = m)"
    )
    assert sans_cle == 0


def test_sequences_are_past_what_was_written(nationale: Demonstration) -> None:
    for sequence, table, colonne in (
        ("jeunes_jeune_id_seq", "jeunes_jeune", "id"),
        ("dossiers_dossier_id_seq", "dossiers_dossier", "id"),
        ("dossiers_acte_id_seq", "dossiers_acte", "id"),
        ("dossiers_numero_seq", "dossiers_dossier", "numero"),
    ):
        assert nationale.valeur(f"SELECT (SELECT max({colonne}) FROM {table}) <= last_value FROM {sequence}"), sequence


def test_what_was_written_in_bulk_is_as_a_form_would_write_it(nationale: Demonstration, db: None) -> None:
    """Derived columns, encrypted values and code lists."""
    from imilo.jeunes.models import Jeune
    from imilo.socle.chiffrement import dechiffrer, empreinte

    lignes = nationale.lire(
        "SELECT nom_naissance, nom_usage, prenom, autres_prenoms, mots, nir, nir_empreinte FROM jeunes_jeune "
        "WHERE nir IS NOT NULL ORDER BY id DESC LIMIT 50"
    )
    for nom, usage, prenom, autres, mots, nir, cle in lignes:
        clair = dechiffrer(nir, "jeunes_jeune.nir")
        jeune = Jeune(pk=1, nom_naissance=nom, nom_usage=usage, prenom=prenom, autres_prenoms=autres, nir=clair)
        jeune.preparer()
        assert (jeune.mots, empreinte(clair, "nir")) == (mots, bytes(cle))
    for colonne, liste in (
        ("venue", "moyen_venue"),
        ("niveau_diplome", "niveau_diplome"),
        ("fin_motif", "fin_accompagnement"),
    ):
        inconnus = nationale.lire(
            f"SELECT DISTINCT {colonne} FROM dossiers_dossier WHERE {colonne} <> '' AND {colonne} NOT IN "
            "(SELECT code FROM referentiels_code WHERE liste = %s)",
            liste,
        )
        assert inconnus == [], colonne


def test_row_level_security_holds_on_what_was_loaded(nationale: Demonstration) -> None:
    attendus = nationale.lire("SELECT structure_id, count(*) FROM dossiers_dossier GROUP BY 1 ORDER BY 1 LIMIT 5")
    with psycopg.connect(nationale.urls[Role.APP], autocommit=True) as app:
        assert app.execute("SELECT count(*) FROM dossiers_dossier").fetchone() == (0,)
        for structure, nombre in attendus:
            app.execute("SELECT set_config('imilo.structure', %s, false)", [str(structure)])
            assert app.execute("SELECT count(*), count(DISTINCT structure_id) FROM dossiers_dossier").fetchone() == (
                nombre,
                1,
            )


@pytest.mark.parametrize(
    ("voulus", "repris"), [(100_000, 0), (8_000_000, 0), (8_000_001, 999_999), (9_999_932, 999_999)]
)
def test_numbers_that_the_sequence_has_passed_serve_a_very_large_base(voulus: int, repris: int) -> None:
    assert a_reprendre(voulus, dernier=1_000_066, pris=67) == repris


def test_more_dossiers_than_numbers_is_refused_with_a_sentence() -> None:
    """Seven digits, from 1 to 9 999 999, of which 67 are taken."""
    with pytest.raises(Empechement, match="Demandez 1 dossiers de moins"):
        a_reprendre(9_999_933, dernier=1_000_066, pris=67)


def test_shares_add_up() -> None:
    territoires = [Territoire(Structure(), (), (), population) for population in (3, 7, 11)]
    assert partager(1000, territoires) == [143, 333, 524]


VIDES = {  # source: why the small demonstration holds none, and who replays one
    "pacea-effet": "nobody there in a PACEA is sanctioned: tests/parcours/allocations/test_sanctions_du_pacea.py",
    "reorientation": "nobody there asks for another orientation: tests/web/decision/test_pourquoi.py",
}


def test_every_decision_kept_replays_whatever_its_source(petite: Demonstration) -> None:
    """Each decision of the law that the base keeps, taken again, is the same to the last word."""
    from imilo.droit.decision import depuis_json, rejouer

    par_source = gardees(petite)
    assert {code for code, ecrites in par_source.items() if not ecrites} == VIDES.keys()
    for code, ecrites in par_source.items():
        for ecrite in ecrites:
            rejeu = rejouer(depuis_json(ecrite))
            assert rejeu.identique, (code, rejeu.ecarts)


def test_a_suspension_really_reduces_a_month_and_corrections_add_up(petite: Demonstration) -> None:
    retenus = petite.lire(
        "SELECT montant, (calcul->'resultat'->>'montant')::numeric FROM allocations_decisionallocation "
        "WHERE jsonb_array_length(effets) > 0 AND etat <> 'preparee'"
    )
    assert retenus
    assert all(0 < montant < calcule for montant, calcule in retenus)
    assert petite.valeur("SELECT count(*) FROM allocations_decisionallocation WHERE rang = 2 AND reste_a_verser > 0")
    suites = par(petite, "SELECT suite || ' ' || reglement, count(*) FROM allocations_troppercu GROUP BY 1")
    assert {"a_rembourser retenu", "a_rembourser a_regler"} <= suites.keys()
    assert petite.valeur("SELECT count(*) FROM allocations_declaration WHERE agent_id IS NULL") == 1
    assert petite.valeur("SELECT count(*) FROM allocations_piecesattendues") == 3
