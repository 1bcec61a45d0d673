"""The worked examples, each named by its article."""

from __future__ import annotations

import pytest

from imilo.droit import decision, serialisation
from imilo.droit.decision import Decision
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.registre import regles, trouver
from tests.droit.exemples_yaml import Exemple, exemples

EXEMPLES = exemples()
DECIDES = [exemple for exemple in EXEMPLES if "resultat" in exemple.brut]


def _decider(exemple: Exemple) -> Decision[dict[str, object]]:
    return trouver(exemple.brut["regle"])(exemple.faits(), exemple.le, lectures=exemple.lectures())


def _en_json(valeur: object) -> object:
    return valeur.isoformat() if hasattr(valeur, "isoformat") else valeur


@pytest.mark.parametrize("exemple", DECIDES, ids=lambda exemple: exemple.nom)
def test_exemple(exemple: Exemple) -> None:
    rendue = _decider(exemple)
    attendu = {cle: _en_json(valeur) for cle, valeur in exemple.brut["resultat"].items()}
    obtenu = serialisation.encoder(rendue.resultat)
    assert {cle: obtenu[cle] for cle in attendu} == attendu
    for code, satisfait in exemple.brut.get("motifs", {}).items():
        assert rendue.motif(code).satisfait is satisfait
    if "avertit" in exemple.brut:
        assert any(exemple.brut["avertit"] in phrase for phrase in rendue.avertissements), rendue.avertissements
    if "dit" in exemple.brut:
        phrases = [motif.phrase for motif in rendue.motifs]
        assert any(exemple.brut["dit"] in phrase for phrase in phrases), phrases
    if "avertissements" in exemple.brut:
        assert len(rendue.avertissements) == exemple.brut["avertissements"], rendue.avertissements
    if "etape" in exemple.brut:
        formules = [etape.formule.replace("\u202f", " ") for etape in rendue.etapes]
        assert any(exemple.brut["etape"] in formule for formule in formules), formules


@pytest.mark.parametrize("exemple", [e for e in EXEMPLES if "erreur" in e.brut], ids=lambda exemple: exemple.nom)
def test_fait_refuse(exemple: Exemple) -> None:
    with pytest.raises(FaitInvalide) as refus:
        _decider(exemple)
    assert refus.value.champ == exemple.brut["erreur"]
    assert refus.value.message.endswith(".")


@pytest.mark.parametrize("exemple", [e for e in EXEMPLES if "hors_periode" in e.brut], ids=lambda exemple: exemple.nom)
def test_hors_periode(exemple: Exemple) -> None:
    with pytest.raises(HorsPeriode) as refus:
        _decider(exemple)
    assert refus.value.nom == exemple.brut["hors_periode"]


@pytest.mark.parametrize("exemple", DECIDES, ids=lambda exemple: exemple.nom)
def test_aller_retour_json_et_rejeu(exemple: Exemple) -> None:
    rendue = _decider(exemple)
    assert decision.depuis_json(decision.vers_json(rendue)) == rendue
    assert decision.depuis_json(decision.texte_canonique(rendue)) == rendue
    assert decision.rejouer(rendue).identique


@pytest.mark.parametrize("exemple", DECIDES, ids=lambda exemple: exemple.nom)
def test_chaque_decision_se_lit(exemple: Exemple) -> None:
    """Every sentence is a sentence, every point has its article, every article is cited once."""
    rendue = _decider(exemple)
    for motif in rendue.motifs:
        assert motif.phrase[0].isupper() or motif.phrase[0] == "«"
        assert motif.phrase.endswith(".")
        assert motif.article in rendue.articles
    assert len(set(rendue.articles)) == len(rendue.articles)
    assert {bareme.article for bareme in rendue.baremes} <= set(rendue.articles)
    for phrase in rendue.avertissements:
        assert phrase.endswith(".")


def test_chaque_regle_a_ses_exemples() -> None:
    assert {exemple.brut["regle"] for exemple in EXEMPLES} == {regle.nom for regle in regles()}


def test_les_exemples_ont_chacun_leur_nom() -> None:
    noms = [exemple.nom for exemple in EXEMPLES]
    assert len(set(noms)) == len(noms)
    assert len(DECIDES) >= 60
