"""Amounts and deadlines: what the columns take and give back, and what a page refuses to show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import JSONField, Value
from django.template import Context, Template

from imilo.droit.delais import Echeance
from imilo.droit.montants import Montant
from imilo.parcours.allocations.models import DecisionAllocation, RessourceDeclaree
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.diagnostics.models import Orientation
from imilo.socle import mots
from imilo.socle.champs import ChampDecision, ChampDecisions
from tests.fabriques import decision_du_droit

LE = date(2026, 3, 1)  # a day that nobody counted by the law
MONTANTS = [(DecisionAllocation, "montant"), (DecisionAllocation, "forfait"), (RessourceDeclaree, "montant")]
MONTANTS.append((ContratEngagement, "allocation_maximum"))
ECHEANCES = [(ContratEngagement, "fin_prevue"), (Orientation, "a_signer_avant_le")]


@pytest.mark.parametrize(("modele", "nom"), MONTANTS)
def test_un_montant_stocke_vient_du_droit(modele: type, nom: str) -> None:
    champ = modele._meta.get_field(nom)  # type: ignore[attr-defined]  # a model
    assert champ.pre_save(modele(**{nom: Montant("414.06")}), True) == Decimal("414.06")
    assert type(champ.from_db_value(Decimal("414.06"))) is Montant
    assert champ.from_db_value(None) is None
    with pytest.raises(TypeError, match="Montant"):
        champ.pre_save(modele(**{nom: Decimal("414.06")}), True)
    with pytest.raises(TypeError, match="Decimal"):
        champ.pre_save(modele(**{nom: Montant("414.06") + 1}), True)


@pytest.mark.parametrize(("modele", "nom"), ECHEANCES)
def test_une_echeance_stockee_vient_du_droit(modele: type, nom: str) -> None:
    champ = modele._meta.get_field(nom)  # type: ignore[attr-defined]  # a model
    le = Echeance(2026, 3, 1)
    assert champ.pre_save(modele(**{nom: le}), True) == date(2026, 3, 1)
    assert type(champ.from_db_value(date(2026, 3, 1))) is Echeance
    assert champ.from_db_value(None) is None
    for fausse in (date(2026, 3, 1), le.replace(day=2)):
        with pytest.raises(TypeError, match="Echeance"):
            champ.pre_save(modele(**{nom: fausse}), True)


def test_une_decision_stockee_vient_du_droit() -> None:
    une, plusieurs, ecrite = ChampDecision(name="droit"), ChampDecisions(name="effets"), decision_du_droit()
    assert une.get_db_prep_save(ecrite, connection).obj == ecrite
    assert plusieurs.get_db_prep_save([ecrite, ecrite], connection).obj == [ecrite, ecrite]
    assert plusieurs.get_db_prep_save([], connection).obj == []
    assert une.get_db_prep_save(None, connection) is None
    assert une.get_db_prep_save(Value({}, JSONField()), connection).as_sql  # an expression is the database's affair
    assert une.decisions(None) == plusieurs.decisions(None) == []
    assert une.decisions(ecrite) == plusieurs.decisions([ecrite]) == [ecrite]
    assert une.deconstruct()[1] == plusieurs.deconstruct()[1] == "django.db.models.JSONField"


@pytest.mark.parametrize(
    "fausse",
    [{}, [], "oui", 1, {"montant": "414.06"}, {"regle": "cej.loto"}, {"version": 2}, {"etape": []}, {"faits": ...}],
)
def test_ce_qui_n_est_pas_une_decision_ne_se_stocke_pas(fausse: object) -> None:
    """Nothing, a result alone, a rule or a version that isn't known, a field too many or missing."""
    if isinstance(fausse, dict) and fausse.keys() <= {"regle", "version", "etape", "faits"} and fausse:
        fausse = {cle: v for cle, v in {**decision_du_droit(), **fausse}.items() if v is not ...}
    with pytest.raises(TypeError, match="droit takes a decision"):
        ChampDecision(name="droit").get_db_prep_save(fausse, connection)
    with pytest.raises(TypeError, match="droit takes a"):
        ChampDecisions(name="droit").get_db_prep_save(fausse if fausse == "oui" else [fausse], connection)


def _rendre(source: str, **contexte: object) -> str:
    return Template("{% load imilo dossier %}" + source).render(Context(contexte))


def test_une_page_montre_un_montant_et_une_echeance_du_droit() -> None:
    assert _rendre("{{ m|montant }}", m=Montant("1414.06")) == "1\u202f414,06\u00a0€"
    assert _rendre("{{ e|echeance }}", e=Echeance(2026, 3, 1)) == "1er mars 2026"
    assert _rendre("{{ e|jours_restants:le }}", e=Echeance(2026, 3, 1), le=date(2026, 2, 27)) == "dans 2 jours"
    assert _rendre("{{ rien|montant }}{{ rien|echeance }}", rien=None) == ""


@pytest.mark.parametrize(
    ("source", "valeur"),
    [
        ("{{ v|montant }}", Decimal("414.06")),
        ("{{ v|montant }}", 414.06),
        ("{{ v|montant }}", "414,06 €"),
        ("{{ v|echeance }}", date(2026, 3, 1)),
        ("{{ v|echeance }}", "1er mars 2026"),
        ("{{ v|jours_restants:le }}", date(2026, 3, 1)),
    ],
)
def test_une_page_a_qui_l_on_donne_autre_chose_echoue(source: str, valeur: object) -> None:
    with pytest.raises(TypeError, match=r"imilo\.droit"):
        _rendre(source, v=valeur, le=date(2026, 2, 27))


def test_une_phrase_ne_dit_que_ce_que_le_droit_a_fait() -> None:
    assert mots.montant(Montant("1414.06")) == "1\u202f414,06\u00a0€"
    assert (mots.echeance(Echeance(2026, 3, 1)), mots.echeance_en_lettres(Echeance(2026, 3, 1))) == (
        "01/03/2026",
        "1er mars 2026",
    )
    for dire, faux in ((mots.montant, Decimal(1)), (mots.echeance, LE), (mots.echeance_en_lettres, LE)):
        with pytest.raises(TypeError, match=r"imilo\.droit"):
            dire(faux)


def test_ce_qui_est_calcule_hors_du_droit_n_est_plus_du_droit() -> None:
    assert type(Montant("1.00") + Montant("2.00")) is Decimal
    le = Echeance(2026, 3, 1)
    assert type(le + (date(2026, 3, 2) - date(2026, 3, 1))) is date
    assert type(le - (date(2026, 3, 2) - date(2026, 3, 1))) is date
    assert type(le.replace(day=2)) is date
    assert le.au_plus_tard(date(2026, 2, 27)) == date(2026, 2, 27)
    with pytest.raises(ValueError, match="2026"):
        le.au_plus_tard(date(2026, 3, 2))
