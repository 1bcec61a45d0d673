"""The door of facts: what JSON gives, and what is wrong in it, on its field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imilo.droit import decision, porte, serialisation
from imilo.droit.lectures import PAR_DEFAUT, Lectures
from tests.droit.exemples_yaml import Exemple, exemples

JUIN = {
    "date_naissance": "2003-05-01",
    "foyer": "non_imposable",
    "mayotte": False,
    "mois": "2025-06",
    "ressources": [{"nature": "salaire", "montant": "600.00"}],
}
DECIDES = [exemple for exemple in exemples() if "resultat" in exemple.brut]
REFUSES = [exemple for exemple in exemples() if "erreur" in exemple.brut]


def _demande(**faits: Any) -> dict[str, Any]:
    return {"regle": "cej.allocation", "le": "2025-06-30", "faits": {**JUIN, **faits}}


def _refus(demande: object, lectures: Lectures = PAR_DEFAUT) -> tuple[str, str]:
    refuse = porte.repondre(demande, lectures)["erreur"]
    assert set(refuse) == {"champ", "message"}
    return refuse["champ"], refuse["message"]


def test_juin_2025() -> None:
    rendue = porte.repondre(_demande())
    assert rendue["resultat"]["montant"] == "414.06"
    assert {"regle", "le", "resultat", "motifs", "articles", "etapes", "baremes"} <= set(rendue)
    assert "faits" not in rendue
    assert decision.rejouer(decision.depuis_json(porte.repondre(_demande(), avec_faits=True))).identique


@pytest.mark.parametrize("exemple", DECIDES, ids=lambda exemple: exemple.nom)
def test_les_exemples_passent_par_la_porte(exemple: Exemple) -> None:
    demande = {"regle": exemple.brut["regle"], "le": exemple.le.isoformat(), "faits": exemple.en_json()}
    rendue = porte.repondre(demande, exemple.lectures())
    directe = porte.trouver(exemple.brut["regle"])(exemple.faits(), exemple.le, lectures=exemple.lectures())
    assert rendue["resultat"] == serialisation.encoder(directe.resultat)


@pytest.mark.parametrize("exemple", REFUSES, ids=lambda exemple: exemple.nom)
def test_les_refus_passent_par_la_porte(exemple: Exemple) -> None:
    demande = {"regle": exemple.brut["regle"], "le": exemple.le.isoformat(), "faits": exemple.en_json()}
    champ, message = _refus(demande, exemple.lectures())
    # The door knows the place in a list, which the facts inside don't.
    assert exemple.brut["erreur"].split(".")[-1] in champ.split(".")
    assert message.endswith(".")


@pytest.mark.parametrize(
    ("demande", "champ", "dit"),
    [
        (_demande(foyer="riche"), "foyer", "premiere_tranche"),
        (_demande(mayotte="non"), "mayotte", "true ou false"),
        (_demande(mayotte=None), "mayotte", "true ou false"),
        (_demande(mois="2025-13"), "mois", "2025-06"),
        (_demande(mois=202506), "mois", "texte"),
        (_demande(date_naissance="2033-01-01"), "date_naissance", "jour où l'âge est compté"),
        (_demande(date_naissance="01/05/2003"), "date_naissance", "AAAA-MM-JJ"),
        (_demande(date_naissance="2003-02-29"), "date_naissance", "AAAA-MM-JJ"),
        (_demande(date_naissance=20030501), "date_naissance", "AAAA-MM-JJ"),
        (_demande(ressources={}), "ressources", "liste"),
        (_demande(ressources=["salaire"]), "ressources.0", "objet"),
        (_demande(ressources=[{"nature": "loto", "montant": "1.00"}]), "ressources.0.nature", "loto"),
        (_demande(ressources=[{"nature": "salaire"}]), "ressources.0.montant", "manque"),
        (
            _demande(ressources=[JUIN["ressources"][0], {"nature": "salaire", "montant": "-1"}]),  # type: ignore[index]  # a list
            "ressources.1.montant",
            "négatif",
        ),
        (_demande(ressources=[{"nature": "salaire", "montant": 600}]), "ressources.0.montant", "guillemets"),
        (_demande(ressources=[{"nature": "salaire", "montant": "600,00"}]), "ressources.0.montant", "point"),
        (_demande(ressources=[{"nature": "salaire", "montant": "NaN"}]), "ressources.0.montant", "point"),
        (_demande(ressources=[{"nature": "salaire", "montant": "1e5"}]), "ressources.0.montant", "point"),
        (_demande(ressources=[{"nature": "salaire", "montant": "600.001"}]), "ressources.0.montant", "deux chiffres"),
        (_demande(loyer="1.00"), "loyer", "ne connaît pas"),
        ({**_demande(), "faits": []}, "faits", "objet"),
        ({"regle": "cej.allocation", "le": "2025-06-30"}, "date_naissance", "manque"),
        ({**_demande(), "le": "2021-06-30"}, "le", "01/03/2022"),
        ({**_demande(), "le": "hier"}, "le", "AAAA-MM-JJ"),
        ({**_demande(), "le": "20250630"}, "le", "AAAA-MM-JJ"),
        ({**_demande(), "le": None}, "le", "AAAA-MM-JJ"),
        ({**_demande(), "le": "9999-12-31"}, "le", "année"),
        (_demande(date_naissance="0203-05-01"), "date_naissance", "année"),
        ({**_demande(), "regle": "cej.loto"}, "regle", "cej.loto"),
        ({**_demande(), "regle": ["cej"]}, "regle", "nom d'une règle"),
        ({**_demande(), "version": "0"}, "regle", "version 0"),
        ({**_demande(), "version": []}, "version", "texte"),
        ({**_demande(), "jour": "2025-06-30"}, "jour", "n'a que"),
        ("cej.allocation", "demande", "objet"),
        (None, "demande", "objet"),
    ],
)
def test_ce_qui_est_faux_est_dit_a_son_champ(demande: object, champ: str, dit: str) -> None:
    au_champ, message = _refus(demande)
    assert (au_champ, message.endswith(".")) == (champ, True)
    assert dit in message


def test_les_lectures_passent_par_la_porte() -> None:
    demande = {"regle": "cej.duree", "le": "2025-01-15", "faits": {"debut": "2025-01-15"}}
    lues = Lectures.depuis_texte("delais.duree = meme_quantieme")
    assert porte.repondre(demande)["resultat"]["dernier_jour_possible"] == "2026-01-14"
    assert porte.repondre(demande, lues)["resultat"]["dernier_jour_possible"] == "2026-01-15"


@pytest.mark.parametrize(
    ("texte", "champ"),
    [
        ('{"regle": "age.revolu", "le": "2025-01-01", "le": "2025-01-02", "faits": {}}', "le"),
        ('{"regle": "age.revolu", "faits": {}, "le": "2025-01-02", "faits": {}}', "faits"),
        ('{"regle": "x", "le": "x", "faits": {"mois": "2025-06", "mayotte": false, "mois": "2025-07"}}', "mois"),
        ('{"regle": "x", "le": "x", "faits": {"r": [{"nature": "rsa"}, {"montant": 1, "montant": 1}]}}', "r.1.montant"),
    ],
)
def test_une_cle_ecrite_deux_fois_est_refusee(texte: str, champ: str) -> None:
    """The last of the two would win without a word, and the amount be another."""
    assert _refus(porte.lire_json(texte)) == (champ, "Cette clé est écrite deux fois : gardez-en une.")


def test_du_json_sans_repetition_se_lit_comme_ailleurs() -> None:
    demandes = [_demande(), {"a": [1, {"b": None}], "c": {}}]
    lues = porte.lire_json(json.dumps(demandes))
    assert lues == demandes
    assert porte.repondre(lues[0])["resultat"]["montant"] == "414.06"
