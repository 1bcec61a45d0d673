from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from imilo.referentiels import selectors
from imilo.referentiels.models import Liste, TypeCommune
from imilo.referentiels.selectors import chercher_communes, chercher_pays, situation_commune

pytestmark = pytest.mark.django_db
JOUR = date(2026, 11, 22)


def premieres(texte: str, *, le: date = JOUR, limite: int = 10) -> list[str]:
    return [c.libelle for c in chercher_communes(texte, le=le, limite=limite)]


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("Marseille", "Marseille (13)"),
        ("marse", "Marseille (13)"),
        ("st denis", "Saint-Denis (974)"),
        ("SAINT-ETIENNE", "Saint-Étienne (42)"),
        ("l’haÿ", "L'Haÿ-les-Roses (94)"),
        ("lhay", None),
        ("l hay les", "L'Haÿ-les-Roses (94)"),
        ("havre", "Le Havre (76)"),
        ("paris 11", "Paris 11e Arrondissement (75)"),
        ("jean luz", "Saint-Jean-de-Luz (64)"),
        ("mamoudzou", "Mamoudzou (976)"),
        ("noumea", "Nouméa (988)"),
        ("97150", "Saint-Martin (978)"),
        ("13001", "Marseille (13)"),
        ("1300", "Marseille (13)"),
        (" 59000 ", "Lille (59)"),
        ("ajaccio", "Ajaccio (2A)"),
        ("coeur de la", "Cœur-de-la-Vallée (51)"),
    ],
)
def test_best_answer_first(texte: str, attendue: str | None) -> None:
    assert next(iter(premieres(texte)), None) == attendue


def test_a_postal_code_narrows_a_name() -> None:
    assert premieres("13001 marseille") == ["Marseille (13)", "Marseille 1er Arrondissement (13)"]
    assert premieres("saint denis 93200") == ["Saint-Denis (93)"]


@pytest.mark.parametrize("texte", ["", "  ", "%", "_", "'", "😀", "\x00", "zzzz", "00000", "999999999"])
def test_nothing_to_find(texte: str) -> None:
    assert chercher_communes(texte, le=JOUR) == []


@pytest.mark.parametrize("texte", ["a" * 5000, "'; DROP TABLE referentiels_commune; --", "<script>", "رباط"])
def test_hostile_texts_answer_something(texte: str) -> None:
    assert isinstance(chercher_communes(texte, le=JOUR), list)


@pytest.mark.parametrize("departement", ["37", "974", "06"])
def test_the_communes_of_the_departement_come_first(departement: str) -> None:
    trouvees = chercher_communes("saint", le=JOUR, departement=departement, limite=5)
    assert {c.departement for c in trouvees} == {departement}
    assert all(c.valide for c in trouvees)
    # Saint-… before …-Saint-…, as everywhere.
    debuts = [c.nom.startswith("Saint") for c in trouvees]
    assert debuts == sorted(debuts, reverse=True)


@pytest.mark.parametrize(
    ("texte", "departement", "premiere"),
    [
        ("saint denis", "93", "Saint-Denis (93)"),  # Réunion's has more people
        ("paris", "95", "Paris (75)"),  # before Cormeilles-en-Parisis: a whole name wins
        ("parisi", "95", "Cormeilles-en-Parisis (95)"),
        ("01200", "74", "Éloise (74)"),  # a postal code that two départements share
        ("01200", "01", "Valserhône (01)"),
        ("sari", "2A", "Sari-Solenzara (2A)"),
        ("sari", "65", "Sariac-Magnoac (65)"),
        ("marse", "37", "Marseille (13)"),  # nothing of that name here
    ],
)
def test_which_commune_comes_first_from_a_departement(texte: str, departement: str, premiere: str) -> None:
    assert chercher_communes(texte, le=JOUR, departement=departement)[0].libelle == premiere


def test_the_limit_holds_and_a_commune_comes_once_per_name() -> None:
    trouvees = chercher_communes("saint", le=JOUR, limite=7)
    assert len(trouvees) == len({(c.code, c.nom) for c in trouvees}) == 7
    assert premieres("saint saint").count("Saint-Saturnin-de-Lenne (12)") <= 1


def test_details_of_a_found_commune() -> None:
    commune = chercher_communes("cayenne", le=JOUR)[0]
    assert (commune.code, commune.type) == ("97302", TypeCommune.ACTUELLE)
    assert (commune.departement, commune.nom_departement) == ("973", "Guyane")
    assert commune.codes_postaux == ("97300",)
    assert commune.valide
    assert commune.avertissement == ""


