"""The week of a caseload: who is asked what, what they did, declarations examined and given back."""

from __future__ import annotations

import re
from datetime import date, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.journal.models import Consultation, Fait
from imilo.parcours.activites.models import ActiviteDeclaree, EtatDeclaration
from imilo.parcours.dossiers.models import Categorie, Dossier, Situation
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.web.activite.objets import LUNDI, declarer, rendez_vous, sous_contrat
from tests.web.portefeuille.requetes import au_plus

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("horloge")]
MARDI, JEUDI = LUNDI + timedelta(days=1), LUNDI + timedelta(days=3)


@pytest.fixture
def jeunes(monkeypatch: pytest.MonkeyPatch, structure: Structure, agent: Agent, directrice: Agent) -> list[Dossier]:
    """Abel did an hour, has another to be confirmed; Zoe did nothing and missed an appointment."""
    with perimetre(structure.pk):
        abel, zoe = (sous_contrat(monkeypatch, structure, agent, directrice, nom) for nom in ("Abel", "Zoe"))
        rendez_vous(abel, agent, MARDI, "present")
        rendez_vous(abel, agent, JEUDI, "planifie")
        rendez_vous(zoe, agent, MARDI, "absent")
    return [abel, zoe]


def page(client: Client, **parametres: str) -> str:
    reponse = client.get(reverse("web:semaine"), parametres)
    assert reponse.status_code == 200
    return re.sub(r"\s+", " ", reponse.content.decode())


def noms(texte: str) -> list[str]:
    """Surnames of the rows of the week, in their order."""
    tableau = texte.partition("imilo-heures")[2].partition("</table>")[0]
    return [nom.split()[-1] for nom in re.findall(r"<bdi>([^<]+)</bdi>", tableau)]


def test_an_empty_week_says_what_to_do(connecte: Client) -> None:
    texte = page(connecte)
    assert "Personne n'est sous contrat" in texte.replace("&#x27;", "'")
    assert "Aucune déclaration" in texte


def test_a_row_says_what_is_asked_done_to_confirm_and_missing(connecte: Client, jeunes: list[Dossier]) -> None:
    texte = page(connecte)
    assert noms(texte) == ["Abel", "Zoe"]
    abel = texte.partition("Abel")[2].partition("</tr>")[0]
    for attendu in (">15 h<", ">1 h<", ">13 h<", "À compléter", "2 semaines de suite"):
        assert attendu in abel
    assert "1 absence sans raison notée" in texte


def test_a_week_that_is_over_misses_what_wasn_t_done(connecte: Client, jeunes: list[Dossier]) -> None:
    texte = page(connecte, semaine="2026-06-10")
    assert "Semaine du 8 juin au 14 juin 2026" in texte
    assert "Sous la durée" in texte
    assert "Durée prévue" not in texte


def test_a_week_that_the_contract_cuts_asks_for_nothing(connecte: Client, jeunes: list[Dossier]) -> None:
    assert "Personne n" in page(connecte, semaine="2026-05-25")
    with perimetre(jeunes[0].structure_id):
        from imilo.parcours.contrats.models import ContratEngagement

        ContratEngagement.objects.filter(dossier=jeunes[0]).update(debut=date(2026, 6, 2))
    assert "semaine incomplète" in page(connecte, semaine="2026-06-01")


@pytest.mark.parametrize(
    ("parametres", "attendu"),
    [
        ({"tri": "fait", "ordre": "desc"}, ["Abel", "Zoe"]),
        ({"tri": "manque", "ordre": "desc"}, ["Zoe", "Abel"]),
        ({"tri": "nom", "ordre": "desc"}, ["Zoe", "Abel"]),
        ({"tri": "n'importe"}, ["Abel", "Zoe"]),
        ({"quoi": "absences"}, ["Zoe"]),
        ({"quoi": "a_confirmer"}, ["Abel"]),
        ({"quoi": "rien"}, ["Zoe"]),
        ({"quoi": "deux"}, ["Abel", "Zoe"]),
        ({"quoi": "'; DROP"}, ["Abel", "Zoe"]),
        ({"semaine": "pas un jour", "page": "zéro"}, ["Abel", "Zoe"]),
        ({"semaine": "0001-01-01"}, ["Abel", "Zoe"]),
        ({"semaine": "9999-12-31"}, ["Abel", "Zoe"]),
    ],
)
def test_sorted_and_filtered(
    connecte: Client, jeunes: list[Dossier], parametres: dict[str, str], attendu: list[str]
) -> None:
    assert noms(page(connecte, **parametres)) == attendu


