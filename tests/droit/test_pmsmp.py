"""Immersions: counts checked against a slow count, and what holds whatever isn't known yet."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imilo.droit import delais, pmsmp
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.lectures import Lectures
from imilo.droit.pmsmp import instants, mentions, prescripteurs
from imilo.droit.pmsmp.conventions import OUI_NON, Partie
from imilo.droit.pmsmp.durees import Objet
from imilo.droit.porte import lire_faits
from imilo.droit.registre import regles
from tests.droit import phrases_dites

LIEU = "12345678900011"
INSTANTS = st.datetimes(datetime(2025, 1, 1), datetime(2030, 12, 1)).map(
    lambda instant: instant.replace(second=0, microsecond=0)
)


@st.composite
def conventions(draw: st.DrawFn) -> pmsmp.Convention:
    """Draw one agreement, renewed or not, begun in one of three years."""
    debut = draw(st.dates(date(2025, 1, 1), date(2027, 12, 31)))
    fin = debut + timedelta(days=draw(st.integers(0, 31)))
    suite = fin + timedelta(days=draw(st.integers(1, 40)))
    renouvellement = pmsmp.Renouvellement(suite, suite + timedelta(days=draw(st.integers(0, 31))))
    return pmsmp.Convention(
        structure=draw(st.sampled_from([LIEU, "98765432100022"])),
        objet=draw(st.sampled_from(get_args(Objet))),
        conclue_le=debut - timedelta(days=draw(st.integers(0, 30))),
        debut=debut,
        fin=fin,
        renouvellements=(renouvellement,) if draw(st.booleans()) else (),
        memes_objectifs=draw(st.booleans()),
    )


def _faits(examinee: pmsmp.Convention, autres: list[pmsmp.Convention] | None, **suite: Any) -> pmsmp.FaitsDuree:
    return pmsmp.FaitsDuree(
        LIEU,
        examinee.objet,
        examinee.conclue_le,
        examinee.debut,
        examinee.fin,
        examinee.renouvellements,
        renouvellement_identique=True,
        autres_conventions=None if autres is None else tuple(autres),
        **suite,
    )


def _jours(convention: pmsmp.Convention | pmsmp.FaitsDuree) -> list[date]:
    periodes = [(convention.debut, convention.fin), *((r.debut, r.fin) for r in convention.renouvellements)]
    return [debut + timedelta(days=n) for debut, fin in periodes for n in range((fin - debut).days + 1)]


def _dedans(jours: list[date], debut: date, fin: date) -> int:
    return bisect_right(jours, fin) - bisect_left(jours, debut)


@given(conventions(), st.lists(conventions(), max_size=4))
@settings(max_examples=50)
def test_les_comptes_sont_ceux_de_chaque_suite_de_douze_mois(
    examinee: pmsmp.Convention, autres: list[pmsmp.Convention]
) -> None:
    """Slide the twelve months day by day over all the years: none holds more than what the rule says."""
    faits = _faits(examinee, autres, objectifs_atteints=False)
    resultat = pmsmp.duree(faits, date(2025, 6, 1)).resultat
    memes = [autre for autre in autres if autre.structure == LIEU]
    propres = _jours(faits)
    tous = sorted(propres + [jour for autre in memes for jour in _jours(autre)])
    conclues = [faits.conclue_le, *(autre.conclue_le for autre in memes)]
    plus_de_jours = plus_de_conventions = 0
    for ecart in range(4 * 366):
        debut = date(2024, 12, 1) + timedelta(days=ecart)
        fin = delais.dernier_jour(debut, 12)
        if _dedans(propres, debut, fin):
            plus_de_jours = max(plus_de_jours, _dedans(tous, debut, fin))
        if debut <= faits.conclue_le <= fin:
            plus_de_conventions = max(plus_de_conventions, sum(debut <= jour <= fin for jour in conclues))
    assert resultat["jours_comptes"] == plus_de_jours
    assert resultat["conventions_comptees"] == plus_de_conventions
    assert resultat["jours_restants"] == max(0, 60 - plus_de_jours)


@given(conventions(), st.lists(conventions(), max_size=3), st.booleans(), st.data())
def test_une_reponse_donnee_tient_quoi_qu_on_apprenne(
    examinee: pmsmp.Convention, autres: list[pmsmp.Convention], atteints: bool, data: st.DataObject
) -> None:
    entier = pmsmp.duree(_faits(examinee, autres, objectifs_atteints=atteints), date(2025, 6, 1)).resultat
    assert entier["conforme"] is not None
    assert entier["a_completer"] == ()
    caches = [replace(autre, memes_objectifs=None) if data.draw(st.booleans()) else autre for autre in autres]
    connues = data.draw(st.sampled_from([None, caches]))
    partiel = pmsmp.duree(
        _faits(examinee, connues, objectifs_atteints=data.draw(st.sampled_from([None, atteints]))), date(2025, 6, 1)
    ).resultat
    assert partiel["conforme"] in (None, entier["conforme"])
    assert partiel["conforme"] is not None or partiel["a_completer"]


@given(conventions(), st.lists(conventions(), max_size=3), conventions())
def test_une_convention_de_plus_n_arrange_rien(
    examinee: pmsmp.Convention, autres: list[pmsmp.Convention], de_plus: pmsmp.Convention
) -> None:
    avant = pmsmp.duree(_faits(examinee, autres, objectifs_atteints=False), date(2025, 6, 1)).resultat
    apres = pmsmp.duree(_faits(examinee, [*autres, de_plus], objectifs_atteints=False), date(2025, 6, 1)).resultat
    assert avant["jours_comptes"] is not None
    assert apres["jours_comptes"] is not None
    assert apres["jours_comptes"] >= avant["jours_comptes"]
    assert avant["conforme"] or not apres["conforme"]


@given(INSTANTS, st.integers(0, 5000), st.integers(0, 5000))
def test_les_delais_d_un_accident_en_heures_pleines(survenu: datetime, attente: int, suite: int) -> None:
    informe = survenu + timedelta(minutes=attente)
    transmis = informe + timedelta(minutes=suite)
    faits = pmsmp.FaitsAccident(_ecrit(survenu), "trajet", False, _ecrit(informe), _ecrit(transmis))
    resultat = pmsmp.accident(faits, transmis.date()).resultat
    assert resultat["information_limite_le"] == survenu.date() + timedelta(days=1)
    assert resultat["information_limite_heure"] == _heure(survenu)
    assert resultat["information_a_temps"] == (attente <= 24 * 60)
    assert resultat["declaration_limite_le"] == transmis.date() + timedelta(days=2)
    assert resultat["declaration_limite_heure"] == _heure(transmis)
    assert resultat["a_completer"] == ()


def _ecrit(instant: datetime) -> str:
    return instant.isoformat(timespec="minutes")


def _heure(instant: datetime) -> str:
    return f"{instant.hour:02}:{instant.minute:02}"


@given(INSTANTS, st.integers(1, 100))
def test_sans_dimanches_ni_feries_le_delai_ne_raccourcit_jamais(depart: datetime, heures: int) -> None:
    """Minute by minute on a coarse clock: the hours counted are those of working days, and no fewer."""
    fin = instants.apres_sans_dimanches_ni_feries(depart, heures)
    assert fin >= instants.apres(depart, heures)
    comptees = timedelta()
    jour = depart.date()
    while jour <= fin.date():
        debut, suivant = datetime(jour.year, jour.month, jour.day), datetime(jour.year, jour.month, jour.day)
        suivant += timedelta(days=1)
        if jour.weekday() != 6 and jour not in delais.feries(jour.year):
            comptees += max(timedelta(), min(fin, suivant) - max(depart, debut))
        jour += timedelta(days=1)
    assert comptees == timedelta(hours=heures)


@pytest.mark.parametrize(
    ("ecrit", "mots"),
    [("2025-06-03T09:00", "3 juin 2025 à 9 h"), ("2025-06-01T00:05", "1er juin 2025 à 0 h 05")],
)
def test_un_instant_en_mots(ecrit: str, mots: str) -> None:
    assert instants.en_mots(instants.lire("survenu", ecrit)) == mots


REPONSES = st.fixed_dictionaries({champ: st.booleans() for champ in OUI_NON})


@given(
    REPONSES,
    st.sampled_from([p for p in get_args(prescripteurs.Prescripteur) if p != "organisme_autorise"]),
    st.lists(st.sampled_from(get_args(Partie)), unique=True),
    st.lists(st.sampled_from(get_args(mentions.Mention)), unique=True, min_size=20),
    st.sets(st.sampled_from(("objet", "prescripteur", "signataires", "mentions", *OUI_NON))),
)
def test_une_convention_jugee_le_reste_quoi_qu_on_apprenne(
    reponses: dict[str, Any], prescripteur: Any, signataires: Any, dites: Any, caches: set[str]
) -> None:
    faits = pmsmp.FaitsConvention(
        "confirmer_projet", prescripteur=prescripteur, signataires=tuple(signataires), mentions=tuple(dites), **reponses
    )
    entier = pmsmp.convention(faits, date(2025, 6, 3)).resultat
    inconnus: dict[str, Any] = dict.fromkeys(caches)
    partiel = pmsmp.convention(replace(faits, **inconnus), date(2025, 6, 3)).resultat
    assert entier["conforme"] is not None
    assert entier["a_completer"] == ()
    assert partiel["conforme"] in (None, entier["conforme"])
    assert partiel["conforme"] is not None or partiel["a_completer"]
    assert set(partiel["a_completer"]) <= caches
    assert set(partiel["mentions_manquantes"]) <= set(entier["mentions_manquantes"])
    assert set(partiel["parties_manquantes"]) <= set(entier["parties_manquantes"])


def test_chaque_mention_est_demandee_une_fois_et_dite_en_francais() -> None:
    demandees = [mention for _, liste in mentions.PAR_ALINEA.values() for mention in liste]
    assert sorted(demandees) == sorted(get_args(mentions.Mention)) == sorted(mentions.EN_FRANCAIS)
    assert len(set(mentions.EN_FRANCAIS.values())) == len(mentions.EN_FRANCAIS)
    assert set(prescripteurs.ALINEAS) == set(get_args(prescripteurs.Prescripteur))


@pytest.mark.parametrize(
    ("prescripteur", "alinea"),
    [
        ("france_travail", "1°"),
        ("mission_locale", "2°"),
        ("cap_emploi", "3°"),
        ("insertion_activite_economique", "4°"),
        ("conseil_departemental", "4° bis"),
        ("preparation_apprentissage", "4° ter"),
        ("organisme_autorise", "5°"),
    ],
)
def test_chaque_prescripteur_a_son_alinea(prescripteur: Any, alinea: str) -> None:
    rendue = pmsmp.convention(pmsmp.FaitsConvention(prescripteur=prescripteur), date(2025, 6, 3))
    assert rendue.motif("prescripteur").article == f"L. 5135-2 {alinea}"


@pytest.mark.parametrize(
    ("faits", "champ"),
    [
        ({"autorisation": {"donnee_par": "mairie"}}, "autorisation.donnee_par"),
        ({"autorisation": {"donnee_par": "mission_locale", "mentions": ["prix"]}}, "autorisation.mentions.0"),
        ({"autorisation": {"donnee_par": "mission_locale", "suspendue": 1}}, "autorisation.suspendue"),
    ],
)
def test_la_porte_nomme_le_champ_refuse(faits: dict[str, Any], champ: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        lire_faits(pmsmp.convention, {"prescripteur": "organisme_autorise", **faits})
    assert refus.value.champ == champ


@pytest.mark.parametrize(
    ("faits", "champ"),
    [
        ({"donnee_par": "mairie"}, "donnee_par"),
        ({"donnee_par": "mission_locale", "mentions": ("prix",)}, "mentions"),
        ({"donnee_par": "mission_locale", "clause_financiere": 1}, "clause_financiere"),
        ({"donnee_par": "mission_locale", "suspendue": "non"}, "suspendue"),
    ],
)
def test_une_autorisation_refusee(faits: dict[str, Any], champ: str) -> None:
    with pytest.raises(FaitInvalide) as refus:
        pmsmp.Autorisation(**faits)
    assert refus.value.champ == champ


def test_une_convention_de_la_liste_est_verifiee_comme_les_autres() -> None:
    with pytest.raises(FaitInvalide) as refus:
        pmsmp.Convention(
            LIEU,
            "decouvrir_metier",
            date(2025, 6, 2),
            date(2025, 6, 10),
            date(2025, 6, 13),
            memes_objectifs=1,  # type: ignore[arg-type]  # what the test is about
        )
    assert refus.value.champ == "memes_objectifs"


def test_une_decision_garde_les_lectures_qui_l_ont_faite() -> None:
    faits = pmsmp.FaitsAccident("2025-06-03T14:30", "trajet", False, None, "2025-06-03T16:00")
    lues = Lectures.choisir({"pmsmp.depart_declaration": "accident"})
    gardees = {lue.question: lue.choix for lue in pmsmp.accident(faits, date(2025, 6, 3), lectures=lues).lectures}
    assert gardees == {"pmsmp.depart_declaration": "accident", "pmsmp.heures_declaration": "toutes"}


def test_chaque_regle_a_ses_phrases_relues() -> None:
    relues = {chemin.stem for chemin in phrases_dites.DOSSIER.glob("*.txt")}
    assert {regle.nom for regle in regles() if regle.nom.startswith("pmsmp.")} <= relues
