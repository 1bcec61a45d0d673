"""The pages of collective acts: who is added and how, nothing typed lost, the sheet, the list, the doors."""

from __future__ import annotations

from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Consultation, Fait
from imilo.parcours.acces.restrictions import restreindre
from imilo.parcours.activites.models import Absence
from imilo.parcours.activites.services import CollectifSaisi, PersonneSaisie, saisir_collectif
from imilo.parcours.dossiers.models import Acte, ActeCollectif, Dossier
from imilo.parcours.dossiers.services.suivi import modifier_acte
from imilo.socle.perimetre import perimetre
from tests import fabriques

pytestmark = pytest.mark.django_db
NOUVEAU = "/actes-collectifs/nouveau"


@pytest.fixture
def deux(structure: Structure, agent: Agent) -> list[Dossier]:
    with perimetre(structure.pk):
        return [
            fabriques.dossier(structure, agent, jeune_nom_naissance=nom, jeune_prenom="Awa") for nom in ("Zola", "Abel")
        ]


@pytest.fixture
def fait(structure: Structure, agent: Agent, deux: list[Dossier]) -> ActeCollectif:
    le = aujourd_hui(structure) - timedelta(days=1)
    saisi = CollectifSaisi("=Atelier CV", le, time(9), 90, "INFORMATION", "ATELIER", "EMPLOI", agent)
    personnes = [
        PersonneSaisie(deux[0].numero, present=True, mot="A fini son CV."),
        PersonneSaisie(deux[1].numero, present=False, motif="maladie", mot="Grippe"),
    ]
    with perimetre(structure.pk):
        return saisir_collectif(agent, structure=structure, saisi=saisi, personnes=personnes)


def saisie(agent: Agent, le: date, **champs: Any) -> dict[str, Any]:
    return {
        "intitule": "Atelier CV", "type": "INFORMATION", "modalite": "ATELIER", "theme": "EMPLOI", "le": str(le),
        "heure": "09:00", "duree": "90", "agent": str(agent.pk), "site": "", "lieu": "Médiathèque", **champs,
    }  # fmt: skip


def personne(dossier: Dossier, presence: str = "present", **champs: Any) -> dict[str, Any]:
    prefixe = f"p{dossier.numero}-"
    return {prefixe + n: v for n, v in {"presence": presence, "motif": "aucun", "mot": "", **champs}.items()}


def texte(reponse: Any) -> str:
    return unescape(reponse.content.decode())


def test_a_person_is_looked_for_added_removed_and_nothing_typed_is_lost(
    connecte: Client, agent: Agent, structure: Structure, autre_structure: Structure, deux: list[Dossier]
) -> None:
    zola, abel = deux
    with perimetre(autre_structure.pk):
        fabriques.dossier(autre_structure, jeune_nom_naissance="Zolaa", jeune_prenom="Ailleurs")
    tape = saisie(agent, aujourd_hui(structure))
    page = texte(connecte.post(NOUVEAU, tape | {"q": "zola", "chercher": "1"}))
    assert 'name="ajouter"' in page
    assert str(zola) in page
    assert "Ailleurs" not in page
    assert 'value="Médiathèque"' in page
    page = texte(connecte.post(NOUVEAU, tape | {"ajouter": str(zola)}))
    assert f'name="personne" value="{zola}"' in page
    deja = {"personne": [str(zola)], **personne(zola, "absent", motif="maladie", mot="Fièvre")}
    page = texte(connecte.post(NOUVEAU, tape | deja | {"ajouter": str(abel)}))
    assert "Fièvre" in page
    assert '<option value="maladie" selected>' in page
    assert f'name="personne" value="{abel}"' in page
    page = texte(connecte.post(NOUVEAU, tape | {"personne": [str(zola), str(abel)], "retirer": str(zola)}))
    assert f'name="personne" value="{zola}"' not in page
    assert f'name="personne" value="{abel}"' in page
    with perimetre(structure.pk):
        assert not ActeCollectif.objects.exists()


