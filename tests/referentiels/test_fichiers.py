"""The committed files, without a database."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from imilo.referentiels import fichiers
from imilo.referentiels.fichiers import Geographie
from imilo.referentiels.models import Liste, TypeCommune


@pytest.fixture(scope="module")
def geographie() -> Geographie:
    return fichiers.geographie()


def test_files_are_small() -> None:
    assert sum(f.stat().st_size for f in fichiers.DONNEES.iterdir()) < 1_000_000


def test_every_commune_region_and_departement_is_there(geographie: Geographie) -> None:
    # INSEE, 1 January 2026: 34,875 communes in the départements, and those of the overseas collectivities.
    actuelles = [c for c in geographie.communes if c[3] == TypeCommune.ACTUELLE]
    outre_mer = [c for c in actuelles if str(c[4]) in {"975", "977", "978", "984", "986", "987", "988", "989"}]
    assert len(actuelles) - len(outre_mer) == 34_875
    assert len(outre_mer) == 94
    assert sum(c[3] == TypeCommune.ARRONDISSEMENT for c in geographie.communes) == 20 + 16 + 9
    departements = {str(d[0]): str(d[2]) for d in fichiers.departements()}
    assert len([d for d in departements if d < "975" or d in ("2A", "2B", "976")]) == 101
    assert set(departements.values()) <= {r[0] for r in fichiers.regions()}
    assert {c[4] for c in geographie.communes} <= departements.keys()


def test_every_former_commune_leads_to_one_of_today(geographie: Geographie) -> None:
    actuelles = {c[0] for c in geographie.communes if c[3] == TypeCommune.ACTUELLE}
    for code, _, _, genre, _, _, _, fin, actuelle in geographie.communes:
        if genre == TypeCommune.ACTUELLE:
            assert (fin, actuelle) == (None, None), code
        else:
            assert actuelle in actuelles, code
            assert (fin is None) == (genre == TypeCommune.ARRONDISSEMENT), code


def test_every_commune_where_people_live_has_a_postal_code(geographie: Geographie) -> None:
    avec = {c for c, _ in geographie.codes_postaux}
    sans = [c for c in geographie.communes if c[3] == TypeCommune.ACTUELLE and c[5] and c[0] not in avec]
    assert sans == []
    assert all(len(str(p)) == 5 for _, p in geographie.codes_postaux)


def test_names_of_a_code_follow_each_other(geographie: Geographie) -> None:
    periodes: dict[object, list[tuple[str, str]]] = {}
    for commune, _, _, rang, _, du, au in geographie.cles:
        if rang == 0:
            periodes.setdefault(commune, []).append((str(du or "0000"), str(au or "9999")))
    assert len(periodes) > 35_000
    for commune, suite in periodes.items():
        assert all(du <= au for du, au in suite), commune
        assert all(avant[1] < apres[0] for avant, apres in pairwise(sorted(suite))), commune


def test_countries() -> None:
    pays = {p[0]: p for p in fichiers.pays()}
    assert len(pays) > 200
    assert all(len(str(c)) == 5 and str(c).startswith("99") for c in pays)
    assert pays["99100"][1:3] == ("FR", "France")
    assert pays["99350"][1:3] == ("MA", "Maroc")
    libres = {p[1] for p in pays.values() if p[5]}
    assert len(libres) == 27 + 3 + 1
    isos = [p[1] for p in pays.values() if p[1]]
    assert len(isos) == len(set(isos))


def test_every_list_has_codes_that_fit_their_columns() -> None:
    entrees = fichiers.codes()
    assert {e.liste for e in entrees} == set(Liste)
    for e in entrees:
        assert len(e.code) <= 40
        assert 0 < len(e.libelle) <= 120
        assert isinstance(e.valide_du, date | None)
        assert isinstance(e.valide_au, date | None)


def test_categories_of_situation_are_those_of_the_operators_in_their_order() -> None:
    assert [e.libelle for e in fichiers.codes() if e.liste == Liste.CATEGORIE_SITUATION] == [
        "Emploi",
        "Contrat en Alternance",
        "Formation",
        "Immersion en entreprise",
        "Pmsmp",
        "Contrat de volontariat - bénévolat",
        "Scolarité",
        "Demandeur d'emploi",
    ]


def test_levels_of_diploma_are_those_of_the_orientation_api() -> None:
    codes = {e.code for e in fichiers.codes() if e.liste == Liste.NIVEAU_DIPLOME}
    assert codes == {"AFS", "CP4", "CFG", "C3A", "C12", "NV5", "NV4", "NV3", "NV2", "NV1"}


def test_a_code_given_twice_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    entree = "{code: A, libelle: Un}"
    (tmp_path / "codes.yaml").write_text(f"type_acte:\n  - {entree}\n  - {entree}\n", encoding="utf-8")
    monkeypatch.setattr(fichiers, "DONNEES", tmp_path)
    with pytest.raises(ValueError, match="deux fois"):
        fichiers.codes()