def test_one_s_own_young_people_a_colleague_s_or_everybody_s(
    connecte: Client, jeunes: list[Dossier], structure: Structure
) -> None:
    collegue = fabriques.agent(structure)
    with perimetre(structure.pk):
        Dossier.objects.filter(pk=jeunes[1].pk).update(referent=collegue)
    assert noms(page(connecte)) == ["Abel"]
    assert noms(page(connecte, referent=str(collegue.pk))) == ["Zoe"]
    assert noms(page(connecte, referent="tous")) == ["Abel", "Zoe"]
    assert noms(page(connecte, referent="999999")) == ["Abel"]


def test_another_structure_s_counsellor_sees_none_of_them(jeunes: list[Dossier], autre_structure: Structure) -> None:
    client = Client()
    client.force_login(fabriques.agent(autre_structure))
    assert noms(page(client, referent="tous")) == []


def test_twelve_queries_for_a_whole_page(connecte: Client, jeunes: list[Dossier], structure: Structure) -> None:
    with perimetre(structure.pk):
        for n, dossier in enumerate(jeunes * 3):
            declarer(dossier, f"Démarche {n}", MARDI)
    page(connecte)
    with au_plus(12):
        page(connecte)


def test_the_list_leaves_as_csv_and_as_a_workbook(connecte: Client, jeunes: list[Dossier]) -> None:
    texte = connecte.get(reverse("web:semaine-export")).content.decode("utf-8-sig")
    titres, abel, _zoe = (ligne.split(";") for ligne in texte.strip().split("\r\n"))
    assert dict(zip(titres, abel, strict=True)) == {
        "Dossier": str(jeunes[0]), "Nom": "Abel", "Prénom": "Dominique", "Référent": str(jeunes[0].referent),
        "Semaine du": "15/06/2026", "Heures demandées": "15", "Heures faites": "1", "Heures à confirmer": "1",
        "Heures prévues": "0", "Heures manquantes": "13", "Jours d'absence justifiée": "0",
        "Absences sans raison notée": "0",
    }  # fmt: skip
    octets = connecte.get(reverse("web:semaine-export-xlsx"), {"quoi": "absences"}).content
    lignes = list(load_workbook(BytesIO(octets)).active.iter_rows(values_only=True))
    assert [ligne[1] for ligne in lignes] == ["Nom", "Zoe"]
    assert lignes[1][5:10] == (15, 0, 0, 0, 15)
    with perimetre(jeunes[0].structure_id):
        nombres = [f.identifiants["nombre"] for f in Fait.objects.filter(genre="activites.exportees").order_by("pk")]
        assert nombres == [2, 1]
        assert Consultation.objects.filter(genre="export").count() == 3


# --- examining ------------------------------------------------------------------------------------


def attendues(structure: Structure) -> list[tuple[str, str]]:
    with perimetre(structure.pk):
        return list(ActiviteDeclaree.objects.order_by("pk").values_list("etat", "motif_refus"))


def examiner(client: Client, activites: list[ActiviteDeclaree], **champs: str) -> Any:
    cochees = [f"{a.pk}.{a.version}" for a in activites]
    return client.post(reverse("web:semaine-examiner"), {"activite": cochees, "retour": "quoi=rien", **champs})


@pytest.fixture
def deux(jeunes: list[Dossier], structure: Structure) -> list[ActiviteDeclaree]:
    with perimetre(structure.pk):
        return [declarer(jeunes[0], "Salon de l'emploi", MARDI), declarer(jeunes[1], "Candidatures", JEUDI)]


def test_what_the_day_counts_already_is_shown_beside_a_declaration(
    connecte: Client, deux: list[ActiviteDeclaree]
) -> None:
    texte = page(connecte)
    salon = texte.partition("Salon de l")[2].partition("</tr>")[0]
    assert "Rendez-vous, 1 h" in salon
    assert "rien" in texte.partition("Candidatures")[2].partition("</tr>")[0]


def declarees(lue: str) -> list[str]:
    """Names beside the declarations that wait, in their order."""
    return [nom.split()[-1] for nom in re.findall(r'data-nom="Qui">.*?<bdi>([^<]+)</bdi>', lue)]


def test_the_declarations_of_one_person_or_of_one_week(
    connecte: Client, jeunes: list[Dossier], deux: list[ActiviteDeclaree], structure: Structure
) -> None:
    abel, zoe = jeunes
    with perimetre(structure.pk):
        declarer(zoe, "Visite d'un atelier", LUNDI - timedelta(days=7))
    assert declarees(page(connecte)) == ["Zoe", "Abel", "Zoe"]
    assert declarees(page(connecte, declarees="semaine")) == ["Abel", "Zoe"]
    siennes = page(connecte, referent="tous", personne=str(zoe))
    assert declarees(siennes) == ["Zoe", "Zoe"]
    assert noms(siennes) == ["Zoe"]
    assert f'<option value="{zoe}" selected' in siennes
    assert f'<option value="{abel}"' in siennes
    assert declarees(page(connecte, personne="0; DROP")) == ["Zoe", "Abel", "Zoe"]


