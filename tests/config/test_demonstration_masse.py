"""The bulk load: engagements that the law would give again, a load killed in its middle that goes on, search keys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any

import pytest

from imilo.acteurs.models import Site, Structure
from imilo.config.demonstration.lignes import Lieu, Redaction
from imilo.config.demonstration.masse import Masse, Textes
from imilo.config.demonstration.requetes import PERSONNES
from imilo.config.demonstration.territoire import Territoire
from imilo.droit.decision import depuis_json, rejouer
from tests import processus
from tests.demonstration import (
    LOT,
    NATIONALE,
    Demonstration,
    base_a_grossir,
    base_interrompue,
    base_nationale,
    commande,
    environnement,
    gardees,
)

JOUR = date(2026, 11, 22)
PETITE = 70  # dossiers of the small demonstration, which every size begins with
DECISIONS = """
SELECT 'eligibilite', eligibilite FROM contrats_contratengagement WHERE cadre = 'cej' UNION ALL
SELECT 'duree', duree FROM contrats_contratengagement WHERE cadre = 'cej' UNION ALL
SELECT 'duree d''un autre cadre', duree FROM contrats_contratengagement WHERE cadre <> 'cej' UNION ALL
SELECT 'heures', heures FROM contrats_contratengagement UNION ALL
SELECT 'forfait', forfait FROM contrats_contratengagement WHERE cadre = 'cej' UNION ALL
SELECT 'pieces', pieces FROM allocations_decisionallocation WHERE pieces IS NOT NULL UNION ALL
SELECT 'regularisation', regularisation FROM allocations_decisionallocation WHERE regularisation IS NOT NULL UNION ALL
SELECT 'prolongation', decision FROM contrats_prolongation UNION ALL
SELECT 'quantum', quantum FROM sanctions_procedure WHERE quantum IS NOT NULL UNION ALL
SELECT 'levee', levee FROM sanctions_procedure WHERE levee IS NOT NULL UNION ALL
SELECT 'examen', decision FROM contrats_examencej UNION ALL
SELECT 'competence', competence FROM diagnostics_orientation UNION ALL
SELECT 'delai', delai FROM diagnostics_orientation WHERE delai IS NOT NULL UNION ALL
SELECT 'droit', droit FROM allocations_decisionallocation UNION ALL
SELECT 'calcul', calcul FROM allocations_decisionallocation
"""
PERSONNES_LUES = "SELECT d.*, j.mots FROM dossiers_dossier d JOIN jeunes_jeune j ON j.id = d.jeune_id ORDER BY 1"
SANS_CLE = """
SELECT count(*) FROM dossiers_dossier d
WHERE NOT EXISTS (SELECT 1 FROM jeunes_cle c WHERE c.jeune_id = d.jeune_id AND c.structure_id = d.structure_id)
"""
CLES = ("jeunes_cle", "jeunes_mot", "jeunes_paire")
GROSSIR = """
from imilo.config.base_de_donnees import base_disponible, django
from imilo.socle.urls_base import Role
with base_disponible():
    django(Role.LOTS)
    from imilo.config.demonstration import chargement, plans
    from imilo.config.demonstration.territoire import creer_territoires
    plans.LOT, plans.CLES_DIFFEREES = 150, {a_partir_de}
    plan = chargement.PLANS["nationale"].avec(dossiers=370, actes=None, faits=False)
    jour = plans.date.fromisoformat("{jour}")
    commande = plans.commander("nationale", plan, creer_territoires(), jour=jour, graine="cles")
    chargement.Avancement.objects.create(nom=chargement.TRAITEMENT, parametres=commande.en_json())
    chargement.charger("nationale", 370)
