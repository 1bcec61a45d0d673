"""`imilo droit`: JSON in, JSON out, one wrong element among others, and a decision taken again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from imilo.config.commandes.droit import app
from imilo.droit.registre import regles

DEMANDE = {
    "regle": "cej.allocation",
    "le": "2025-06-30",
    "faits": {
        "date_naissance": "2003-05-01",
        "foyer": "non_imposable",
        "mayotte": False,
        "mois": "2025-06",
        "ressources": [{"nature": "salaire", "montant": "600.00"}],
    },
}


def _lancer(*arguments: str, entree: object = "") -> tuple[int, str, str]:
    texte = entree if isinstance(entree, str) else json.dumps(entree)
    rendu = CliRunner().invoke(app, list(arguments), input=texte)
    return rendu.exit_code, rendu.stdout, rendu.stderr


def test_une_decision() -> None:
    code, sortie, _ = _lancer("evaluer", entree=DEMANDE)
    assert code == 0
    rendue = json.loads(sortie)
    assert rendue["resultat"]["montant"] == "414.06"
    assert rendue["etapes"][-1]["valeur"] == "414.06"
    assert "faits" not in rendue


def test_une_liste_garde_l_ordre_et_repond_aux_autres() -> None:
    fausse = {**DEMANDE, "faits": {**DEMANDE["faits"], "foyer": "riche"}}  # type: ignore[dict-item]  # a dictionary
    code, sortie, _ = _lancer("evaluer", entree=[DEMANDE, fausse, 12, DEMANDE])
    premiere, refusee, nombre, derniere = json.loads(sortie)
    assert (code, premiere, premiere["resultat"]["montant"]) == (0, derniere, "414.06")
    assert refusee["erreur"]["champ"] == "foyer"
    assert nombre["erreur"]["champ"] == "demande"
    assert _lancer("evaluer", entree=[])[1].strip() == "[]"


def test_ce_qui_n_est_pas_du_json() -> None:
    code, sortie, erreur = _lancer("evaluer", entree="{")
    assert (code, sortie) == (2, "")
    assert "n'est pas du JSON" in erreur
    assert _lancer("evaluer", entree="[" * 200_000)[0] == 2


def test_une_autre_lecture() -> None:
    demande = {"regle": "cej.duree", "le": "2025-01-15", "faits": {"debut": "2025-01-15"}}
    _, sortie, _ = _lancer("evaluer", "--lecture", "delais.duree=meme_quantieme", entree=demande)
    assert json.loads(sortie)["resultat"]["dernier_jour_possible"] == "2026-01-15"
    code, _, erreur = _lancer("evaluer", "--lecture", "delais.duree=hasard", entree=demande)
    assert code == 2
    assert "meme_quantieme" in erreur


def test_les_regles_et_leurs_faits() -> None:
    code, sortie, _ = _lancer("regles", "--json")
    decrites = {decrite["regle"]: decrite for decrite in json.loads(sortie)}
    assert (code, set(decrites)) == (0, {regle.nom for regle in regles()})
    faits = {fait["nom"]: fait for fait in decrites["cej.allocation"]["faits"]}
    assert faits["mois"]["obligatoire"]
    assert faits["foyer"]["choix"] == ["non_imposable", "premiere_tranche", "au_dela"]
    assert [fait["nom"] for fait in faits["ressources"]["faits"]] == ["nature", "montant"]
    _, a_lire, _ = _lancer("regles", "cej.a")
    assert "cej.allocation" in a_lire
    assert "cej.duree" not in a_lire
    assert _lancer("regles", "loto")[0] == 1


def test_les_lectures() -> None:
    assert {q["question"] for q in json.loads(_lancer("lectures", "--json")[1])} >= {"delais.duree", "delais.report"}
    assert "→ veille" in _lancer("lectures")[1]


def test_rejouer(tmp_path: Path) -> None:
    gardee = json.loads(_lancer("evaluer", "--complet", entree=DEMANDE)[1])
    code, sortie, _ = _lancer("rejouer", entree=gardee)
    assert (code, json.loads(sortie)) == (0, {"identique": True, "meme_resultat": True, "ecarts": []})
    gardee["resultat"]["montant"] = "500.00"
    fichier = tmp_path / "decision.json"
    fichier.write_text(json.dumps(gardee), encoding="utf-8")
    code, sortie, _ = _lancer("rejouer", str(fichier))
    assert code == 1
    assert json.loads(sortie)["ecarts"] == [{"champ": "resultat.montant", "avant": "500.00", "apres": "414.06"}]


@pytest.mark.parametrize("entree", [{}, [], {"regle": "cej.loto"}])
def test_rejouer_ce_qui_n_est_pas_une_decision(entree: object) -> None:
    code, sortie, erreur = _lancer("rejouer", entree=entree)
    assert (code, sortie) == (1, "")
    assert erreur.strip().endswith(".")


def test_rejouer_un_fichier_absent(tmp_path: Path) -> None:
    for nom in (str(tmp_path / "rien.json"), "ALLOC-XXX"):
        code, _, erreur = _lancer("rejouer", nom)
        assert code == 2
        assert "n'est ni un fichier, ni la référence d'une décision" in " ".join(erreur.split())


def test_la_commande_n_ouvre_ni_django_ni_base() -> None:
    """As a whole process, on a real standard input."""
    programme = (
        "import sys; from imilo.config.commandes import app; app(standalone_mode=False); print('django' in sys.modules)"
    )
    rendu = subprocess.run(
        [sys.executable, "-c", programme, "droit", "evaluer"],
        input=json.dumps(DEMANDE),
        capture_output=True,
        text=True,
        check=True,
    )
    decision, django = rendu.stdout.splitlines()
    assert json.loads(decision)["resultat"]["montant"] == "414.06"
    assert django == "False"