def test_the_link_of_a_dossier_leads_to_its_own_declarations(
    connecte: Client, jeunes: list[Dossier], deux: list[ActiviteDeclaree]
) -> None:
    du_dossier = connecte.get(reverse("web:activites", args=[str(jeunes[1])])).content.decode()
    lien = re.search(r'href="([^"]+)">Examiner', du_dossier)
    assert lien is not None
    suite = connecte.get(lien[1].replace("&amp;", "&").partition("#")[0])
    assert declarees(re.sub(r"\s+", " ", suite.content.decode())) == ["Zoe"]


def test_a_declaration_that_would_add_nothing_says_so(
    connecte: Client, jeunes: list[Dossier], structure: Structure
) -> None:
    with perimetre(structure.pk):
        formation = {"categorie": Categorie.FORMATION, "debut": LUNDI, "heures_hebdo": Decimal(35)}
        Situation.objects.create(dossier=jeunes[1], structure_id=structure.pk, **formation)
        declarer(jeunes[1], "Cours de cuisine", MARDI, minutes=420)
        declarer(jeunes[1], "Bénévolat", MARDI, heure=time(20), minutes=120)
    lu = page(connecte).partition("Activités déclarées à examiner")[2]
    cours, benevolat = (lu.partition(f"<bdi>{quoi}")[2].partition("</tr>")[0] for quoi in ("Cours", "Bénévolat"))
    assert "Elle n'ajouterait rien</strong> : déjà comptée dans : Formation" in cours
    assert "ajouterait" not in benevolat


def test_many_are_accepted_then_given_back(
    connecte: Client, deux: list[ActiviteDeclaree], structure: Structure
) -> None:
    reponse = examiner(connecte, deux, decision="accepter")
    assert attendues(structure) == [(EtatDeclaration.ACCEPTEE, "")] * 2
    assert "quoi=rien" in reponse["Location"]
    suite = connecte.get(reponse["Location"]).content.decode()
    assert "2 déclarations acceptées." in suite
    lot = re.search(r'name="lot" value="([^"]+)"', suite)
    assert lot is not None
    rendu = connecte.post(reverse("web:semaine-examen-annuler"), {"lot": lot[1]}, follow=True)
    assert "2 déclarations à examiner de nouveau" in rendu.content.decode()
    assert attendues(structure) == [(EtatDeclaration.DECLAREE, "")] * 2


def test_a_refusal_without_a_reason_keeps_what_was_ticked(
    connecte: Client, deux: list[ActiviteDeclaree], structure: Structure
) -> None:
    reponse = examiner(connecte, deux[:1], decision="refuser", retour="")
    assert reponse.status_code == 422
    texte = reponse.content.decode()
    assert "Dites pourquoi" in texte
    assert len(re.findall(r'name="activite"[^>]*checked', texte)) == 1
    assert attendues(structure) == [(EtatDeclaration.DECLAREE, "")] * 2
    examiner(connecte, deux[:1], decision="refuser", motif="Rien ne le montre")
    assert attendues(structure)[0] == (EtatDeclaration.REFUSEE, "Rien ne le montre")


def test_nothing_ticked_or_nonsense_changes_nothing(
    connecte: Client, deux: list[ActiviteDeclaree], structure: Structure
) -> None:
    for cochees in ([], ["x"], ["1.1.1"], ["9" * 30 + ".1"], ["999999999.1"]):
        reponse = connecte.post(reverse("web:semaine-examiner"), {"activite": cochees, "decision": "accepter"})
        assert reponse.status_code in (302, 422)
    for lot in ("", "x", "00000000-0000-4000-8000-000000000000"):
        assert connecte.post(reverse("web:semaine-examen-annuler"), {"lot": lot}).status_code == 302
    assert attendues(structure) == [(EtatDeclaration.DECLAREE, "")] * 2


def test_the_declarations_of_another_structure_can_t_be_examined(
    deux: list[ActiviteDeclaree], structure: Structure, autre_structure: Structure
) -> None:
    client = Client()
    client.force_login(fabriques.agent(autre_structure))
    assert examiner(client, deux, decision="accepter").status_code == 422
    assert attendues(structure) == [(EtatDeclaration.DECLAREE, "")] * 2


def test_reading_an_examination_is_not_allowed(connecte: Client) -> None:
    for nom in ("web:semaine-examiner", "web:semaine-examen-annuler"):
        assert connecte.get(reverse(nom)).status_code == 405


@pytest.mark.parametrize("profil", [Profil.ACCUEIL, Profil.GESTIONNAIRE, Profil.RGC, Profil.DPD, Profil.SUPPORT])
def test_the_other_profiles_don_t_see_weeks(structure: Structure, profil: Profil) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, profil))
    assert client.get(reverse("web:semaine")).status_code == 403
