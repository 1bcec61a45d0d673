from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, connections, transaction
from psycopg.conninfo import conninfo_to_dict
from pytest_django import DjangoDbBlocker

from imilo.referentiels import fichiers, selectors, services
from imilo.referentiels.models import Code, Commune, Liste
from imilo.referentiels.services import Bilan
from imilo.socle.postgres_roles import Urls

JOUR = date(2026, 11, 22)


@pytest.fixture
def proprietaire(urls_base: Urls, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """Alias of a connection of the owner, whose writes are undone after the test."""
    alias = "proprietaire"
    champs = conninfo_to_dict(urls_base.proprietaire)
    qui = {"USER": champs["user"], "PASSWORD": champs.get("password", "")}
    connections.databases[alias] = {**connections["default"].settings_dict, **qui}
    with django_db_blocker.unblock():
        try:
            with transaction.atomic(using=alias):
                yield alias
                transaction.set_rollback(True, using=alias)
        finally:
            connections[alias].close()
            del connections[alias]
            del connections.databases[alias]
            selectors.oublier()


def test_loading_again_changes_nothing(proprietaire: str) -> None:
    assert services.charger(JOUR, proprietaire) == Bilan()


def test_a_load_mends_what_differs(proprietaire: str) -> None:
    with connections[proprietaire].cursor() as curseur:
        curseur.execute("UPDATE referentiels_commune SET nom = 'Autre' WHERE code = '2A004'")
        curseur.execute("DELETE FROM referentiels_codepostal WHERE commune_id = '97801'")
        curseur.execute("DELETE FROM referentiels_clecommune WHERE commune_id = '13055'")
        curseur.execute("INSERT INTO referentiels_codepostal (commune_id, code) VALUES ('13055', '99999')")
    assert services.charger(JOUR, proprietaire) == Bilan(ajouts=2, changements=1, retraits=1)
    assert Commune.objects.using(proprietaire).get(code="2A004").nom == "Ajaccio"


def test_a_code_gone_from_the_file_is_closed_and_stays_readable(proprietaire: str) -> None:
    restants = [e for e in fichiers.codes() if (e.liste, e.code) != ("moyen_venue", "PRESSE")]
    bilan = services.charger_codes(JOUR, proprietaire, lambda: restants)
    assert bilan == Bilan(clotures=1)
    presse = Code.objects.using(proprietaire).get(liste=Liste.MOYEN_VENUE, code="PRESSE")
    assert presse.valide_au == date(2026, 11, 21)
    # Closed once: a later load keeps the first date.
    assert services.charger_codes(date(2027, 1, 1), proprietaire, lambda: restants) == Bilan()
    # Back in the file, it is open again.
    assert services.charger_codes(JOUR, proprietaire) == Bilan(changements=1)


def test_a_new_label_and_a_new_code_are_loaded(proprietaire: str) -> None:
    entrees = fichiers.codes()
    entrees[0] = replace(entrees[0], libelle="Nouveau libellé")
    entrees.append(replace(entrees[-1], code="NOUVEAU", ordre=99, valide_du=date(2027, 1, 1)))
    assert services.charger_codes(JOUR, proprietaire, lambda: entrees) == Bilan(ajouts=1, changements=1)


@pytest.mark.django_db
def test_a_closed_code_is_not_offered_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    ferme = Code(liste="type_acte", code="VIEUX", libelle="Ancien", ordre=1, valide_au=date(2026, 1, 31))
    futur = Code(liste="type_acte", code="NEUF", libelle="Nouveau", ordre=2, valide_du=date(2027, 1, 1))
    monkeypatch.setattr(selectors, "_memoire", {"type_acte": (ferme, futur)})
    assert selectors.codes(Liste.TYPE_ACTE, date(2026, 1, 31)) == [("VIEUX", "Ancien")]
    assert selectors.codes(Liste.TYPE_ACTE, date(2026, 2, 1)) == []
    assert selectors.codes(Liste.TYPE_ACTE, date(2027, 1, 1)) == [("NEUF", "Nouveau")]
    assert selectors.libelle(Liste.TYPE_ACTE, "VIEUX") == "Ancien"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "requete",
    [
        "UPDATE referentiels_commune SET nom = 'x'",
        "DELETE FROM referentiels_code",
        "INSERT INTO referentiels_region (code, nom) VALUES ('x', 'x')",
    ],
)
def test_the_running_role_only_reads(requete: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(requete)
