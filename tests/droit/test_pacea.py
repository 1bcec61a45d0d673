"""PACEA: what holds whatever the person and the months, and above all whatever isn't known yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import delais, lectures, pacea
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Precision
from imilo.droit.lectures import Lectures
from imilo.droit.pacea.versements import premier_jour
from imilo.droit.porte import lire_faits
from imilo.droit.registre import regles
from tests.droit import phrases_dites

JOURS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
NAISSANCES = st.dates(date(1996, 1, 1), date(2012, 12, 31))
OUI_NON = st.booleans()
PLAFOND, PLAFOND_ANNUEL = Decimal("561.68"), Decimal("3370.08")
MOIS = [f"{delais.mois_plus(date(2025, 4, 1), n):%Y-%m}" for n in range(24)]


@st.composite
def entrees(draw: st.DrawFn) -> tuple[pacea.FaitsEligibilite, date]:
    """Draw whole facts before a PACEA, the diagnosis not after the contract, and a day."""
    diagnostic_le, contrat_signe_le = sorted(draw(st.tuples(JOURS, JOURS)))
    faits = pacea.FaitsEligibilite(
        date_naissance=draw(NAISSANCES),
        en_difficulte=draw(OUI_NON),
        risque_exclusion=draw(OUI_NON),
        diagnostic_le=diagnostic_le,
        parcours_en_cours=draw(st.sampled_from(["aucun", "pacea", "cej"])),
        contrat_signe_le=contrat_signe_le,
        organisme=draw(st.sampled_from(["mission_locale", "organisme_designe", "autre"])),
    )
    return faits, draw(JOURS)


CACHABLES = ("en_difficulte", "risque_exclusion", "diagnostic_le", "parcours_en_cours", "contrat_signe_le")


@given(entrees(), st.sets(st.sampled_from(CACHABLES)), st.sampled_from(["jour", "mois", "annee"]))
def test_une_reponse_donnee_tient_quoi_qu_on_apprenne(
    entree: tuple[pacea.FaitsEligibilite, date], caches: set[str], precision: Precision
) -> None:
    faits, le = entree
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    partiel = pacea.eligibilite(replace(faits, precision_naissance=precision, **inconnus), le).resultat
    entier = pacea.eligibilite(faits, le).resultat
    for reponse in (partiel["eligible"], partiel["entree_possible"]):
        assert reponse is not None or partiel["a_completer"]
    assert partiel["eligible"] in (None, entier["eligible"])
    assert partiel["entree_possible"] in (None, entier["entree_possible"])
    assert set(partiel["a_completer"]) <= caches | {"date_naissance"}


@given(entrees())
def test_les_bornes_disent_la_meme_chose_que_l_age(entree: tuple[pacea.FaitsEligibilite, date]) -> None:
    faits, le = entree
    rendue = pacea.eligibilite(faits, le)
    du_bon_age = all(rendue.motif(code).satisfait for code in ("age_minimum", "age_maximum"))
    assert du_bon_age == (rendue.resultat["a_partir_du"] <= le <= rendue.resultat["jusqu_au"])
    assert len({motif.code for motif in rendue.motifs}) == len(rendue.motifs) == 8


@given(JOURS, st.integers(0, 60), st.integers(0, 900), st.sampled_from(["premiere_phase", "signature"]))
def test_vingt_quatre_mois_de_suite(signe_le: date, attente: int, ecart: int, depart: str) -> None:
    debut = signe_le + timedelta(days=attente)
    faits = pacea.FaitsDuree(signe_le, (pacea.Phase(debut),), debut + timedelta(days=ecart))
    lues = Lectures.choisir({"pacea.depart_duree": depart})
    resultat = pacea.duree(faits, debut, lectures=lues).resultat
    origine = debut if depart == "premiere_phase" else signe_le
    assert resultat["dernier_jour_possible"] == delais.dernier_jour(origine, 24)
    assert resultat["jours_restants"] == ecart
    assert signe_le < resultat["premiere_phase_limite"] <= signe_le + timedelta(days=31)


@st.composite
def fins(draw: st.DrawFn) -> tuple[pacea.FaitsFin, date]:
    """Draw whole facts about the end of a PACEA, and a day."""
    signe_le = draw(st.dates(date(2025, 1, 1), date(2027, 12, 31)))

    def apres(jours: int) -> date:
        return signe_le + timedelta(days=draw(st.integers(1, jours)))

    insertion = draw(OUI_NON)
    premiere_phase_le = apres(60)
    faits = pacea.FaitsFin(
        date_naissance=draw(st.dates(date(2002, 1, 1), date(2009, 1, 1))),
        signe_le=signe_le,
        premiere_phase_le=premiere_phase_le,
        fin_prevue=max(premiere_phase_le, apres(1000)),
        demande_le=apres(1000) if draw(OUI_NON) else None,
        insertion_acquise_le=apres(1000) if insertion else None,
        constat="evaluation" if insertion else None,
        cej_signe_le=apres(1000) if draw(OUI_NON) else None,
    )
    return faits, signe_le + timedelta(days=draw(st.integers(0, 1200)))


CHOIX = {
    question: st.sampled_from(sorted(lectures.question(question).choix))
    for question in ("pacea.cumul_cej", "pacea.depart_duree", "pacea.fin_anniversaire")
}


@given(
    fins(),
    st.sets(st.sampled_from(["premiere_phase_le", "fin_prevue"])),
    st.sampled_from(["jour", "mois", "annee"]),
    st.fixed_dictionaries(CHOIX),
)
def test_une_fin_dite_tient_quoi_qu_on_apprenne(
    cas: tuple[pacea.FaitsFin, date], caches: set[str], precision: Precision, choix: dict[str, str]
) -> None:
    faits, le = cas
    lues = Lectures.choisir(choix)
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    partiel = pacea.fin(replace(faits, precision_naissance=precision, **inconnus), le, lectures=lues).resultat
    entier = pacea.fin(faits, le, lectures=lues).resultat
    assert entier["termine"] is not None
    assert entier["a_completer"] == ()
    assert partiel["termine"] in (None, entier["termine"])
    assert partiel["dernier_jour"] in (None, entier["dernier_jour"])
    assert (partiel["dernier_jour"] is None) == bool(partiel["a_completer"])
    assert set(partiel["a_completer"]) <= caches | {"date_naissance"}


@given(fins(), st.fixed_dictionaries(CHOIX))
def test_la_fin_est_la_premiere_de_toutes(cas: tuple[pacea.FaitsFin, date], choix: dict[str, str]) -> None:
    faits, le = cas
    resultat = pacea.fin(faits, le, lectures=Lectures.choisir(choix)).resultat
    dernier = resultat["dernier_jour"]
    assert dernier is not None
    assert resultat["termine"] == (le > dernier)
    assert resultat["jours_restants"] == max(0, (dernier - le).days)
    for jour in (faits.fin_prevue, faits.demande_le, faits.insertion_acquise_le):
        assert jour is None or dernier <= jour
    depart = faits.signe_le if choix["pacea.depart_duree"] == "signature" else faits.premiere_phase_le
    assert depart is not None
    assert dernier <= delais.dernier_jour(depart, 24)
    assert dernier <= delais.anniversaire(faits.date_naissance, 26)


def _remplis(**autres: Any) -> pacea.FaitsAllocation:
    communs: dict[str, Any] = {
        "date_naissance": date(2005, 3, 14),
        "mois": "2025-06",
        "accompagnement": "pacea",
        "besoin_constate": True,
        "sommes": (),
        "versements": (),
        "suspendue": False,
        "inscrite_au_contrat": True,
    }
    return pacea.FaitsAllocation(**communs | autres)


@pytest.mark.parametrize("annee", ["douze_mois_glissants", "annee_civile"])
@given(st.lists(st.tuples(st.sampled_from(MOIS), st.integers(1, 60_000)), max_size=24))
def test_accorder_le_maximum_ne_passe_jamais_les_plafonds(annee: str, demandes: list[tuple[str, int]]) -> None:
    """Grant in any order, each time what is asked or the maximum: no month and no year ever passes its ceiling."""
    lues = Lectures.choisir({"pacea.annee_du_plafond": annee})
    versements: tuple[pacea.Versement, ...] = ()
    for mois, centimes in demandes:
        dit = pacea.allocation(_remplis(mois=mois, versements=versements), date(2028, 1, 1), lectures=lues).resultat
        assert dit["maximum"] is not None
        assert 0 <= dit["maximum"] <= PLAFOND
        assert dit["accordable"] == (dit["maximum"] > 0)
        accorde = min(dit["maximum"], Decimal(centimes) / 100)
        versements = (*versements, pacea.Versement(mois, accorde))
    par_mois = [sum(v.montant for v in versements if v.mois == mois) for mois in MOIS]
    assert all(total <= PLAFOND for total in par_mois)
    debuts = range(13) if annee == "douze_mois_glissants" else [i for i, mois in enumerate(MOIS) if mois.endswith("01")]
    for debut in debuts:
        assert sum(par_mois[debut : debut + 12]) <= PLAFOND_ANNUEL


@given(st.integers(0, 100_000), st.integers(0, 50_000))
def test_plus_de_sommes_n_ouvre_jamais_l_allocation(centimes: int, de_plus: int) -> None:
    def dit(total: int) -> bool | None:
        sommes = (pacea.SommePercue("emploi", Decimal(total) / 100),)
        return pacea.allocation(_remplis(sommes=sommes), date(2025, 7, 3)).resultat["accordable"]

    assert dit(centimes) == (centimes <= 30_000)
    assert dit(centimes) or not dit(centimes + de_plus)


ALLOCATIONS = ("accompagnement", "besoin_constate", "sommes", "versements", "suspendue")


@given(
    st.fixed_dictionaries(
        {
            "date_naissance": NAISSANCES,
            "montant": st.none() | st.sampled_from([Decimal("10.00"), PLAFOND, Decimal("561.69")]),
            "accompagnement": st.sampled_from(["pacea", "suivi_france_travail", "cej", "aucun"]),
            "besoin_constate": OUI_NON,
            "sommes": st.sampled_from([(), (pacea.SommePercue("stage", Decimal("300.01")),)]),
            "versements": st.sampled_from([(), (pacea.Versement("2025-06", PLAFOND),)]),
            "suspendue": OUI_NON,
        }
    ),
    st.sets(st.sampled_from(ALLOCATIONS)),
    st.sampled_from(["jour", "mois", "annee"]),
)
def test_une_allocation_dite_tient_quoi_qu_on_apprenne(
    faits: dict[str, Any], caches: set[str], precision: Precision
) -> None:
    entier = pacea.allocation(_remplis(**faits), date(2025, 7, 3)).resultat
    inconnus = dict.fromkeys(caches) | {"precision_naissance": precision}
    partiel = pacea.allocation(_remplis(**faits | inconnus), date(2025, 7, 3)).resultat
    assert entier["accordable"] is not None
    for reponse in ("accordable", "montant_accordable"):
        assert partiel[reponse] in (None, entier[reponse])
    assert partiel["accordable"] is not None or partiel["a_completer"]
    assert set(partiel["a_completer"]) <= caches | {"date_naissance"}


@pytest.mark.parametrize(
    ("faits", "champ"),
    [
        ({"sommes": [{"nature": "loterie", "montant": "10.00"}]}, "sommes.0.nature"),
        ({"sommes": [{"nature": "emploi", "montant": "-10.00"}]}, "sommes.0.montant"),
        ({"sommes": [{"montant": "10.00"}]}, "sommes.0.nature"),
        ({"versements": [{"mois": "2025-13", "montant": "10.00"}]}, "versements.0.mois"),
        ({"versements": [{"mois": "2025-05", "montant": "-10.00"}]}, "versements.0.montant"),
        ({"versements": [{"mois": "2025-05"}]}, "versements.0.montant"),
    ],
)
def test_la_porte_nomme_la_ligne_refusee(faits: dict[str, Any], champ: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        lire_faits(pacea.allocation, {"date_naissance": "2005-03-14", "mois": "2025-06", **faits})
    assert refus.value.champ == champ


@pytest.mark.parametrize("mois", ["", "2025", "2025-6", "2025-00", None, 202506])
def test_un_mois_mal_ecrit(mois: Any) -> None:
    with pytest.raises(FaitInvalide, match="2025-06") as refus:
        premier_jour("mois", mois)
    assert refus.value.champ == "mois"


def test_les_lignes_se_construisent_avec_une_nature_et_un_montant() -> None:
    with pytest.raises(FaitInvalide) as refus:
        pacea.SommePercue("loterie", Decimal("1.00"))  # type: ignore[arg-type]  # what the test is about
    assert refus.value.champ == "nature"
    assert str(pacea.SommePercue("emploi", Decimal(1)).montant) == "1.00"
    assert str(pacea.Versement("2025-06", Decimal(1)).montant) == "1.00"


def test_une_decision_garde_les_lectures_qui_l_ont_faite() -> None:
    faits = pacea.FaitsFin(date(2005, 3, 14), date(2025, 6, 10), cej_signe_le=date(2026, 2, 2))
    lues = {lue.question for lue in pacea.fin(faits, date(2026, 2, 3)).lectures}
    assert lues == {"pacea.cumul_cej", "pacea.depart_duree", "pacea.fin_anniversaire", "delais.duree", "delais.mois"}
    lues = {lue.question for lue in pacea.allocation(_remplis(), date(2025, 7, 3)).lectures}
    assert lues == {"pacea.age_du_mois", "pacea.annee_du_plafond"}


def test_chaque_regle_a_ses_phrases_relues() -> None:
    relues = {chemin.stem for chemin in phrases_dites.DOSSIER.glob("*.txt")}
    assert {regle.nom for regle in regles() if regle.nom.startswith("pacea.")} <= relues