def test_it_is_recorded_and_shown_on_its_sheet(
    connecte: Client, agent: Agent, structure: Structure, deux: list[Dossier]
) -> None:
    zola, abel = deux
    donnees = saisie(agent, aujourd_hui(structure)) | {"personne": [str(zola), str(abel)]}
    donnees |= personne(zola, mot="A fini son CV.") | personne(abel, "absent", motif="transport")
    reponse = connecte.post(NOUVEAU, donnees, follow=True)
    page = texte(reponse)
    assert reponse.redirect_chain[0][1] == 302, page
    for dit in ("Atelier CV", "1 présent", "1 absent", "A fini son CV.", "Transport, intempéries", "Médiathèque"):
        assert dit in page, dit
    with perimetre(structure.pk):
        collectif = ActeCollectif.objects.get()
        assert Acte.objects.get().collectif == collectif
        assert Absence.objects.get().dossier == abel
        vues = Consultation.objects.filter(genre="liste").values_list("dossier_id", flat=True)
        assert {zola.pk, abel.pk} <= set(vues)
    assert "Atelier CV" in texte(connecte.get(reverse("web:collectifs")))
    assert "à « <bdi>Atelier CV</bdi> » : transport" in texte(connecte.get(reverse("web:activites", args=[str(abel)])))
    acte = texte(connecte.get(reverse("web:acte-modifier", args=[str(zola), _acte(structure)])))
    assert reverse("web:collectif", args=[collectif.pk]) in acte


def _acte(structure: Structure) -> int:
    with perimetre(structure.pk):
        return Acte.objects.get().pk


def test_what_is_refused_is_said_at_its_place(
    connecte: Client, agent: Agent, structure: Structure, deux: list[Dossier]
) -> None:
    zola, _ = deux
    vide = connecte.post(NOUVEAU, saisie(agent, aujourd_hui(structure)))
    assert vide.status_code == 422
    assert "Ajoutez les personnes qui étaient attendues." in texte(vide)
    with perimetre(structure.pk):
        Dossier.objects.filter(pk=zola.pk).update(statut="fin_accompagnement", fin_le=date(2020, 1, 1))
    donnees = saisie(agent, aujourd_hui(structure), duree="0") | {"personne": [str(zola)]} | personne(zola)
    assert 'id="id_duree_error"' in texte(connecte.post(NOUVEAU, donnees))
    refusee = connecte.post(NOUVEAU, donnees | {"duree": "90"})
    assert refusee.status_code == 422
    assert f'id="id_p{zola.numero}-presence_error"' in texte(refusee)
    assert "L'accompagnement a pris fin" in texte(refusee)


def test_nobody_elsewhere_nor_restricted_is_taken_from_a_forged_form(
    connecte: Client, directrice: Agent, structure: Structure, autre_structure: Structure, deux: list[Dossier]
) -> None:
    zola, abel = deux
    agent = zola.referent
    assert agent is not None
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(autre_structure)
    with perimetre(structure.pk):
        restreindre(directrice, abel, agents=[directrice.pk], motif="proche", au=aujourd_hui(structure))
    donnees = saisie(agent, aujourd_hui(structure)) | {"personne": [str(d) for d in (zola, abel, ailleurs)]}
    donnees |= personne(zola) | personne(abel) | personne(ailleurs)
    assert "2 dossiers n'ont pas été trouvés" in texte(connecte.post(NOUVEAU, donnees, follow=True))
    with perimetre(structure.pk):
        assert list(Acte.objects.values_list("dossier", flat=True)) == [zola.pk]


def test_it_begins_with_what_the_caseload_selected(
    connecte: Client, structure: Structure, deux: list[Dossier], agent: Agent
) -> None:
    liste = texte(connecte.get(reverse("web:portefeuille")))
    assert f'formaction="{NOUVEAU}"' in liste
    page = texte(connecte.post(NOUVEAU, {"depuis": "portefeuille", "quoi": "coches", "dossier": [deux[0].numero]}))
    assert f'name="personne" value="{deux[0]}"' in page
    assert f'name="personne" value="{deux[1]}"' not in page
    page = texte(connecte.post(NOUVEAU, {"depuis": "portefeuille", "quoi": "liste", "retour": "referent=tous"}))
    assert page.count('name="personne"') == 2