"""


@pytest.fixture(scope="module")
def nationale() -> Demonstration:
    return base_nationale()


def test_every_decision_stored_is_the_law_s_and_replays_identical(nationale: Demonstration) -> None:
    vues: Counter[str] = Counter()
    for code, ecrites in gardees(nationale).items():
        for ecrite in ecrites:
            assert rejouer(depuis_json(ecrite)).identique, (code, ecrite)
    vues.update(quoi for quoi, _ in nationale.lire(DECISIONS))
    assert vues["calcul"] == vues["droit"] > 200
    assert vues["eligibilite"] == vues["duree"] > 30
    assert vues["examen"] == vues["eligibilite"] + 2  # two people of the small demonstration: another frame was chosen
    assert min(vues["prolongation"], vues["regularisation"], vues["quantum"], vues["levee"]) > 0


def test_a_plausible_share_has_a_contract_an_orientation_an_appointment(nationale: Demonstration) -> None:
    actifs = nationale.valeur("SELECT count(*) FROM dossiers_dossier WHERE statut = 'actif'")
    for table, tot, tard in (
        ("contrats_contratengagement WHERE etat = 'signe'", 0.04, 0.2),
        ("diagnostics_orientation", 0.1, 0.6),
        ("agenda_rendezvous WHERE statut = 'planifie'", 0.25, 0.6),
    ):
        combien = nationale.valeur(f"SELECT count(*) FROM {table}")  # our own names
        assert tot < combien / actifs < tard, table


def test_amounts_are_those_of_the_decisions(nationale: Demonstration) -> None:
    assert nationale.valeur("SELECT count(DISTINCT montant) FROM allocations_decisionallocation") > 8
    faux = nationale.lire(
        "SELECT id FROM allocations_decisionallocation WHERE forfait <> (calcul->'resultat'->>'forfait')::numeric "
        "OR (sens = 'accord' AND effets = '[]' AND montant <> (calcul->'resultat'->>'montant')::numeric) "
        "OR (effets <> '[]' AND montant >= (calcul->'resultat'->>'montant')::numeric)"  # what a sanction withholds
    )
    assert faux == []


def test_days_follow_each_other(nationale: Demonstration) -> None:
    """Reception, orientation, notification, signature, declaration, decision: in this order, none to come."""
    assert nationale.lire(
        "SELECT c.id FROM contrats_contratengagement c JOIN diagnostics_orientation o ON o.id = c.orientation_id "
        "JOIN dossiers_dossier d ON d.id = c.dossier_id WHERE NOT (d.premier_accueil <= o.decidee_le "
        "AND o.decidee_le <= o.notifiee_le AND o.notifiee_le < c.signe_le AND c.signe_le <= o.a_signer_avant_le)"
    ) == []  # fmt: skip
    assert nationale.lire(
        "SELECT a.id FROM allocations_decisionallocation a JOIN allocations_declaration d ON d.id = a.declaration_id "
        "WHERE a.decidee_le < d.declaree_le OR d.declaree_le < a.mois + interval '1 month' OR a.notifiee_le > %s",
        nationale.jour,
    ) == []  # fmt: skip


def test_the_journal_tells_of_every_contract(nationale: Demonstration) -> None:
    contrats = nationale.valeur(
        "SELECT count(*) FROM contrats_contratengagement WHERE etat IN ('signe', 'termine', 'rompu')"
    )
    faits = Counter(dict(nationale.lire("SELECT genre, count(*) FROM journal_fait GROUP BY 1")))
    assert faits["contrat.signe"] == contrats
    notifiees = nationale.valeur("SELECT count(*) FROM allocations_decisionallocation WHERE etat = 'notifiee'")
    assert faits["allocation.notifiee"] == notifiees


def test_telephones_are_ours_to_give(nationale: Demonstration) -> None:
    assert nationale.lire(r"SELECT telephone FROM dossiers_dossier WHERE telephone !~ '^(\+33[1-5]\d{8})?$'") == []


# --- stopped, then gone on with -------------------------------------------------------------------


def masse(deja: int = 0) -> Masse:
    structure = Structure(pk=1, code_departement="37", fuseau="Europe/Paris")
    lieu = Lieu(
        Territoire(structure, (Site(pk=1),), ("37261", "37050"), 9), [1, 2], 600, gestionnaire_id=3, pouvoir="p"
    )
    return Masse([lieu], Redaction(Random("noms"), JOUR, 1, 3650), 68, "graine", lot=300, deja=deja)


def rediger(lots: Masse, depuis: int = 0) -> Iterator[Textes]:
    for n, lot in lots._lots():
        if n >= depuis:
            yield lots._rediger((n, lot), [(rang, rang, rang) for _, rang, _ in lot])


def lisibles(textes: Textes) -> dict[str, Any]:
    """The lines, but for the columns that are encrypted: another ciphertext each time."""
    chiffrees = [rang for rang, c in enumerate(PERSONNES) if c in ("nir bytea", "piece_numero bytea")]
    lignes = [ligne.split("\t") for ligne in textes.tables["personnes"]]
    return {**textes.tables, "personnes": [[v for r, v in enumerate(c) if r not in chiffrees] for c in lignes]}


def test_a_batch_is_the_same_whoever_wrote_those_before() -> None:
    entiere, reprise = masse(), masse(deja=1)
    premier, second = rediger(entiere)
    donnes = masse()
    next(rediger(donnes))
    reprise._fabrique.rangs_nir.update({c: min(r, 50) for c, r in donnes._fabrique.rangs_nir.items()})
    (repris,) = rediger(reprise, depuis=1)
    assert lisibles(repris) == lisibles(second) != lisibles(premier)
    assert reprise.restants == 300


def test_a_load_killed_in_its_middle_says_how_to_finish_it() -> None:
    tuee = base_interrompue()
    ecrits = PETITE + 2 * LOT
    assert tuee.valeur("SELECT count(*) FROM dossiers_dossier") == ecrits
    autre = commande(tuee.urls, "demo", "--taille", "nationale", "--dossiers", "5000")
    assert autre.returncode == 1
    assert f"s'est arrêté à {ecrits} dossiers sur 2000" in " ".join(autre.stderr.split())
    assert " ".join(("imilo demo", *NATIONALE)) in " ".join(autre.stderr.split())
    depart = commande(tuee.urls, "migrate", "--dire-si-vide")
    assert f"s'est arrêté à {ecrits} dossiers" in " ".join((depart.stdout + depart.stderr).split())


def test_it_goes_on_where_it_was(nationale: Demonstration) -> None:
    avant = base_interrompue().lire(PERSONNES_LUES)
    assert f"reprise à {PETITE + 2 * LOT}" in nationale.dit
    assert nationale.lire(PERSONNES_LUES)[: len(avant)] == avant
    rangs = nationale.lire(
        "SELECT substr(courriel, 6, 7)::int FROM dossiers_dossier WHERE courriel LIKE 'jeune%%' ORDER BY 1"
    )
    rangs = [rang for (rang,) in rangs if rang > PETITE]  # a dossier handed over keeps its address in both structures
    assert len(rangs) == len(set(rangs))
    assert max(rangs) > 1900
    empreintes = nationale.lire("SELECT nir_empreinte FROM jeunes_jeune WHERE nir_empreinte IS NOT NULL")
    assert len(empreintes) == len(set(empreintes)) > 600
    assert nationale.valeur("SELECT count(*) FROM socle_avancement WHERE fini_le IS NULL") == 0
    encore = commande(nationale.urls, "demo", *NATIONALE)
    assert encore.returncode == 1
    assert "déjà des structures" in encore.stderr


# --- search keys ----------------------------------------------------------------------------------


def test_keys_left_for_the_end_are_missing_until_the_load_is_gone_on_with(nationale: Demonstration) -> None:
    assert base_interrompue().valeur(SANS_CLE) == 2 * LOT
    assert nationale.valeur(SANS_CLE) == 0
    assert "Clés de recherche" in nationale.dit


def test_keys_made_at_the_end_are_those_that_each_row_would_have_got() -> None:
    bases = [base_a_grossir(nom) for nom in ("cles_tenues", "cles_differees")]
    for base, a_partir_de in zip(bases, (1000, 300), strict=True):
        fini = processus.programme(GROSSIR.format(a_partir_de=a_partir_de, jour=JOUR), env=environnement(base.urls))
        assert fini.returncode == 0, fini.stderr[-4000:]
    tenues, differees = ({table: sorted(base.lire(f"SELECT * FROM {table}")) for table in CLES} for base in bases)
    assert tenues == differees
    assert len(tenues["jeunes_cle"]) > 370 * 4
    assert [base.valeur("SELECT parametres->>'cles_differees' FROM socle_avancement") for base in bases] == [
        "false",
        "true",
    ]
