"""From orientation to the end of a CEJ, page by page."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.models import Consultation, Fait
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.diagnostics.models import Diagnostic, Orientation
from imilo.parcours.dossiers.models import Document, Dossier, Proposition, Statut
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf
from tests.parcours import parcours_cej as cej

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script> 😀 محمد O'Neill"
SCAN = un_pdf()


@pytest.fixture
def dossier(structure: Structure, agent: Agent) -> Dossier:
    with perimetre(structure.pk):
        return fabriques.dossier(structure, agent, jeune_prenom="Lola", jeune_nom_naissance="Diallo")


def client_de(qui: Agent) -> Client:
    client = Client()
    client.force_login(qui)
    return client


@pytest.fixture
def conseiller(agent: Agent) -> Client:
    return client_de(agent)


@pytest.fixture
def direction(directrice: Agent) -> Client:
    return client_de(directrice)


@pytest.fixture
def contrat(dossier: Dossier, agent: Agent) -> ContratEngagement:
    """Ready to sign."""
    with perimetre(dossier.structure_id):
        return cej.preparer(agent, dossier)


def adresse(nom: str, *args: object) -> str:
    return reverse(f"web:{nom}", args=[str(a) if isinstance(a, Dossier) else a for a in args])


def lire(client: Client, nom: str, *args: object) -> str:
    reponse = client.get(adresse(nom, *args))
    assert reponse.status_code == 200, (nom, reponse.status_code)
    return reponse.content.decode()


def poster(client: Client, champs: dict[str, Any], nom: str, *args: object) -> HttpResponse:
    reponse: HttpResponse = client.post(adresse(nom, *args), champs)  # type: ignore[assignment]  # the test client's own class
    return reponse


def orientation(dossier: Dossier, **champs: Any) -> dict[str, Any]:
    return {
        "decidee_le": aujourd_hui(dossier.structure).isoformat(),
        "beneficiaire_rsa": "non",
        "decidee_par": "mission_locale",
        "vers": "mission_locale",
        "qualification": "NV5",
        "situation_emploi": "plus_un_an",
        "aspirations": "Cuisine",
        "numero_ft": "1234 567 A",
        **champs,
    }


def contenu_du_contrat(agent: Agent, dossier: Dossier, **champs: Any) -> dict[str, Any]:
    le = aujourd_hui(dossier.structure)
    return {
        "debut": le.isoformat(),
        "fin_prevue": (le + timedelta(days=200)).isoformat(),
        "referent": agent.pk,
        "heures_hebdo": "15,5",
        "amenagement": "aucun",
        "objectifs": "Un emploi",
        "engagements_jeune": "Venir",
        "engagements_structure": "Aider",
        "logement": "hors_foyer_parental",
        "foyer_fiscal": "non_imposable",
        "autonomie_fiscale": "aucune",
        "action_1_categorie": "recherche",
        "action_1_intitule": "Atelier CV",
        **champs,
    }


def test_du_premier_jour_a_la_fin(direction: Client, directrice: Agent, dossier: Dossier) -> None:
    le = aujourd_hui(dossier.structure).isoformat()
    avant = lire(direction, "orientation", dossier)
    assert "Vous avez l&#x27;âge d&#x27;être accompagné(e) par une mission locale" in avant
    assert "(L. 5411-5-1 II 2°)" in avant, "who decides is said before, with its article"
    assert poster(direction, orientation(dossier), "orientation", dossier).status_code == 302
    with perimetre(dossier.structure_id):
        decidee = Orientation.objects.get()
    notification = {"version": 1, "notifiee_le": le, "moyen": "MAIN_PROPRE"}
    assert poster(direction, notification, "orientation-notifier", dossier, decidee.pk).status_code == 302
    assert adresse("pourquoi", dossier, "competence", decidee.pk) in lire(direction, "orientation", dossier)
    themes = {
        f"valeur_{t}": "non_explore" for t in re.findall(r'name="valeur_(\w+)"', lire(direction, "diagnostic", dossier))
    }
    assert len(themes) == 9
    diagnostic = {
        **themes,
        "valeur_EMPLOI": "besoin",
        "etabli_le": le,
        "objectifs": "Un emploi",
        "avec_la_personne": "on",
    }
    assert poster(direction, diagnostic, "diagnostic", dossier).status_code == 302
    reponses = {
        "etudiant": "non", "en_formation": "non",
        "difficulte_emploi_durable": "oui", "difficulte_appreciation": "Contrats courts",
    }  # fmt: skip
    assert poster(direction, reponses, "cej-eligibilite", dossier).status_code == 302
    assert "Préparer le contrat" in lire(direction, "cej-eligibilite", dossier)
    assert "Un emploi</textarea>" in lire(direction, "cej-nouveau", dossier), (
        "the assessment's goals are not typed again"
    )
    assert poster(direction, contenu_du_contrat(directrice, dossier), "cej-nouveau", dossier).status_code == 302
    with perimetre(dossier.structure_id):
        contrat = ContratEngagement.objects.get()
    assert str(contrat.heures_hebdo) == "15.5"
    avant = lire(direction, "contrat-signer", dossier, contrat.pk)
    assert "À vérifier avant de signer" in avant
    assert "Le contrat doit suivre le modèle de France Travail." in avant
    assert "(L. 5411-6-1 I)" in avant
    assert "Il manque votre signature" not in avant, "it is about to be made"
    signature = {
        "version": 1,
        "acceptation_jeune": "Lola Diallo",
        "traits_jeune": "[[[1,2],[3,4]]]",
        "confirmation": "on",
    }
    assert poster(direction, signature, "contrat-signer", dossier, contrat.pk).status_code == 302
    page = lire(direction, "contrat", dossier, contrat.pk)
    assert "En cours" in page
    assert adresse("allocations", dossier, contrat.pk) in page
    with perimetre(dossier.structure_id):
        prevu = RendezVous.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, agent=directrice, modalite="INDIVIDUEL",
            debut=timezone.now() + timedelta(days=3),
        )  # fmt: skip
        Proposition.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, le=le, theme="EMPLOI", intitule="Atelier CV"
        )
    page = lire(direction, "contrat-terminer", dossier, contrat.pk)
    assert adresse("rendez-vous", dossier, prevu.pk) in page
    assert "Atelier CV" in page
    fin = {"version": 2, "fin_le": le, "motif": "EMPLOI", "suite": "en_veille", "confirmation": "on"}
    assert poster(direction, fin, "contrat-terminer", dossier, contrat.pk).status_code == 302
    assert "fin effective le" in lire(direction, "contrat", dossier, contrat.pk)
    with perimetre(dossier.structure_id):
        dossier.refresh_from_db()
        contrat.refresh_from_db()
        genres = list(Fait.objects.filter(dossier_id=dossier.pk).order_by("id").values_list("genre", flat=True))
    assert (contrat.etat, dossier.statut, dossier.numero_ft) == (Etat.ROMPU, Statut.EN_VEILLE, "1234567A")
    assert genres == [
        "orientation.decidee", "orientation.notifiee", "diagnostic.saisi", "cej.examine",
        "contrat.prepare", "contrat.signe", "contrat.rompu", "dossier.mis_en_veille",
    ]  # fmt: skip


def _pages(dossier: Dossier, contrat: ContratEngagement) -> list[str]:
    with perimetre(dossier.structure_id):
        decidee = Orientation.objects.get()
    du_dossier = [adresse(n, dossier) for n in ("orientation", "diagnostic", "cej-eligibilite", "cej-nouveau")]
    noms = ("contrat", "contrat-modifier", "contrat-abandonner", "contrat-projet", "contrat-signer", "contrat-terminer")
    du_dossier.append(adresse("orientation-redemander", dossier, decidee.pk))
    du_contrat = [adresse(n, dossier, contrat.pk) for n in noms]
    return [*du_dossier, adresse("orientation-notifier", dossier, decidee.pk), *du_contrat]


def test_le_meme_profil_dans_une_autre_structure_ne_trouve_rien(
    dossier: Dossier, contrat: ContratEngagement, directrice: Agent, autre_structure: Structure
) -> None:
    """A counsellor who has a caseload of their own gets 404 on each page, and writes nothing."""
    with perimetre(dossier.structure_id):
        document = cej.signer(directrice, contrat).document
    collegue = fabriques.agent(autre_structure)
    with perimetre(autre_structure.pk):
        fabriques.dossier(autre_structure, collegue)
    client = client_de(collegue)
    assert document is not None
    pages = [*_pages(dossier, contrat), adresse("document", dossier, document.pk)]
    for page in pages:
        assert client.get(page).status_code == 404, page
        assert client.post(page, {"version": 2, "confirmation": "on"}).status_code in (404, 405), page
    with perimetre(dossier.structure_id):
        assert ContratEngagement.objects.get().etat == Etat.SIGNE


def test_le_contrat_d_un_autre_dossier_n_est_pas_ici(
    conseiller: Client, agent: Agent, contrat: ContratEngagement
) -> None:
    with perimetre(contrat.structure_id):
        voisin = fabriques.dossier(contrat.dossier.structure, agent)
    assert conseiller.get(adresse("contrat", voisin, contrat.pk)).status_code == 404
    assert conseiller.get(adresse("contrat", voisin, 10**18)).status_code == 404


def test_l_accueil_voit_qu_un_contrat_existe_pas_ce_qu_il_dit(
    structure: Structure, dossier: Dossier, contrat: ContratEngagement, directrice: Agent
) -> None:
    with perimetre(structure.pk):
        document = cej.signer(directrice, contrat).document
    assert document is not None
    accueil = client_de(fabriques.agent(structure, Profil.ACCUEIL))
    page = lire(accueil, "contrat", dossier, contrat.pk)
    assert "En cours" in page
    assert contrat.objectifs not in page
    assert "Télécharger" not in page
    assert accueil.get(adresse("document", dossier, document.pk)).status_code == 403
    for nom in ("orientation", "diagnostic", "cej-eligibilite", "cej-nouveau"):
        assert accueil.get(adresse(nom, dossier)).status_code == 403
    gestionnaire = client_de(fabriques.agent(structure, Profil.GESTIONNAIRE))
    assert gestionnaire.get(adresse("document", dossier, document.pk)).status_code == 200


def test_chaque_champ_refuse_garde_ce_qui_est_ecrit(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    reponse = poster(
        conseiller, orientation(dossier, aspirations=HOSTILE, decidee_le="31/02/2026"), "orientation", dossier
    )
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert "Cette date n&#x27;existe pas" in page
    assert "31/02/2026" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 😀 محمد O&#x27;Neill" in page
    assert "<script>alert(1)" not in page
    for champs, message in (
        ({"aspirations": "x" * 5000}, "au plus 2000"),
        ({"beneficiaire_rsa": "oui"}, "Vous êtes au RSA : ce n&#x27;est pas la mission locale qui décide"),
        ({"beneficiaire_rsa": ""}, "Répondez par oui ou par non"),
        ({"vers": "ailleurs"}, "Choisissez une valeur de la liste"),
    ):
        assert message in poster(conseiller, orientation(dossier, **champs), "orientation", dossier).content.decode()
    with perimetre(dossier.structure_id):
        assert not Orientation.objects.exists()


@pytest.mark.parametrize(
    ("champs", "message"),
    [
        ({"fin_prevue": "2020-01-01"}, "précède son début"),
        ({"fin_prevue": "2040-01-01"}, "R. 5131-16"),
        ({"heures_hebdo": "0"}, "L. 5411-6"),
        ({"heures_hebdo": "beaucoup"}, "Saisissez un nombre"),
        ({"action_1_intitule": ""}, "Écrivez cette action"),
        ({"action_1_categorie": ""}, "Choisissez le type"),
        ({"action_1_categorie": "", "action_1_intitule": ""}, "au moins une action"),
        ({"objectifs": "x" * 5000}, "au plus 3000"),
        ({"referent": "999999999"}, "Sélectionnez un choix valide"),
    ],
)
def test_contrat_refuse_a_son_champ(
    conseiller: Client, agent: Agent, dossier: Dossier, champs: dict[str, str], message: str
) -> None:
    with perimetre(dossier.structure_id):
        cej.abandonner(agent, cej.preparer(agent, dossier))
    saisie = contenu_du_contrat(agent, dossier, engagements_jeune=HOSTILE, **champs)
    reponse = poster(conseiller, saisie, "cej-nouveau", dossier)
    page = reponse.content.decode()
    assert reponse.status_code == 422
    assert message in page
    assert "&lt;script&gt;" in page
    with perimetre(dossier.structure_id):
        assert ContratEngagement.objects.exclude(etat=Etat.ANNULE).count() == 0


def test_un_double_envoi_ne_fait_qu_un_contrat(conseiller: Client, agent: Agent, dossier: Dossier) -> None:
    with perimetre(dossier.structure_id):
        cej.abandonner(agent, cej.preparer(agent, dossier))
    trouve = re.search(r'name="jeton_unique" value="([^"]+)"', lire(conseiller, "cej-nouveau", dossier))
    assert trouve is not None
    saisie = contenu_du_contrat(agent, dossier, jeton_unique=trouve[1])
    suites = [poster(conseiller, saisie, "cej-nouveau", dossier).headers["Location"] for _ in range(2)]
    assert suites[0] == suites[1]
    with perimetre(dossier.structure_id):
        assert ContratEngagement.objects.filter(etat=Etat.PREPARE).count() == 1
    assert poster(conseiller, contenu_du_contrat(agent, dossier), "cej-nouveau", dossier).status_code == 302


def test_une_page_perimee_dit_ce_qui_a_change(
    conseiller: Client, agent: Agent, dossier: Dossier, contrat: ContratEngagement
) -> None:
    premier = contenu_du_contrat(agent, dossier, version=1, objectifs="Le permis")
    assert poster(conseiller, premier, "contrat-modifier", dossier, contrat.pk).status_code == 302
    second = contenu_du_contrat(agent, dossier, version=1, objectifs="Un logement")
    reponse = poster(conseiller, second, "contrat-modifier", dossier, contrat.pk)
    page = reponse.content.decode()
    assert reponse.status_code == 409
    assert "Le permis" in page
    assert "Un logement</textarea>" in page
    assert poster(conseiller, {"version": 1}, "contrat-abandonner", dossier, contrat.pk).status_code == 422


def test_sans_delegation_seul_le_papier_est_propose(
    conseiller: Client, directrice: Agent, dossier: Dossier, contrat: ContratEngagement
) -> None:
    page = lire(conseiller, "contrat-signer", dossier, contrat.pk)
    assert "Vous n'avez pas de délégation" in page.replace("&#x27;", "'")
    assert str(directrice) in page
    assert "Signer définitivement" not in page
    ecran = {"version": 1, "acceptation_jeune": "Lola Diallo", "confirmation": "on"}
    assert poster(conseiller, ecran, "contrat-signer", dossier, contrat.pk).status_code == 422
    papier = {
        "version": 1, "signe_le": contrat.debut.isoformat(), "signataire": directrice.pk, "confirmation": "on",
        "fichier": SimpleUploadedFile("../\u202efdp.exe", SCAN, "application/x-msdownload"),
    }  # fmt: skip
    assert poster(conseiller, papier, "contrat-signer", dossier, contrat.pk).status_code == 302
    with perimetre(dossier.structure_id):
        assert ContratEngagement.objects.get().mode_signature == "papier"


@pytest.mark.parametrize(
    ("contenu", "message"),
    [(b"MZ not a pdf", "pas un PDF"), (b"", "vide"), (b"%PDF-" + b"0" * (10 * 1024 * 1024), "10 Mo")],
)
def test_un_fichier_qui_n_en_est_pas_un(
    conseiller: Client, directrice: Agent, contrat: ContratEngagement, contenu: bytes, message: str
) -> None:
    dossier = contrat.dossier
    papier = {
        "version": 1, "signe_le": contrat.debut.isoformat(), "signataire": directrice.pk, "confirmation": "on",
        "fichier": SimpleUploadedFile("contrat.pdf", contenu, "application/pdf"),
    }  # fmt: skip
    reponse = poster(conseiller, papier, "contrat-signer", dossier, contrat.pk)
    assert reponse.status_code == 422
    assert message in reponse.content.decode()
    with perimetre(dossier.structure_id):
        assert not Document.objects.exists()


def test_signer_demande_de_confirmer(direction: Client, dossier: Dossier, contrat: ContratEngagement) -> None:
    reponse = poster(direction, {"version": 1, "acceptation_jeune": "Lola"}, "contrat-signer", dossier, contrat.pk)
    page = reponse.content.decode()
    assert "Cochez cette case pour signer" in page
    reponse = poster(
        direction,
        {"version": 1, "acceptation_jeune": "Lola", "confirmation": "on"},
        "contrat-signer",
        dossier,
        contrat.pk,
    )
    assert "Pour accepter, écrivez : Lola Diallo" in reponse.content.decode()
    mauvais = {"version": 1, "acceptation_jeune": "Lola Diallo", "confirmation": "on", "traits_jeune": "[[[1"}
    reponse = poster(direction, mauvais, "contrat-signer", dossier, contrat.pk)
    assert "signature tracée n&#x27;est pas lisible" in reponse.content.decode()


def test_le_document_se_telecharge_sans_rien_executer(
    conseiller: Client, agent: Agent, directrice: Agent, dossier: Dossier, contrat: ContratEngagement
) -> None:
    with perimetre(dossier.structure_id):
        signe = cej.signer(directrice, contrat)
    reponse = conseiller.get(adresse("document", dossier, signe.document_id))
    assert reponse.content.startswith(b"%PDF-")
    assert reponse.headers["Content-Disposition"] == (
        f'attachment; filename="Contrat-d-engagement-jeune-signe-{contrat.reference}.pdf"'
    )
    assert reponse.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reponse.headers["Content-Security-Policy"]
    with perimetre(dossier.structure_id):
        lue = Consultation.objects.get(genre="document")
    assert (lue.agent_id, lue.objet_id) == (agent.pk, signe.document_id)
    assert conseiller.get(adresse("contrat-projet", dossier, contrat.pk)).status_code == 404, (
        "signed: no longer a project"
    )


def test_l_eligibilite_dit_ou_completer(conseiller: Client, structure: Structure, agent: Agent) -> None:
    le = aujourd_hui(structure)
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, jeune_naissance=date(le.year - 27, 1, 1))
    page = lire(conseiller, "cej-eligibilite", dossier)
    assert page.count("À compléter") >= 4
    assert 'href="#id_etudiant"' in page
    assert "L. 5131-6" in page
    assert "R. 5131-15" in page
    assert "Circonstances particulières" not in page


def test_un_diagnostic_refuse_garde_ses_themes(conseiller: Client, dossier: Dossier) -> None:
    saisie = {"valeur_EMPLOI": "besoin", "texte_EMPLOI": HOSTILE, "objectifs": "", "etabli_le": "2026-11-01"}
    reponse = poster(conseiller, saisie, "diagnostic", dossier)
    assert reponse.status_code == 422
    assert "&lt;script&gt;alert(1)" in reponse.content.decode()
    with perimetre(dossier.structure_id):
        assert not Diagnostic.objects.exists()


def test_demander_une_nouvelle_orientation(conseiller: Client, dossier: Dossier, contrat: ContratEngagement) -> None:
    with perimetre(dossier.structure_id):
        decidee = Orientation.objects.get()
    page = adresse("orientation-redemander", dossier, decidee.pk)
    assert page in lire(conseiller, "orientation", dossier)
    avant = conseiller.get(page).content.decode()
    assert "la nouvelle décision est prise par la mission locale" in avant.lower()
    assert "(L. 5411-5-2 II 3°)" in avant
    saisie = {"version": 2, "le": aujourd_hui(dossier.structure).isoformat(), "raison": ""}
    assert conseiller.post(page, saisie).status_code == 422
    assert conseiller.post(page, {**saisie, "version": 1, "raison": HOSTILE}).status_code == 409
    assert conseiller.post(page, {**saisie, "raison": HOSTILE}).status_code == 302
    texte = lire(conseiller, "orientation", dossier)
    assert "Nouvelle orientation demandée" in texte
    assert "La nouvelle décision est prise par la mission locale." in texte, "whom to ask is said"
    assert adresse("pourquoi", dossier, "reorientation", decidee.pk) in texte
    assert "&lt;script&gt;" in texte
    assert "notifier avant la signature" in lire(conseiller, "contrat-signer", dossier, contrat.pk)