def test_a_former_commune_says_where_it_went() -> None:
    # Saint-Bois became a delegated commune of Arboys en Bugey on 1 January 2016.
    commune = chercher_communes("saint-bois", le=JOUR)[0]
    assert not commune.valide
    assert commune.disparue_le == date(2016, 1, 1)
    assert (commune.actuelle, commune.nom_actuelle) == ("01015", "Arboys en Bugey")
    assert commune.codes_postaux == ("01300",)
    assert commune.avertissement == (
        "Saint-Bois n'est plus une commune depuis le 1er janvier 2016 : elle fait partie de « Arboys en Bugey »."
    )


def test_a_former_commune_stands_on_a_day_when_it_existed() -> None:
    # Last day: 31 December 2015.
    assert chercher_communes("saint-bois", le=date(2015, 12, 31))[0].valide
    assert not chercher_communes("saint-bois", le=date(2016, 1, 1))[0].valide


def test_a_former_name_under_a_code_that_lives_on() -> None:
    commune = chercher_communes("arbignieu", le=JOUR)[0]
    assert (commune.code, commune.valide) == ("01015", False)
    assert "n'existe plus sous ce nom depuis le 1er janvier 2016" in commune.avertissement
    avant = situation_commune("01015", le=date(2003, 5, 1))
    assert avant is not None
    assert (avant.nom, avant.valide) == ("Arbignieu", True)


def test_a_commune_not_yet_there() -> None:
    commune = next(c for c in chercher_communes("arboys", le=date(2003, 5, 1)) if c.code == "01015")
    assert commune.avertissement == "Arboys en Bugey n'existait pas encore à cette date."


def test_an_old_code_of_the_same_name_is_readable_and_never_offered() -> None:
    # Corsica was département 20 until 1976.
    ancien = situation_commune("20004", le=JOUR)
    assert ancien is not None
    assert (ancien.valide, ancien.actuelle) == (False, "2A004")
    assert "20004" not in {c.code for c in chercher_communes("ajaccio", le=JOUR)}


@pytest.mark.parametrize("code", ["", "99999", "abc", "750561"])
def test_unknown_codes(code: str) -> None:
    assert selectors.commune(code) is None
    assert situation_commune(code, le=JOUR) is None
    assert selectors.codes_apparentes(code) == frozenset()


def test_commune_by_code_in_any_case() -> None:
    commune = selectors.commune(" 2a004 ")
    assert commune is not None
    assert str(commune) == "Ajaccio (2A)"


def test_codes_of_the_same_place() -> None:
    assert selectors.codes_apparentes("01340") == {"01015", "01340"}
    assert {"75056", "75101", "75120"} <= selectors.codes_apparentes("75111")


@pytest.mark.parametrize("texte", ["saint jean", "saint", "13001", "arbignieu", "jean luz"])
def test_few_queries(texte: str) -> None:
    with CaptureQueriesContext(connection) as requetes:
        chercher_communes(texte, le=JOUR)
    assert len(requetes) <= 3


@pytest.mark.parametrize(("texte", "index"), [("saint jean", "cle_commune_prefixe"), ("1300", "code_postal_prefixe")])
def test_the_prefix_index_serves(texte: str, index: str) -> None:
    with CaptureQueriesContext(connection) as requetes:
        chercher_communes(texte, le=JOUR)
    with connection.cursor() as curseur:
        curseur.execute("EXPLAIN " + requetes[0]["sql"])
        plan = "\n".join(ligne[0] for ligne in curseur.fetchall())
    assert index in plan


def test_countries() -> None:
    assert [p.nom for p in selectors.pays(le=JOUR)][:2] == ["France", "Afghanistan"]
    assert [p.code for p in chercher_pays("cote d'iv", le=JOUR)] == ["99326"]
    assert [p.nom for p in chercher_pays("angleterre", le=JOUR)] == ["Royaume-Uni"]
    assert chercher_pays("guinee", le=JOUR)[0].nom == "Guinée"
    assert chercher_pays("", le=JOUR) == []


def test_an_ended_territory_is_offered_for_its_time_only() -> None:
    assert chercher_pays("antilles neerl", le=date(2010, 10, 9))
    assert not chercher_pays("antilles neerl", le=date(2010, 10, 10))


def test_codes_in_order_and_labels() -> None:
    situations = selectors.codes(Liste.CATEGORIE_SITUATION, JOUR)
    assert situations[0] == ("EMPLOI", "Emploi")
    assert len(situations) == 8
    assert selectors.libelle(Liste.NIVEAU_DIPLOME, "NV4") == "Baccalauréat, brevet professionnel (niveau 4)"
    assert selectors.libelle(Liste.NIVEAU_DIPLOME, "INCONNU") == "INCONNU"
    assert selectors.libelle(Liste.NIVEAU_DIPLOME, "") == ""
