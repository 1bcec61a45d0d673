"""What may be typed as a fact: each limit on both of its sides, each wrong type, and where a wrong one is named."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import pytest

from imilo.droit import faits
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.montants import Montant
from imilo.droit.pacea.allocations import Versement
from imilo.droit.pmsmp.prescripteurs import Autorisation


@pytest.mark.parametrize("jour", [date(1900, 1, 1), date(1901, 1, 1), date(2026, 11, 22), date(2199, 12, 31)])
def test_un_jour_d_une_annee_calculable(jour: date) -> None:
    faits.verifier_jour("le", jour)


@pytest.mark.parametrize("jour", [date(1899, 12, 31), date(2200, 1, 1), date(2, 1, 1), datetime(2026, 1, 1), "2026", 3])
def test_un_jour_refuse(jour: Any) -> None:
    with pytest.raises(FaitInvalide) as refus:
        faits.verifier_jour("signe_le", jour)
    assert refus.value.champ == "signe_le"


@pytest.mark.parametrize("texte", ["0", "0.01", "12.50", "12.500", "100000000", "999999999.99"])
def test_un_montant_garde_ses_deux_decimales(texte: str) -> None:
    lu = faits.montant("montant", Decimal(texte))
    assert isinstance(lu, Montant)
    assert lu == Decimal(texte)
    assert lu.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "valeur",
    [
        Decimal("-0.01"),
        Decimal(10**9),
        Decimal(10**12),
        Decimal("0.001"),
        Decimal("0.999"),
        Decimal("0.005"),
        Decimal("NaN"),
        Decimal("Infinity"),
        12,
        1.5,
        "12",
        None,
    ],
)
def test_un_montant_refuse(valeur: Any) -> None:
    with pytest.raises(FaitInvalide) as refus:
        faits.montant("montant", valeur)
    assert refus.value.champ == "montant"


@pytest.mark.parametrize("valeur", [Decimal(0), Decimal("0.5"), Decimal(168)])
def test_des_heures_par_semaine(valeur: Decimal) -> None:
    faits.verifier_heures("heures", valeur)


@pytest.mark.parametrize(
    "valeur",
    [Decimal("-0.5"), Decimal(-1), Decimal("168.5"), Decimal(169), Decimal("NaN"), Decimal("Infinity"), 15, "15"],
)
def test_des_heures_refusees(valeur: Any) -> None:
    with pytest.raises(FaitInvalide, match="heures") as refus:
        faits.verifier_heures("heures", valeur)
    assert refus.value.champ == "heures"


@pytest.mark.parametrize("valeur", [1, 2, 119, 120])
def test_un_nombre_de_mois(valeur: int) -> None:
    faits.verifier_nombre_de_mois("mois", valeur)


@pytest.mark.parametrize("valeur", [0, -1, 121, 1200, True, Decimal(3), "3", None])
def test_un_nombre_de_mois_refuse(valeur: Any) -> None:
    with pytest.raises(FaitInvalide):
        faits.verifier_nombre_de_mois("mois", valeur)


def test_un_choix_est_de_la_liste_ou_dit_laquelle() -> None:
    faits.verifier_choix("etat", "oui", Literal["oui", "non"])
    with pytest.raises(FaitInvalide, match="oui, non"):
        faits.verifier_choix("etat", "peut-être", Literal["oui", "non"])
    faits.verifier_choix_facultatif("etat", None, Literal["oui", "non"])
    with pytest.raises(FaitInvalide):
        faits.verifier_choix_facultatif("etat", "", Literal["oui", "non"])


@pytest.mark.parametrize("valeur", [0, 1, "oui", ""])
def test_oui_ou_non_n_est_ni_un_nombre_ni_un_mot(valeur: Any) -> None:
    for reponse in (True, False, None):
        faits.verifier_oui_non("rsa", reponse)
    with pytest.raises(FaitInvalide):
        faits.verifier_oui_non("rsa", valeur)


def test_un_fait_se_retrouve_par_son_jour_jusque_dans_les_listes() -> None:
    versements = (Versement(mois="2025-03", montant=Decimal(1)), Versement(mois="2025-05", montant=Decimal(2)))

    assert faits.champ_du_jour((versements,), date(2025, 5, 12)) == "0.1.mois"
    assert faits.champ_du_jour((versements,), date(2025, 6, 12)) is None


@pytest.mark.parametrize(
    ("champs", "champ"),
    [
        ({"mentions": ("inconnue",)}, "mentions"),
        ({"clause_financiere": "oui"}, "clause_financiere"),
        ({"suspendue": 1}, "suspendue"),
    ],
)
def test_une_autorisation_mal_ecrite_nomme_son_champ(champs: dict[str, Any], champ: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        Autorisation(donnee_par="france_travail", **champs)
    assert refus.value.champ == champ
