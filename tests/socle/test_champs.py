"""Amounts and deadlines: what the columns take and give back, and what a page refuses to show."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.template import Context, Template

from imilo.droit.delais import Echeance
from imilo.droit.montants import Montant
from imilo.parcours.allocations.models import DecisionAllocation, RessourceDeclaree
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.diagnostics.models import Orientation

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


def test_ce_qui_est_calcule_hors_du_droit_n_est_plus_du_droit() -> None:
    assert type(Montant("1.00") + Montant("2.00")) is Decimal
    le = Echeance(2026, 3, 1)
    assert type(le + (date(2026, 3, 2) - date(2026, 3, 1))) is date
    assert type(le - (date(2026, 3, 2) - date(2026, 3, 1))) is date
    assert type(le.replace(day=2)) is date
    assert le.au_plus_tard(date(2026, 2, 27)) == date(2026, 2, 27)
    with pytest.raises(ValueError, match="2026"):
        le.au_plus_tard(date(2026, 3, 2))