def test_more_persons_than_a_room_holds_are_told(
    connecte: Client, deux: list[Dossier], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imilo.web.collectif.saisie.PERSONNES_MAX", 1)
    page = texte(connecte.get(NOUVEAU, {"dossier": [str(d) for d in deux]}))
    assert page.count('name="personne"') == 1
    assert "Seules les 1 premières sont ici." in page


def test_it_is_corrected_with_what_was_corrected_alone_told(
    connecte: Client, agent: Agent, structure: Structure, deux: list[Dossier], fait: ActeCollectif
) -> None:
    zola, abel = deux
    adresse = reverse("web:collectif-corriger", args=[fait.pk])
    page = texte(connecte.get(adresse))
    assert "A fini son CV." in page
    assert "Grippe" in page
    with perimetre(structure.pk):
        acte = Acte.objects.get()
        acte.dossier = zola
        modifier_acte(
            agent, acte, version=1, le=acte.le, heure=acte.heure, duree=30, type=acte.type, modalite=acte.modalite,
            theme=acte.theme, compte_rendu=acte.compte_rendu,
        )  # fmt: skip
    donnees = saisie(agent, fait.le, heure="14:00", version="1") | {"personne": [str(zola), str(abel)]}
    donnees |= personne(zola, mot="A fini son CV.", version="2") | personne(abel, "present", version="1")
    page = texte(connecte.post(adresse, donnees, follow=True))
    assert "Un acte corrigé à part dans son dossier garde ce qui lui est propre." in page
    assert "2 présents" in page
    with perimetre(structure.pk):
        lus = {a.dossier_id: (a.heure, a.duree) for a in Acte.objects.all()}
    assert lus == {zola.pk: (time(14), 30), abel.pk: (time(14), 90)}
    tard = connecte.post(adresse, donnees | {"duree": "120"})
    assert tard.status_code == 409
    assert "a modifié cette fiche" in texte(tard)


def test_it_is_undone_from_its_sheet(
    connecte: Client, structure: Structure, fait: ActeCollectif, deux: list[Dossier]
) -> None:
    adresse = reverse("web:collectif-annuler", args=[fait.pk])
    assert "1 présence et 1 absence seront retirées" in texte(connecte.get(adresse))
    page = texte(connecte.post(adresse, {"version": "1"}, follow=True))
    assert "ses heures ne comptent plus" in page
    assert "Annulé par" in page
    with perimetre(structure.pk):
        assert not Acte.objects.exists()
    assert "déjà annulé" in texte(connecte.post(adresse, {"version": "2"}, follow=True))
    assert connecte.get(reverse("web:collectif-corriger", args=[fait.pk])).status_code == 302


def test_the_list_of_presents_leaves_harmless_and_told(
    connecte: Client, structure: Structure, fait: ActeCollectif, deux: list[Dossier]
) -> None:
    reponse = connecte.get(reverse("web:collectif-presents", args=[fait.pk]))
    titres, ligne = reponse.content.decode().lstrip("\ufeff").splitlines()
    assert titres == "Dossier;Nom;Prénom;Naissance;Sujet;Date;Heure;Durée (minutes)"
    assert ligne == f"{deux[0]};Zola;Awa;01/05/2004;'=Atelier CV;{fait.le:%d/%m/%Y};09:00;90"
    with perimetre(structure.pk):
        assert Fait.objects.get(genre="collectif.exporte").objet_id == fait.pk
        assert list(Consultation.objects.filter(genre="export").values_list("dossier_id", flat=True)) == [deux[0].pk]


def test_another_structure_finds_nothing(autre_structure: Structure, fait: ActeCollectif) -> None:
    client = Client()
    client.force_login(fabriques.agent(autre_structure))
    for route in ("collectif", "collectif-corriger", "collectif-annuler", "collectif-presents"):
        assert client.get(reverse(f"web:{route}", args=[fait.pk])).status_code == 404
    assert "Atelier CV" not in texte(client.get(reverse("web:collectifs")))


def test_the_counter_enters_none(structure: Structure, fait: ActeCollectif) -> None:
    client = Client()
    client.force_login(fabriques.agent(structure, Profil.ACCUEIL))
    assert client.get(NOUVEAU).status_code == 403
    assert client.get(reverse("web:collectif", args=[fait.pk])).status_code == 403


def test_a_restricted_dossier_stays_closed_on_the_sheet(
    connecte: Client, directrice: Agent, structure: Structure, fait: ActeCollectif, deux: list[Dossier]
) -> None:
    with perimetre(structure.pk):
        restreindre(directrice, deux[0], agents=[directrice.pk], motif="proche", au=aujourd_hui(structure))
    page = texte(connecte.get(reverse("web:collectif", args=[fait.pk])))
    assert "1 personne n'est pas montrée" in page
    assert "Zola" not in page
    assert "A fini son CV." not in page
    assert "Corriger</a>" not in page
