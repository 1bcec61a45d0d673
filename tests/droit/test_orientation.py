"""Orientation: what holds whatever isn't known yet, and what each reading changes."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imilo.droit import orientation
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Precision
from imilo.droit.lectures import Lectures
from imilo.droit.logique import est, et, non, ou
from imilo.droit.orientation import notification
from imilo.droit.orientation.organismes import NOMS

JOURS = st.dates(date(2025, 1, 1), date(2030, 12, 31))
NAISSANCES = st.dates(date(1990, 1, 1), date(2012, 12, 31))
REPONSES = (True, False, None)
LECTURES = st.fixed_dictionaries(
    {
        "orientation.age_rqth": st.sampled_from(["comme_les_autres", "comme_le_cej"]),
        "orientation.rsa_conjoint": st.sampled_from(["comme_beneficiaire", "comme_les_autres"]),
        "orientation.rsa_demande": st.sampled_from(["comme_beneficiaire", "comme_les_autres"]),
        "orientation.reorientation_rsa": st.sampled_from(["president", "celui_qui_decide"]),
    }
).map(Lectures.choisir)


def _facultatif(choix: Any) -> st.SearchStrategy[Any]:
    return st.none() | st.sampled_from(get_args(choix))


def _sans_contradiction(faits: dict[str, Any]) -> bool:
    return not (faits["rqth"] and faits["situation_handicap"] is False)


COMPETENCES = (
    st.fixed_dictionaries(
        {
            "date_naissance": NAISSANCES,
            "sollicite": st.sampled_from(get_args(orientation.Sollicite)),
            "recherche_emploi": st.booleans(),
            "rsa": st.sampled_from(get_args(orientation.Rsa)),
            "deja_inscrite": st.booleans(),
            "delegation": st.booleans(),
            "situation_handicap": st.booleans(),
            "rqth": st.booleans(),
            "invalidite": st.booleans(),
        }
    )
    .filter(_sans_contradiction)
    .map(lambda faits: orientation.FaitsCompetence(**faits))
)
CACHABLES = sorted(
    champ.name
    for champ in fields(orientation.FaitsCompetence)
    if champ.name not in ("date_naissance", "precision_naissance", "moyen_notification")
)


@given(COMPETENCES, st.sets(st.sampled_from(CACHABLES)), JOURS, LECTURES)
def test_qui_decide_ne_change_pas_avec_ce_qu_on_apprend(
    faits: orientation.FaitsCompetence, caches: set[str], le: date, lues: Lectures
) -> None:
    """Facts are hidden at random: what is said all the same is what the whole facts say."""
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entier = orientation.competence(faits, le, lectures=lues).resultat
    cache = orientation.competence(replace(faits, **inconnus), le, lectures=lues).resultat
    for cle in ("inscrite", "competent", "decideur"):
        assert cache[cle] in (None, entier[cle])  # type: ignore[literal-required]  # three keys of the result
    assert set(cache["a_completer"]) <= caches
    assert bool(cache["a_completer"]) == (cache["decideur"] is None)


@given(COMPETENCES, st.sets(st.sampled_from(CACHABLES)), JOURS, LECTURES)
def test_completer_ce_qui_est_demande_suffit(
    faits: orientation.FaitsCompetence, caches: set[str], le: date, lues: Lectures
) -> None:
    """Answer what is asked, as often as something is: the decision comes, without a useless question."""
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    connus = replace(faits, **inconnus)
    for _ in range(len(caches) + 1):
        resultat = orientation.competence(connus, le, lectures=lues).resultat
        if resultat["decideur"] is not None:
            break
        apprises = {champ: getattr(faits, champ) for champ in resultat["a_completer"]}
        connus = replace(connus, **apprises)
    assert resultat["decideur"] is not None
    assert resultat["competent"] is not None


@given(COMPETENCES, JOURS, LECTURES)
def test_la_mission_locale_decide_quand_elle_est_competente(
    faits: orientation.FaitsCompetence, le: date, lues: Lectures
) -> None:
    resultat = orientation.competence(faits, le, lectures=lues).resultat
    assert resultat["competent"] == (resultat["decideur"] == "mission_locale")
    assert (resultat["decideur"] == "aucun") == (resultat["inscrite"] is False)
    if resultat["competent"]:
        assert faits.rsa != "beneficiaire"
        assert faits.sollicite == "mission_locale"
    if faits.rsa == "beneficiaire" and resultat["inscrite"]:
        assert resultat["decideur"] == ("france_travail" if faits.delegation else "departement")


@given(COMPETENCES, JOURS, st.sampled_from(["mois", "annee"]))
def test_une_naissance_imprecise_ne_donne_que_des_reponses_sures(
    faits: orientation.FaitsCompetence, le: date, precision: Precision
) -> None:
    exact = orientation.competence(faits, le).resultat
    vague = orientation.competence(replace(faits, precision_naissance=precision), le).resultat
    assert vague["decideur"] in (None, exact["decideur"])
    assert set(vague["a_completer"]) <= {"date_naissance"}


@pytest.mark.parametrize("moyen", get_args(orientation.MoyenNotification))
def test_les_moyens_qui_datent_la_reception(moyen: orientation.MoyenNotification) -> None:
    """R. 5411-8-1, in both rules; the means that the screens offer all date it."""
    datent = {
        "main_propre",
        "lettre_recommandee",
        "lettre_recommandee_electronique",
        "espace_personnel_accuse_lecture",
        "commissaire_justice",
    }
    competence = orientation.FaitsCompetence(date(2004, 5, 1), moyen_notification=moyen)
    reorientation = orientation.FaitsReorientation(moyen_notification=moyen)
    le = date(2025, 3, 10)
    attendu = moyen in datent
    assert orientation.competence(competence, le).resultat["notification_valable"] is attendu
    assert orientation.reorientation(reorientation, le).resultat["notification_valable"] is attendu
    assert set(notification.DATENT) == datent


def test_l_age_ne_se_dit_qu_a_qui_peut_venir_a_la_mission_locale() -> None:
    for sollicite in (None, *get_args(orientation.Sollicite)):
        rendue = orientation.competence(orientation.FaitsCompetence(date(2004, 5, 1), sollicite), date(2025, 3, 10))
        dit = any(motif.code == "age_mission_locale" for motif in rendue.motifs)
        assert dit == (sollicite in (None, "mission_locale"))


def test_chaque_decideur_a_son_nom() -> None:
    assert set(NOMS) == set(get_args(orientation.Decideur))
    assert set(get_args(orientation.Decideur)) < set(get_args(orientation.Organisme))


@pytest.mark.parametrize(
    "champ", ["recherche_emploi", "deja_inscrite", "delegation", "situation_handicap", "rqth", "invalidite"]
)
def test_une_reponse_en_toutes_lettres_est_refusee(champ: str) -> None:
    faits: dict[str, Any] = {"date_naissance": date(2004, 5, 1), champ: "oui"}
    with pytest.raises(FaitInvalide) as refus:
        orientation.FaitsCompetence(**faits)
    assert refus.value.champ == champ


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [("date_naissance", "2004-05-01"), ("precision_naissance", "siecle"), ("sollicite", "mairie"), ("rsa", "oui")],
)
def test_un_fait_de_competence_hors_de_ses_choix(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {"date_naissance": date(2004, 5, 1), champ: valeur}
    with pytest.raises(FaitInvalide) as refus:
        orientation.FaitsCompetence(**faits)
    assert refus.value.champ == champ


CRITERES = st.builds(
    orientation.FaitsCriteres,
    qualification=st.booleans(),
    situation_emploi=st.booleans(),
    aspirations=st.booleans(),
    difficultes=st.lists(st.sampled_from(get_args(orientation.Difficulte)), min_size=1, unique=True).map(tuple),
    obstacle_temporaire=st.booleans(),
    rsa=st.sampled_from(get_args(orientation.Rsa)),
    arrete_local=st.sampled_from(get_args(orientation.ArreteLocal)),
)


@given(CRITERES, st.sets(st.sampled_from([c.name for c in fields(orientation.FaitsCriteres)])), JOURS, LECTURES)
def test_les_criteres_peses_le_restent(
    faits: orientation.FaitsCriteres, caches: set[str], le: date, lues: Lectures
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entier = orientation.criteres(faits, le, lectures=lues).resultat
    cache = orientation.criteres(replace(faits, **inconnus), le, lectures=lues).resultat
    assert cache["conforme"] in (None, entier["conforme"])
    assert cache["accompagnement"] in (None, entier["accompagnement"])
    assert set(cache["manquants"]) <= set(entier["manquants"])
    assert set(cache["a_completer"]) <= caches
    assert bool(cache["a_completer"]) >= (cache["conforme"] is None or cache["accompagnement"] is None)
    assert (entier["conforme"] is True) == (entier["manquants"] == ())


@pytest.mark.parametrize("champ", ["qualification", "situation_emploi", "aspirations", "obstacle_temporaire"])
def test_un_critere_est_pese_ou_non(champ: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        orientation.FaitsCriteres(**{champ: "bac"})  # type: ignore[arg-type]  # what the test is about
    assert refus.value.champ == champ


@pytest.mark.parametrize(("champ", "valeur"), [("rsa", "oui"), ("arrete_local", "oui")])
def test_un_code_de_critere_inconnu(champ: str, valeur: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        orientation.FaitsCriteres(**{champ: valeur})  # type: ignore[arg-type]  # what the test is about
    assert refus.value.champ == champ


@given(st.dates(date(2025, 1, 1), date(2030, 12, 31)), st.integers(0, 90), st.none() | st.integers(-30, 90))
def test_une_nouvelle_adresse_se_dit_dans_les_trente_jours(change: date, ecart: int, dit: int | None) -> None:
    le = change + timedelta(days=ecart)
    dit_le = None if dit is None else change + timedelta(days=dit)
    resultat = orientation.changement_domicile(orientation.FaitsChangementDomicile(change, dit_le), le).resultat
    assert (resultat["limite"] - change).days == 30
    connu = dit is not None and dit <= ecart
    assert (resultat["jours_restants"] is None) == connu
    assert resultat["etat"].startswith("dit") == connu
    assert resultat["etat"].endswith("en_retard") == ((dit if connu and dit is not None else ecart) > 30)


@pytest.mark.parametrize("champ", ["change_le", "dit_le"])
def test_un_changement_de_domicile_a_un_jour(champ: str) -> None:
    faits: dict[str, Any] = {"change_le": date(2025, 3, 10), champ: "2025-03-10"}
    with pytest.raises(FaitInvalide) as refus:
        orientation.FaitsChangementDomicile(**faits)
    assert refus.value.champ == champ


REORIENTATIONS = st.builds(
    orientation.FaitsReorientation,
    etape=st.sampled_from(get_args(orientation.EtapeParcours)),
    autre_organisme_preferable=st.booleans(),
    initiative=_facultatif(orientation.Initiative),
    rsa=st.sampled_from(get_args(orientation.Rsa)),
    decidee_par=st.sampled_from(get_args(orientation.Decideur)),
    delegation=st.booleans(),
)


@given(
    REORIENTATIONS,
    st.sets(st.sampled_from(["etape", "autre_organisme_preferable", "rsa", "decidee_par", "delegation"])),
    JOURS,
    LECTURES,
)
def test_a_qui_demander_ne_change_pas_avec_ce_qu_on_apprend(
    faits: orientation.FaitsReorientation, caches: set[str], le: date, lues: Lectures
) -> None:
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    entier = orientation.reorientation(faits, le, lectures=lues).resultat
    cache = orientation.reorientation(replace(faits, **inconnus), le, lectures=lues).resultat
    for cle in ("a_demander", "effet"):
        assert cache[cle] in (None, entier[cle])  # type: ignore[literal-required]  # two keys of the result
    assert cache["saisir"] in (None, entier["saisir"]) or entier["a_demander"] is False
    assert set(cache["a_completer"]) <= caches
    incomplet = cache["a_demander"] is None or (cache["a_demander"] and cache["saisir"] is None)
    assert bool(cache["a_completer"]) == incomplet
    assert (entier["effet"] is not None) == entier["a_demander"]


@pytest.mark.parametrize(
    ("champ", "valeur"),
    [
        ("etape", "fini"),
        ("autre_organisme_preferable", "oui"),
        ("initiative", "voisin"),
        ("rsa", "oui"),
        ("decidee_par", "mairie"),
        ("delegation", 1),
        ("moyen_notification", "pigeon"),
    ],
)
def test_un_fait_de_reorientation_hors_de_ses_choix(champ: str, valeur: object) -> None:
    faits: dict[str, Any] = {champ: valeur}
    with pytest.raises(FaitInvalide) as refus:
        orientation.FaitsReorientation(**faits)
    assert refus.value.champ == champ


@pytest.mark.parametrize("reponses", list(product(REPONSES, repeat=2)))
def test_ce_qui_tient_quoi_qu_on_apprenne(reponses: tuple[bool | None, bool | None]) -> None:
    """`et` and `ou` answer exactly when every completion of what isn't known agrees."""
    completes = list(product(*((True, False) if r is None else (r,) for r in reponses)))
    for trois, deux in ((et, all), (ou, any)):
        possibles = {deux(complete) for complete in completes}
        assert trois(*reponses) == (possibles.pop() if len(possibles) == 1 else None)


def test_le_contraire_et_le_code() -> None:
    assert [non(reponse) for reponse in REPONSES] == [False, True, None]
    assert (est("a", "a", "b"), est("c", "a", "b"), est(None, "a")) == (True, False, None)
