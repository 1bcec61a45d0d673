"""The demonstration's payments: three past months reconcile with the agency's own ledger to the cent; the commands."""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from imilo.config.demonstration.asp import PAIEMENT, fictif
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.echanges.connecteurs.asp.faux import FausseAsp
from imilo.parcours.fiche.iban import lire_iban
from tests import amorce, processus
from tests.demonstration import Demonstration, base_demontree, commande, environnement

DECIDE = """
SELECT x.mois, sum(x.du) FROM (
    SELECT d.structure_id, d.mois, coalesce(d.reste_a_verser, d.montant) - coalesce(t.montant, 0) AS du
    FROM allocations_decisionallocation d
    LEFT JOIN allocations_troppercu t ON t.decision_id = d.id AND t.reglement = 'retenu'
    WHERE d.etat IN ('decidee', 'notifiee')
    UNION ALL
    SELECT p.structure_id, p.mois, p.montant FROM allocations_allocationpacea p WHERE p.etat = 'accordee'
) x JOIN acteurs_structure s ON s.id = x.structure_id WHERE s.code_departement = '37' GROUP BY 1
"""
PAYE = """
SELECT l.mois, sum(l.paye) FROM asp_ligne l JOIN acteurs_structure s ON s.id = l.structure_id
WHERE l.etat = 'payee' AND s.code_departement = '37' GROUP BY 1
"""

CODE = """
SELECT s.code FROM asp_liaison l JOIN acteurs_structure s ON s.id = l.structure_id WHERE s.code_departement = '37'
"""


@pytest.fixture(scope="module")
def base() -> Demonstration:
    return base_demontree()


def payes_par_l_agence(base: Demonstration) -> dict[date, Decimal]:
    """By month, from the ledger of the agency of ours, which knows nothing of our database."""
    code = base.valeur(CODE)
    sommes: dict[date, Decimal] = defaultdict(Decimal)
    with closing(sqlite3.connect(amorce.home() / "asp" / "registre.sqlite")) as registre:
        lues = registre.execute("SELECT mois, montant FROM lignes WHERE structure = ? AND paye_le IS NOT NULL", [code])
        for mois, montant in lues:
            sommes[date.fromisoformat(f"{mois}-01")] += Decimal(montant)
    return dict(sommes)


def test_trois_mois_passes_au_centime(base: Demonstration) -> None:
    decide, paye = (dict(base.lire(requete)) for requete in (DECIDE, PAYE))
    sien = payes_par_l_agence(base)
    dernier = mois_plus(debut_du_mois(base.jour), -2 if base.jour.day > PAIEMENT else -3)
    trois = [mois_plus(dernier, -n) for n in range(3)]
    for mois in trois:
        assert decide[mois] > 0, mois
        assert decide[mois] == paye[mois] == sien[mois], mois


def test_avec_des_rejets_corriges_et_des_regularisations(base: Demonstration) -> None:
    corriges = base.lire(
        "SELECT l.code, l.mois FROM asp_ligne l WHERE l.etat = 'rejetee' AND l.corrigee_le IS NOT NULL ORDER BY 1"
    )
    assert {code for code, _ in corriges} == {"1001", "1002", "1102"}
    regularisees = base.lire("SELECT montant, paye, etat FROM asp_ligne WHERE reference LIKE '%%-R2'")
    assert {m > 0 for m, _, _ in regularisees} == {True, False}
    assert all(etat == "payee" and m == p for m, p, etat in regularisees)


def test_ce_qui_a_change_dans_les_contrats_est_su_de_l_agence(base: Demonstration) -> None:
    """The agency's own ledger holds each contract until the day it really ends."""
    fins = dict(
        base.lire(
            "SELECT l.reference, coalesce(c.fin_le, c.fin_prevue)::text FROM asp_ligne l "
            "JOIN contrats_contratengagement c ON c.id = l.contrat_id "
            "WHERE l.genre = 'contrat' AND l.etat = 'acceptee'"
        )
    )
    assert fins
    asp = FausseAsp(amorce.home() / "asp")
    assert {reference: (asp.contrat(reference) or ("", ""))[1] for reference in fins} == fins


def test_il_reste_quelque_chose_a_faire(base: Demonstration) -> None:
    reste = base.lire("SELECT code FROM asp_ligne WHERE etat = 'rejetee' AND corrigee_le IS NULL ORDER BY 1")
    assert [code for (code,) in reste] == ["1001", "1002"]
    assert base.valeur("SELECT count(*) FROM asp_ligne WHERE etat = 'acceptee' AND decision_id IS NOT NULL") > 0
    sans = base.valeur(
        "SELECT count(DISTINCT c.dossier_id) FROM contrats_contratengagement c WHERE c.signe_le IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM fiche_comptebancaire b WHERE b.dossier_id = c.dossier_id)"
    )
    assert sans > 0


def test_rien_n_est_en_double(base: Demonstration) -> None:
    doubles = base.lire(
        "SELECT reference FROM asp_ligne WHERE etat <> 'rejetee' GROUP BY reference HAVING count(*) > 1"
    )
    assert doubles == []


def test_les_commandes(base: Demonstration) -> None:
    code = base.valeur(CODE)
    for nom in ("deposer", "relever"):
        fait = commande(base.urls, "asp", nom, "--structure", code, "--json")
        assert fait.returncode == 0, fait.stderr
        assert json.loads(fait.stdout)["injoignable"] == ""
    etat = commande(base.urls, "asp", "etat", "--json")
    assert etat.returncode == 0, etat.stderr
    dit = json.loads(etat.stdout)[code]
    assert (dit["a_corriger"], dit["injoignable_depuis"]) == (2, None)
    inconnue = commande(base.urls, "asp", "etat", "--structure", "ZZZ")
    assert inconnue.returncode == 1
    assert "Aucune structure ne porte le code ZZZ" in inconnue.stderr


def test_une_agence_absente_est_dite(base: Demonstration, tmp_path: Path) -> None:
    env = {**environnement(base.urls), "IMILO_ASP": str(tmp_path / "rien")}
    fait = processus.imilo("asp", "relever", env=env)
    assert fait.returncode == 1
    assert "absent" in fait.stdout


def test_la_fausse_asp_passe_une_fois(tmp_path: Path) -> None:
    options = ("--une-fois", "--le", "2026-12-05", "--json", "--dossier", str(tmp_path))
    fait = processus.imilo("asp", "faux", *options)
    assert fait.returncode == 0, fait.stderr
    assert json.loads(fait.stdout) == {"fichiers": 0, "acceptees": 0, "rejetees": 0, "payees": 0, "publies": 0}
    assert FausseAsp(tmp_path).lignes() == []


@pytest.mark.parametrize("rang", [0, 1, 10_000, 99_999])
def test_les_iban_de_la_demonstration_existent(rang: int) -> None:
    assert lire_iban(fictif(rang)) == fictif(rang)
    assert fictif(rang)[4:9] == "99999"
