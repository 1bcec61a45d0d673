"""A social security number in a free text of a CFA's call is kept nowhere, and the CFA is told which field had it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.apprentissage.models import DossierApprenant
from imilo.echanges.connecteurs.apprentissage.perimetre import perimetre_du_cfa
from tests.api.apprentissage.envois import apprenti, cle, envoyer, organisme

pytestmark = pytest.mark.django_db
NIR = "209033726100186"


@pytest.mark.parametrize(
    ("champ", "texte", "garde"),
    [
        ("adresse_apprenant", f"{NIR} 3 rue Haute", "(numéro retiré) 3 rue Haute"),
        ("adresse_apprenant", "chez Mme 2 09 03 37 261 001 86", "chez Mme (numéro retiré)"),
        ("adresse_apprenant", int(NIR), "(numéro retiré)"),
        ("libelle_court_formation", f"CAP {NIR}", "CAP (numéro retiré)"),
        ("email_contact", f"{NIR}@exemple.fr", ""),
    ],
)
def test_un_nir_est_retire_et_dit(structure: Structure, champ: str, texte: object, garde: str) -> None:
    cfa = organisme()
    reponse = envoyer([apprenti(**{champ: texte})], cle(cfa)).json()["data"][0]
    assert not reponse["has_error"]
    dits = [a["message"] for a in reponse["warnings"] if a["path"] == [champ]]
    assert len(dits) == 1
    assert "numéro de sécurité sociale" in dits[0]
    with perimetre_du_cfa(cfa.pk):
        ligne: dict[str, Any] = DossierApprenant.objects.values().get()
    assert NIR not in json.dumps(ligne, default=str).replace(" ", "")
    colonne = {"adresse_apprenant": "adresse", "libelle_court_formation": "formation", "email_contact": "courriel"}
    assert (ligne[colonne[champ]], ligne["nir_donne"]) == (garde, True)


def test_un_nir_pour_numero_est_refuse(structure: Structure) -> None:
    cfa = organisme()
    refuse, garde = envoyer(
        [apprenti(id_erp_apprenant=NIR), apprenti(id_erp_apprenant="1234567890123")], cle(cfa)
    ).json()["data"]
    assert refuse["validation_errors"][0]["path"] == ["id_erp_apprenant"]
    assert not garde["has_error"]


def test_une_adresse_ordinaire_reste(structure: Structure) -> None:
    cfa = organisme()
    envoyer([apprenti(adresse_apprenant="12 bis rue du 11 novembre 1918, bât. 3")], cle(cfa))
    with perimetre_du_cfa(cfa.pk):
        assert DossierApprenant.objects.get().adresse == "12 bis rue du 11 novembre 1918, bât. 3"
