"""Demands, documents, notes, tags and links by their screens: what is kept, refused, and to whom it is closed."""

from __future__ import annotations

from datetime import date
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.parcours.dossiers.documents import enregistrer_document
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
from imilo.parcours.fiche.models import Demande, Etiquette, EtiquettePosee, Justificatif, LienDeFoyer, Note, Reponse
from imilo.parcours.fiche.services import documents, equipe
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, jeune_naissance=date(2004, 5, 1))


def client_de(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent)
    return client


@pytest.fixture
def connecte(agent: Agent) -> Client:
    return client_de(agent)


def adresse(nom: str, *args: object) -> str:
    return reverse(f"web:{nom}", args=args)


def envoyer(client: Client, vue: str, /, *args: object, **champs: Any) -> Any:
    return client.post(adresse(vue, *args), {"jeton_unique": str(uuid4()), **champs})


def texte(reponse: Any) -> str:
    return str(reponse.content.decode())


def test_a_demand_from_the_first_word_to_its_issue(connecte: Client, dossier: Dossier) -> None:
    champs = {"theme": "LOGEMENT", "texte": "Un toit d'abord", "le": "2026-03-02"}
    assert envoyer(connecte, "demande-nouvelle", dossier, **champs).status_code == 302
    with perimetre(dossier.structure_id):
        demande = Demande.objects.get()
    reponse = {"existante": "", "intitule": "Dossier FJT", "le": "2026-03-03"}
    assert envoyer(connecte, "demande-proposer", dossier, demande.pk, **reponse).status_code in (302, 422)
    page = texte(connecte.get(adresse("demandes", dossier)))
    assert "Dossier FJT" in page
    assert "En cours" in page
    fin = champs | {"version": "2", "etat": "close", "issue": "", "close_le": ""}
    refus = envoyer(connecte, "demande-modifier", dossier, demande.pk, **fin)
    assert refus.status_code == 422
    assert "Un toit d&#x27;abord" in texte(refus)
    assert (
        envoyer(connecte, "demande-modifier", dossier, demande.pk, **(fin | {"issue": "satisfaite"})).status_code == 302
    )
    for filtre, vue in (
        ("etat=close", True),
        ("etat=a_suivre", False),
        ("theme=SANTE", False),
        ("theme=LOGEMENT", True),
    ):
        assert ("Un toit d&#x27;abord" in texte(connecte.get(f"{adresse('demandes', dossier)}?{filtre}"))) is vue, (
            filtre
        )
    perime = envoyer(
        connecte, "demande-modifier", dossier, demande.pk, **(champs | {"version": "1", "etat": "ouverte"})
    )
    assert perime.status_code == 409
    with perimetre(dossier.structure_id):
        assert Reponse.objects.count() == 1


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"theme": ""}, "Remplissez ce champ"),
        ({"texte": "x" * 1001}, "1000"),
        ({"le": "2098-01-01"}, "à venir"),
    ],
)
def test_a_refused_demand_keeps_its_words(connecte: Client, dossier: Dossier, champs: dict[str, str], dit: str) -> None:
    bonne = {"theme": "LOGEMENT", "texte": "Mes mots", "le": "2026-03-02"}
    reponse = envoyer(connecte, "demande-nouvelle", dossier, **(bonne | champs))
    assert reponse.status_code == 422
    assert dit in texte(reponse)
    assert champs.get("texte", "Mes mots") in texte(reponse)


@pytest.mark.parametrize(
    ("nom", "contenu", "dit"),
    [
        ("rib.pdf", b"", "vide"),
        ("rib.pdf", b"MZ\x90", "pas un PDF"),
        ("photo.png", b"\x89PNG\r\n\x1a\nIHDR", "pas un PDF"),
        ("page.html", b"<html>", "pas un PDF"),
        ("gros.pdf", b"%PDF-" + b"0" * (10 * 1024 * 1024 + 1), "10 Mo"),
    ],
)
def test_a_wrong_file_is_refused_at_its_field(
    connecte: Client, dossier: Dossier, nom: str, contenu: bytes, dit: str
) -> None:
    fichier = SimpleUploadedFile(nom, contenu, content_type="application/pdf")
    reponse = envoyer(connecte, "document-deposer", dossier, type="rib", fichier=fichier, titre="Mon titre")
    assert reponse.status_code == 422
    assert dit in texte(reponse)
    assert "Mon titre" in texte(reponse)
    with perimetre(dossier.structure_id):
        assert not Document.objects.exists()


