"""Every filter of the caseload, from the address to the rows, in a bounded number of queries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Consultation, Fait
from imilo.parcours.dossiers.models import Acte, Dossier
from imilo.parcours.dossiers.selectors import portefeuille_filtres
from imilo.parcours.dossiers.selectors.portefeuille import FiltreDeclare, colonnes, declarer_echeance, declarer_filtre
from imilo.parcours.portefeuilles.models import Remplacement
from imilo.parcours.portefeuilles.services.vues import choisir_colonnes, garder_recherche
from imilo.referentiels.models import Commune
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.web.portefeuille.requetes import au_plus

pytestmark = pytest.mark.django_db
NOMS = ("Abel", "Bara", "Cora")


def vus(client: Client, **parametres: Any) -> list[str]:
    reponse = client.get(reverse("web:portefeuille"), parametres)
    assert reponse.status_code == 200
    texte = reponse.content.decode()
    return [nom for nom in NOMS if f"<bdi>{nom} " in texte]


def acte(dossier: Dossier, agent: Agent, le: date) -> None:
    quoi = {"duree": 5, "type": "RELANCE", "modalite": "TELEPHONE", "theme": "EMPLOI"}
    Acte.objects.create(dossier=dossier, structure_id=dossier.structure_id, agent=agent, le=le, **quoi)


@pytest.fixture
def trois(agent: Agent, structure: Structure) -> dict[str, Dossier]:
    """Three dossiers of the agent: 17 years (Tours), 20 years, 25 years."""
    le = aujourd_hui(structure)
    tours = Commune.objects.get(code="37261")
    with perimetre(structure.pk):
        return {
            nom: fabriques.dossier(
                structure, agent, jeune_nom_naissance=nom, premier_accueil=le - timedelta(days=200),
                jeune_naissance=le - timedelta(days=int(age * 365.25) + 30),
                adresse_commune=tours if nom == "Abel" else None, adresse_code_postal="37000" if nom == "Abel" else "",
            )
            for nom, age in zip(NOMS, (17, 20, 25), strict=True)
        }  # fmt: skip


def test_by_age_in_whole_years(connecte: Client, trois: dict[str, Dossier]) -> None:
    assert vus(connecte, age_max="17") == ["Abel"]
    assert vus(connecte, age_min="18") == ["Bara", "Cora"]
    assert vus(connecte, age_min="20", age_max="20") == ["Bara"]
    assert vus(connecte, age_min="x") == list(NOMS)  # what can't be read isn't asked


def test_the_birthday_counts(connecte: Client, agent: Agent, structure: Structure) -> None:
    le = aujourd_hui(structure)
    anniversaire = portefeuille_filtres.ne_au_plus_tard(18, le)
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="Abel", jeune_naissance=anniversaire)
        lendemain = anniversaire + timedelta(days=1)
        fabriques.dossier(structure, agent, jeune_nom_naissance="Bara", jeune_naissance=lendemain)
    assert vus(connecte, age_min="18") == ["Abel"]
    assert vus(connecte, age_max="17") == ["Bara"]
    assert portefeuille_filtres.ne_au_plus_tard(18, date(2028, 2, 29)) == date(2010, 2, 28)


def test_by_commune_or_postal_code(connecte: Client, trois: dict[str, Dossier]) -> None:
    for lieu in ("Tours", "tou", "  TOURS ", "37", "37000"):
        assert vus(connecte, commune=lieu) == ["Abel"], lieu
    assert vus(connecte, commune="Ailleurs") == []


def test_by_last_contact_older_than_so_many_days_or_never(
    connecte: Client, agent: Agent, structure: Structure, trois: dict[str, Dossier]
) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        acte(trois["Abel"], agent, le - timedelta(days=40))
        acte(trois["Bara"], agent, le - timedelta(days=40))
        acte(trois["Bara"], agent, le - timedelta(days=5))
    assert vus(connecte, contact="30") == ["Abel", "Cora"]  # never contacted is silence too
    assert vus(connecte, contact="40") == ["Abel", "Cora"]
    assert vus(connecte, contact="41") == ["Cora"]
    assert vus(connecte, contact="0") == list(NOMS)
    assert vus(connecte, jamais="jamais") == ["Cora"]
    with perimetre(structure.pk):
        Dossier.objects.filter(pk=trois["Cora"].pk).update(premier_accueil=le - timedelta(days=3))
    assert vus(connecte, contact="30") == ["Abel"]  # received three days ago is no silence


def test_by_deadline_within_so_many_days(connecte: Client, structure: Structure, trois: dict[str, Dossier]) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        Dossier.objects.filter(pk=trois["Abel"].pk).update(piece_expire_le=le + timedelta(days=10))
        Dossier.objects.filter(pk=trois["Bara"].pk).update(
            rqth_du=le - timedelta(days=90), rqth_au=le + timedelta(days=30)
        )
    assert vus(connecte, echeance="9") == []
    assert vus(connecte, echeance="10") == ["Abel"]
    assert vus(connecte, echeance="30") == ["Abel", "Bara"]


def test_by_state_of_the_contract_and_its_deadline(
    connecte: Client, agent: Agent, structure: Structure, trois: dict[str, Dossier]
) -> None:
    directrice = fabriques.agent(structure, Profil.DIRECTION, representant_legal=True)
    with perimetre(structure.pk):
        majeur = trois["Bara"]
        assert vus(connecte, f_contrat="aucun") == list(NOMS)
        cej.orienter_et_notifier(agent, trois["Abel"], le=aujourd_hui(structure))
        assert vus(connecte, echeance="60") == ["Abel"]  # a contract to sign
        prepare = cej.preparer(agent, majeur)
        assert vus(connecte, f_contrat="a_signer") == ["Bara"]
        assert vus(connecte, f_contrat="aucun") == ["Abel", "Cora"]
        signe = cej.signer(directrice, prepare)
        assert vus(connecte, f_contrat="en_cours") == ["Bara"]
        assert vus(connecte, f_contrat="echu") == vus(connecte, f_contrat="fini") == []
        jours = (signe.fin_prevue - aujourd_hui(structure)).days
        assert vus(connecte, echeance=str(jours)) == ["Abel", "Bara"]
        assert vus(connecte, echeance=str(jours - 1)) == ["Abel"]


@pytest.fixture
def declares() -> Iterator[None]:
    """A filter and deadlines of an application above."""
    declarer_filtre(
        FiltreDeclare("essai", "Essai", lambda s, le: [("a", "Nom en A")], lambda v, le: Q(jeune__nom_naissance="Abel"))
    )
    declarer_echeance("essai", lambda le, jusqu_au: Q(jeune__nom_naissance="Cora"))
    yield
    portefeuille_filtres._filtres.pop("essai")
    portefeuille_filtres._echeances.pop("essai")


def test_applications_above_declare_filters(connecte: Client, trois: dict[str, Dossier], declares: None) -> None:
    assert "Nom en A" in connecte.get(reverse("web:portefeuille")).content.decode()
    assert vus(connecte, f_essai="a") == ["Abel"]
    assert vus(connecte, f_essai="inconnu") == list(NOMS)
    assert vus(connecte, echeance="1") == ["Cora"]
    with pytest.raises(ValueError, match="déjà déclaré"):
        declarer_filtre(FiltreDeclare("essai", "Encore", lambda s, le: [], lambda v, le: Q()))
    with pytest.raises(ValueError, match="déjà déclarées"):
        declarer_echeance("essai", lambda le, jusqu_au: Q())


TOUT = {
    "q": "a", "referent": "", "statut": "actif", "completude": "partiel", "echeance": "400", "contact": "1",
    "jamais": "jamais", "age_min": "16", "age_max": "26", "commune": "tours", "f_contrat": "aucun", "tri": "situation",
}  # fmt: skip


def test_twelve_queries_with_every_filter_set(
    connecte: Client, agent: Agent, structure: Structure, declares: None
) -> None:
    le = aujourd_hui(structure)
    absent = fabriques.agent(structure)
    tours = Commune.objects.get(code="37261")
    with perimetre(structure.pk):
        for n in range(30):
            fabriques.dossier(
                structure, (agent, absent)[n % 2], jeune_nom_naissance=f"Cora{n}", adresse_commune=tours,
                premier_accueil=le - timedelta(days=100), piece_expire_le=le + timedelta(days=3),
            )  # fmt: skip
        Remplacement.objects.create(structure=structure, remplace=absent, remplacant=agent, du=le, au=le, par=agent)
        garder_recherche(agent, structure=structure, nom="Tout", parametres=TOUT)
        choisir_colonnes(agent, structure=structure, colonnes=[c.code for c in colonnes()])
    parametres = {**TOUT, "referent": str(agent.pk)}
    connecte.get(reverse("web:portefeuille"), parametres)
    with au_plus(12):
        texte = connecte.get(reverse("web:portefeuille"), parametres).content.decode()
    assert texte.count('<th scope="row">') == 30
    absentes = [c.libelle for c in colonnes() if not re.search(rf">{c.libelle}(?:</a>|<span)", texte)]
    assert absentes == []


def test_the_dossiers_of_who_i_replace_are_with_mine(connecte: Client, agent: Agent, structure: Structure) -> None:
    le = aujourd_hui(structure)
    absente = fabriques.agent(structure, prenom="Awa", nom="Diallo")
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, jeune_nom_naissance="Abel")
        fabriques.dossier(structure, absente, jeune_nom_naissance="Bara")
    assert vus(connecte) == ["Abel"]
    with perimetre(structure.pk):
        Remplacement.objects.create(structure=structure, remplace=absente, remplacant=agent, du=le, au=le, par=agent)
    assert vus(connecte) == ["Abel", "Bara"]
    assert "Awa Diallo</td>" in connecte.get(reverse("web:portefeuille")).content.decode()
    assert vus(connecte, referent=str(absente.pk)) == ["Bara"]
    client = Client()
    client.force_login(fabriques.agent(structure))  # the same profile, who replaces nobody
    assert vus(client, referent=str(agent.pk)) == ["Abel"]


def test_a_column_chosen_shows_on_screen_and_in_the_export(
    connecte: Client, agent: Agent, structure: Structure
) -> None:
    with perimetre(structure.pk):
        fabriques.dossier(structure, agent, telephone="+33612345678", courriel="a@essai.example")
    assert "a@essai.example" not in connecte.get(reverse("web:portefeuille")).content.decode()
    adresse = reverse("web:portefeuille-colonnes")
    reponse = connecte.post(adresse + "?statut=tous", {"colonnes": ["telephone", "courriel"]})
    assert reponse.headers["Location"] == reverse("web:portefeuille") + "?statut=tous"
    texte = connecte.get(reverse("web:portefeuille")).content.decode()
    assert "a@essai.example" in texte
    assert "06\N{NO-BREAK SPACE}12\N{NO-BREAK SPACE}34" in texte
    assert ">Complétude</a>" not in texte
    export = connecte.get(reverse("web:portefeuille-export")).content.decode("utf-8-sig")
    assert export.splitlines()[0] == "Dossier;Nom;Prénom;Naissance;Âge;Téléphone;Courriel"
    connecte.post(adresse, {"habituelles": "oui"})
    assert ">Complétude</a>" in connecte.get(reverse("web:portefeuille")).content.decode()


def test_the_workbook_has_days_numbers_and_no_formula(connecte: Client, agent: Agent, structure: Structure) -> None:
    with perimetre(structure.pk):
        un = fabriques.dossier(
            structure, agent, jeune_nom_naissance="=1+1", jeune_prenom="@SUM\v", jeune_naissance=date(2004, 5, 1)
        )
        acte(un, agent, date(2026, 1, 7))
        fabriques.dossier(
            structure, agent, jeune_nom_naissance="Zed", jeune_naissance=date(2004, 1, 1),
            jeune_naissance_precision="annee",
        )  # fmt: skip
    reponse = connecte.get(reverse("web:portefeuille-export-xlsx"))
    assert reponse.headers["Content-Type"].endswith("spreadsheetml.sheet")
    assert reponse.headers["Content-Disposition"].endswith('.xlsx"')
    feuille = load_workbook(BytesIO(reponse.content)).active
    assert feuille is not None
    tetes, premiere, seconde = feuille.iter_rows()
    titres = [c.value for c in tetes]
    assert titres[:5] == ["Dossier", "Nom", "Prénom", "Naissance", "Âge"]
    ligne = dict(zip(titres, premiere, strict=True))
    assert (ligne["Nom"].value, ligne["Nom"].data_type) == ("'=1+1", "s")
    assert ligne["Prénom"].value == "'@SUM"
    assert (ligne["Naissance"].value, ligne["Naissance"].number_format) == (datetime(2004, 5, 1), "DD/MM/YYYY")
    assert isinstance(ligne["Âge"].value, int)
    assert ligne["Dernier contact"].value == datetime(2026, 1, 7)
    assert not [c for rangee in feuille.iter_rows() for c in rangee if c.data_type == "f"]
    autre = dict(zip(titres, seconde, strict=True))
    assert (autre["Naissance"].value, autre["Âge"].value) == ("2004 (jour et mois inconnus)", None)
    with perimetre(structure.pk):
        assert Consultation.objects.filter(genre="export").count() == 2
        assert Fait.objects.get(genre="dossier.exporte").identifiants == {"nombre": 2}


@pytest.mark.parametrize("route", ["portefeuille", "arrivees"])
def test_a_nir_typed_in_a_filter_reaches_no_address(connecte: Client, route: str) -> None:
    """The form posts, with JavaScript or without: the address that the browser keeps has everything but the NIR."""
    page = reverse(f"web:{route}")
    assert 'method="post"' in connecte.get(page).content.decode()
    nir = {"q": "2 03 05 37 261 001 12", "tri": "nom"}
    reponse = connecte.post(page, nir)
    assert (reponse.status_code, reponse["Location"]) == (303, f"{page}?tri=nom")
    assert "tapez-le dans la recherche" in connecte.get(reponse["Location"]).content.decode()
    en_place = connecte.post(page, nir, headers={"HX-Request": "true"})
    assert (en_place.status_code, en_place["HX-Push-Url"]) == (200, f"{page}?tri=nom")
    assert connecte.post(page, {"q": "dupont", "tri": "nom"})["Location"] == f"{page}?q=dupont&tri=nom"
    assert connecte.put(page).status_code == 405