def test_a_document_is_filed_listed_by_type_and_downloaded_only_here(
    connecte: Client, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    fichier = SimpleUploadedFile('"><img src=x>.pdf', un_pdf(), content_type="text/html")
    assert envoyer(connecte, "document-deposer", dossier, type="rib", fichier=fichier, titre="").status_code == 302
    with perimetre(structure.pk):
        piece = Justificatif.objects.select_related("document").get()
    page = texte(connecte.get(adresse("documents", dossier)))
    assert "<h2" in page
    assert "RIB" in page
    assert "<img src=x>" not in page
    lu = connecte.get(adresse("document", dossier, piece.document_id))
    assert lu.headers["Content-Type"] == "application/pdf"
    assert lu.headers["Content-Disposition"].startswith("attachment")
    assert "<" not in lu.headers["Content-Disposition"]
    # What tells of money isn't the reception's; another structure finds nothing.
    accueil = client_de(fabriques.agent(structure, Profil.ACCUEIL))
    assert accueil.get(adresse("document", dossier, piece.document_id)).status_code == 403
    assert accueil.get(adresse("document-modifier", dossier, piece.pk)).status_code == 403
    assert "1 autre document, réservé" in texte(accueil.get(adresse("documents", dossier)))
    etranger = client_de(fabriques.agent(autre_structure))
    assert etranger.get(adresse("document", dossier, piece.document_id)).status_code == 404
    with perimetre(structure.pk):
        voisin = fabriques.dossier(structure)
    for nom in ("document-modifier", "document-retirer"):
        assert connecte.get(adresse(nom, voisin, piece.pk)).status_code == 404
    decrit = envoyer(
        connecte, "document-modifier", dossier, piece.pk, version="1", type="impots", expire_le="2027-01-01"
    )
    assert decrit.status_code == 302
    assert envoyer(connecte, "document-retirer", dossier, piece.pk, version="1").status_code == 409
    assert envoyer(connecte, "document-retirer", dossier, piece.pk, version="2").status_code == 302
    with perimetre(structure.pk):
        assert not Document.objects.exists()


def test_a_document_that_nobody_described_isn_t_the_reception_s(
    connecte: Client, dossier: Dossier, structure: Structure, agent: Agent
) -> None:
    """What a transfer brings has bytes and no type: it may be a notice of disability as well as a card."""
    with perimetre(structure.pk):
        recu = enregistrer_document(
            agent,
            dossier=dossier,
            genre=GenreDocument.JUSTIFICATIF,
            titre="Notification",
            contenu=un_pdf(),
            type_mime="application/pdf",
        )
    assert connecte.get(adresse("document", dossier, recu.pk)).status_code == 200
    accueil = client_de(fabriques.agent(structure, Profil.ACCUEIL))
    assert accueil.get(adresse("document", dossier, recu.pk)).status_code == 403


def test_notes_are_written_corrected_taken_out(connecte: Client, dossier: Dossier, structure: Structure) -> None:
    champs = {"texte": "Rappeler </textarea><script>alert(1)</script>", "portee": "restreinte"}
    assert envoyer(connecte, "note-nouvelle", dossier, **champs).status_code == 302
    page = texte(connecte.get(adresse("fiche", dossier)))
    assert "&lt;script&gt;" in page
    accueil = client_de(fabriques.agent(structure, Profil.ACCUEIL))
    assert "Rappeler" not in texte(accueil.get(adresse("fiche", dossier)))
    with perimetre(structure.pk):
        note = Note.objects.get()
    assert envoyer(connecte, "note-nouvelle", dossier, texte="", portee="visible").status_code == 422
    assert (
        envoyer(connecte, "note-modifier", dossier, note.pk, version="1", texte="Bravo", portee="visible").status_code
        == 302
    )
    assert (
        envoyer(connecte, "note-modifier", dossier, note.pk, version="1", texte="X", portee="visible").status_code
        == 409
    )
    assert "Bravo" in texte(accueil.get(adresse("fiche", dossier)))
    # The label says who reads it, and promises the young person nothing that no page of theirs does.
    formulaire = unescape(texte(connecte.get(adresse("note-nouvelle", dossier))))
    assert "Lue aussi à l'accueil et aux allocations" in formulaire
    assert "Aucune note n'est montrée à la personne" in formulaire
    assert not [b for _, b in Note._meta.get_field("portee").flatchoices if "personne" in b]
    lit = client_de(fabriques.agent(structure, Profil.GESTIONNAIRE))
    assert "Bravo" in texte(lit.get(adresse("fiche", dossier)))
    assert envoyer(connecte, "note-retirer", dossier, note.pk, version="2").status_code == 302


def test_the_list_of_tags_is_the_structure_s(dossier: Dossier, structure: Structure, agent: Agent) -> None:
    direction = client_de(fabriques.agent(structure, Profil.DIRECTION))
    assert envoyer(direction, "etiquettes", nom="Vélo").status_code == 302
    assert "déjà une étiquette" in texte(envoyer(direction, "etiquettes", nom="VÉLO"))
    with perimetre(structure.pk):
        etiquette = Etiquette.objects.get()
    connecte = client_de(agent)
    assert connecte.get(adresse("etiquettes")).status_code == 403
    assert envoyer(connecte, "dossier-etiquettes", dossier, etiquettes=[str(etiquette.pk)]).status_code == 302
    assert "Vélo" in texte(connecte.get(adresse("fiche", dossier)))
    assert "1 dossier" in texte(direction.get(adresse("etiquettes")))
    assert envoyer(direction, "etiquette-modifier", etiquette.pk, version="1", nom="Vélos").status_code == 302
    assert envoyer(connecte, "dossier-etiquettes", dossier, etiquettes=["999999"]).status_code == 422
    with perimetre(structure.pk):
        assert EtiquettePosee.objects.count() == 1


def test_a_link_asks_for_a_dossier_of_the_structure(
    connecte: Client, dossier: Dossier, structure: Structure, autre_structure: Structure
) -> None:
    with perimetre(autre_structure.pk):
        ailleurs = fabriques.dossier(autre_structure)
    with perimetre(structure.pk):
        frere = fabriques.dossier(structure)
    for numero in (ailleurs, "0000000", "abc", dossier):
        reponse = envoyer(connecte, "lien-nouveau", dossier, numero=str(numero), nature="fratrie")
        assert reponse.status_code == 422, numero
    assert envoyer(connecte, "lien-nouveau", dossier, numero=str(frere), nature="fratrie").status_code == 302
    for d, autre in ((dossier, frere), (frere, dossier)):
        assert adresse("dossier", autre) in texte(connecte.get(adresse("fiche", d)))
    with perimetre(structure.pk):
        lien = LienDeFoyer.objects.get(dossier=dossier)
    assert connecte.get(adresse("lien-retirer", frere, lien.pk)).status_code == 404
    assert connecte.get(adresse("lien-retirer", dossier, lien.pk)).status_code == 200
    assert envoyer(connecte, "lien-retirer", dossier, lien.pk).status_code == 302
    with perimetre(structure.pk):
        assert not LienDeFoyer.objects.exists()


def test_what_ends_soon_is_on_the_day_s_page(connecte: Client, dossier: Dossier, agent: Agent) -> None:
    with perimetre(dossier.structure_id):
        documents.deposer(agent, dossier, type="rqth", titre="MDPH", contenu=un_pdf(), expire_le=date.today())
        equipe.ecrire_note(agent, dossier, texte="x", portee="visible")
    page = texte(connecte.get(adresse("journee")))
    assert "Fin de validité : Notification de la MDPH" in page
    assert adresse("documents", dossier) in page
