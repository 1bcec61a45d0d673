"""The screens of allowances: the month of the structure, the batch, corrections, documents, claims, the PACEA."""

from __future__ import annotations

import csv
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.journal.models import Consultation, Fait
from imilo.parcours.allocations import rappels, services
from imilo.parcours.allocations.models import (
    AllocationPacea,
    CauseTropPercu,
    DecisionAllocation,
    EtatDecision,
    EtatPacea,
    LotAllocations,
    PiecesAttendues,
    ReglageAllocations,
    Reglement,
    TropPercu,
)
from imilo.parcours.allocations.services import CorrectionSaisie, RessourceSaisie
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre
from tests import fabriques
from tests.fichiers import un_pdf
from tests.objets_liens import ouvrir, textes
from tests.parcours import parcours_cej
from tests.parcours.allocations.conftest import SALAIRE, SEUL

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script>"


def client_de(qui: Agent) -> Client:
    client = Client()
    client.force_login(qui)
    return client


@pytest.fixture
def direction(directrice: Agent) -> Client:
    return client_de(directrice)


@pytest.fixture
def conseiller(agent: Agent) -> Client:
    return client_de(agent)


@pytest.fixture
def contrat(structure: Structure, agent: Agent, directrice: Agent) -> ContratEngagement:
    with perimetre(structure.pk):
        dossier = fabriques.dossier(structure, agent, jeune_prenom="Lola", jeune_nom_naissance=f"Diallo{HOSTILE}")
        return parcours_cej.signer(directrice, parcours_cej.preparer(agent, dossier))


@pytest.fixture
def mois(contrat: ContratEngagement) -> date:
    assert contrat.signe_le is not None
    return contrat.signe_le.replace(day=1)


@pytest.fixture
def preparee(agent: Agent, structure: Structure, contrat: ContratEngagement, mois: date) -> DecisionAllocation:
    with perimetre(structure.pk):
        return services.declarer_ressources(
            agent, contrat, mois=mois, situation=SEUL, ressources=[SALAIRE], version=None
        )


@pytest.fixture
def decidee(directrice: Agent, structure: Structure, preparee: DecisionAllocation) -> DecisionAllocation:
    with perimetre(structure.pk):
        return services.decider_allocation(directrice, preparee, version=preparee.version)


def adresse(vue: str, contrat: ContratEngagement, *suite: object) -> str:
    return reverse(f"web:{vue}", args=[str(contrat.dossier), contrat.pk, *suite])


def texte(reponse: HttpResponse | Any) -> str:
    return str(reponse.content.decode()).replace("&#x27;", "'")


SITUATION = {
    "logement": "hors_foyer_parental", "soutien_parental": "", "foyer_fiscal": "non_imposable",
    "autonomie_fiscale": "aucune", "rsa": "non", "prime_activite": "non", "suspensif": "aucun",
}  # fmt: skip


def lignes(*ressources: dict[str, Any]) -> dict[str, Any]:
    donnees: dict[str, Any] = {"ressources-TOTAL_FORMS": len(ressources), "ressources-INITIAL_FORMS": 0}
    for rang, ressource in enumerate(ressources):
        donnees |= {f"ressources-{rang}-{champ}": valeur for champ, valeur in ressource.items()}
    return donnees


# --- The month of the structure -------------------------------------------------------------------------------------


def test_le_mois_montre_les_trois_listes_et_le_nom_echappe(
    direction: Client, structure: Structure, preparee: DecisionAllocation
) -> None:
    page = texte(direction.get(reverse("web:allocations-mois", args=[preparee.code_mois])))
    for libelle in ("À décider", "Il manque quelque chose", "À regarder", "Décidées"):
        assert libelle in page
    assert f"decision-{preparee.pk}" in page
    assert HOSTILE not in page
    assert "Premier mois" in page


def test_le_mois_courant_est_le_dernier_fini(direction: Client, structure: Structure) -> None:
    reponse = direction.get(reverse("web:allocations-courant"))
    assert reponse.status_code == 302
    page = texte(direction.get(reponse["Location"]))
    assert "Rien à décider dans cette liste." in page


@pytest.mark.parametrize("code", ["2099-01", "2026-13", "2026-1"])
def test_un_mois_a_venir_ou_impossible_n_existe_pas(direction: Client, code: str) -> None:
    assert direction.get(f"/allocations/{code}/").status_code == 404


def test_les_filtres_et_l_ordre_tiennent_dans_l_adresse(
    direction: Client, preparee: DecisionAllocation, agent: Agent
) -> None:
    base = reverse("web:allocations-mois", args=[preparee.code_mois])
    marque = f"decision-{preparee.pk}"
    for demande, la in (
        (f"?referent={agent.pk}", True),
        ("?sens=accord&tri=montant&ordre=desc", True),
        ("?sens=refus", False),
        ("?nom=diallo", True),
        ("?nom=martin", False),
        ("?referent=abc&tri=humeur&section=rien", True),
    ):
        assert (marque in texte(direction.get(base + demande))) == la, demande


def test_l_export_a_les_lignes_et_laisse_ses_traces(
    direction: Client, preparee: DecisionAllocation, structure: Structure
) -> None:
    reponse = direction.get(reverse("web:allocations-export", args=[preparee.code_mois]))
    (titres, ligne) = list(csv.reader(StringIO(texte(reponse).lstrip("\ufeff")), delimiter=";"))
    assert titres[:2] == ["Dossier", "Nom"]
    assert ligne[0] == str(preparee.dossier)
    assert ligne[6].replace(",", ".") == str(preparee.montant)
    with perimetre(structure.pk):
        assert Fait.objects.filter(genre="allocations.exportees").exists()
        assert Consultation.objects.filter(genre="export", dossier_id=preparee.dossier_id).exists()


# --- The batch ------------------------------------------------------------------------------------------------------


def apercevoir(client: Client, quelle: DecisionAllocation, **champs: Any) -> Any:
    donnees = {"quoi": "cochees", "decision": [f"{quelle.pk}.{quelle.version}"], "section": "a_decider", **champs}
    return client.post(reverse("web:allocations-apercu", args=[quelle.code_mois]), donnees)


def test_un_lot_se_verifie_puis_se_prend(direction: Client, structure: Structure, preparee: DecisionAllocation) -> None:
    page = texte(apercevoir(direction, preparee))
    assert "Prendre 1 décision ?" in page
    envoi = {"versions": f"{preparee.pk}.{preparee.version}"}
    reponse = direction.post(reverse("web:allocations-decider", args=[preparee.code_mois]), envoi)
    with perimetre(structure.pk):
        lot = LotAllocations.objects.get()
    assert reponse["Location"] == reverse("web:allocations-lot", args=[lot.pk])
    assert "hx-get" in texte(direction.get(reponse["Location"]))
    assert "sur 1" in texte(direction.get(reverse("web:allocations-lot-avancement", args=[lot.pk])))


@pytest.mark.parametrize("decision", [[], ["abc"], ["1.1"]])
def test_rien_de_coche_ou_du_n_importe_quoi_revient_a_la_liste(
    direction: Client, preparee: DecisionAllocation, decision: list[str]
) -> None:
    reponse = apercevoir(direction, preparee, decision=decision)
    assert reponse.status_code == 302
    assert preparee.code_mois in reponse["Location"]


def test_sans_pouvoir_ni_apercu_ni_lot(conseiller: Client, preparee: DecisionAllocation) -> None:
    assert apercevoir(conseiller, preparee).status_code == 403
    envoi = {"versions": f"{preparee.pk}.1"}
    reponse = conseiller.post(reverse("web:allocations-decider", args=[preparee.code_mois]), envoi)
    assert reponse.status_code == 403


def test_le_lot_d_une_autre_structure_est_introuvable(
    direction: Client, structure: Structure, directrice: Agent, preparee: DecisionAllocation,
    autre_structure: Structure,
) -> None:  # fmt: skip
    with perimetre(structure.pk):
        lot = services.creer_lot(
            directrice, structure=structure, mois=preparee.mois, choisies={preparee.pk: 1}, en_file=False
        )
    ailleurs = client_de(fabriques.agent(autre_structure, Profil.DIRECTION, representant_legal=True))
    assert ailleurs.get(reverse("web:allocations-lot", args=[lot.pk])).status_code == 404
    assert direction.get(reverse("web:allocations-lot", args=[lot.pk])).status_code == 200


# --- One month: corrections, proofs ---------------------------------------------------------------------------------


def test_une_correction_se_prepare_a_l_ecran_et_montre_les_deux(
    conseiller: Client, structure: Structure, contrat: ContratEngagement, decidee: DecisionAllocation
) -> None:
    code = decidee.code_mois
    page = texte(conseiller.get(adresse("allocation-corriger", contrat, code)))
    assert "reste comme elle est" in page
    envoi = {
        **SITUATION, **lignes({"nature": "salaire", "montant": "950,00"}),
        "cause": CauseTropPercu.FRAUDE, "raison": HOSTILE, "corrige": decidee.pk,
    }  # fmt: skip
    reponse = conseiller.post(adresse("allocation-corriger", contrat, code), envoi)
    assert reponse["Location"] == adresse("allocation", contrat, code)
    page = texte(conseiller.get(reponse["Location"]))
    assert "Ce que cette correction change" in page
    assert HOSTILE not in page
    assert "Décidée le" in texte(conseiller.get(reponse["Location"] + "?rang=1"))
    assert conseiller.get(reponse["Location"] + "?rang=7").status_code == 404
    with perimetre(structure.pk):
        assert DecisionAllocation.objects.get(rang=2).etat == EtatDecision.PREPAREE


def test_une_correction_sans_raison_garde_ce_qui_est_ecrit(
    conseiller: Client, contrat: ContratEngagement, decidee: DecisionAllocation
) -> None:
    envoi = {**SITUATION, **lignes({"nature": "salaire", "montant": "-1"}), "cause": "", "raison": "", "corrige": 1}
    reponse = conseiller.post(adresse("allocation-corriger", contrat, decidee.code_mois), envoi)
    assert reponse.status_code == 422
    page = texte(reponse)
    assert "Un montant est positif ou nul." in page
    assert 'value="-1"' in page


@pytest.mark.parametrize(
    ("montant", "phrase"),
    [("-1", "positif ou nul"), ("1000000000", "trop grand"), ("abc", "Écrivez un nombre"), ("12,345", "deux chiffres")],
)
def test_un_montant_faux_se_dit_et_reste(
    conseiller: Client, contrat: ContratEngagement, mois: date, montant: str, phrase: str
) -> None:
    envoi = {**SITUATION, **lignes({"nature": "salaire", "montant": montant})}
    reponse = conseiller.post(adresse("allocation-declarer", contrat, f"{mois:%Y-%m}"), envoi)
    assert reponse.status_code == 422
    assert phrase in texte(reponse)
    assert f'value="{montant}"' in texte(reponse)


def test_un_million_d_euros_se_declare_et_laisse_zero(
    conseiller: Client, structure: Structure, contrat: ContratEngagement, mois: date
) -> None:
    """An improbable sum isn't impossible: the law takes it all off, and the page shows the computation."""
    envoi = {**SITUATION, **lignes({"nature": "salaire", "montant": "1000000"})}
    assert conseiller.post(adresse("allocation-declarer", contrat, f"{mois:%Y-%m}"), envoi).status_code == 302
    with perimetre(structure.pk):
        assert DecisionAllocation.objects.get().montant == Decimal("0.00")


def test_un_justificatif_se_garde_et_un_faux_fichier_se_refuse(
    conseiller: Client, structure: Structure, contrat: ContratEngagement, mois: date
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    vers = adresse("allocation-declarer", contrat, f"{mois:%Y-%m}")
    faux = SimpleUploadedFile("paie.pdf", b"MZ\x90 pas un pdf", content_type="application/pdf")
    envoi = {**SITUATION, **lignes({"nature": "salaire", "montant": "600", "justificatif": faux})}
    reponse = conseiller.post(vers, envoi)
    assert reponse.status_code == 422
    assert "pas un PDF" in texte(reponse)
    vrai = SimpleUploadedFile("paie.pdf", un_pdf(), content_type="application/pdf")
    envoi = {**SITUATION, **lignes({"nature": "salaire", "montant": "600", "justificatif": vrai})}
    assert conseiller.post(vers, envoi).status_code == 302
    with perimetre(structure.pk):
        document = Document.objects.get(genre="justificatif")
    page = texte(conseiller.get(adresse("allocation", contrat, f"{mois:%Y-%m}")))
    assert reverse("web:document", args=[str(contrat.dossier), document.pk]) in page
    # Declared again without another file: the proof stays.
    encore = {**SITUATION, **lignes({"nature": "salaire", "montant": "610", "document_id": document.pk}), "version": 1}
    encore["ressources-INITIAL_FORMS"] = 1
    assert conseiller.post(vers, encore).status_code == 302
    with perimetre(structure.pk):
        (ressource,) = DecisionAllocation.objects.get().declaration.ressources.all()
        assert (ressource.montant, ressource.justificatif_id) == (Decimal("610.00"), document.pk)


# --- Documents, claims, settings ------------------------------------------------------------------------------------


def test_les_pieces_se_demandent_se_paient_d_avance_et_arrivent(
    conseiller: Client, direction: Client, structure: Structure, contrat: ContratEngagement
) -> None:
    vers = adresse("allocation-pieces", contrat)
    assert "Aucune pièce n'est attendue." in texte(conseiller.get(vers))
    assert conseiller.post(vers, {"manquantes": " "}).status_code == 422
    envoi = {"manquantes": HOSTILE, "eligibilite": "oui"}
    assert conseiller.post(vers, envoi).status_code == 302
    page = texte(direction.get(vers))
    assert HOSTILE not in page
    assert "Décider le versement conservatoire" in page
    assert "Décider le versement conservatoire" not in texte(conseiller.get(vers))
    direction.post(adresse("allocation-conservatoire", contrat), {"version": 1})
    with perimetre(structure.pk):
        pieces = PiecesAttendues.objects.get()
        assert pieces.conservatoire_le == aujourd_hui(structure)
    envoi = {"version": pieces.version, "recues_le": "2099-01-01"}
    assert conseiller.post(adresse("allocation-pieces-recues", contrat), envoi).status_code == 422
    envoi = {"version": pieces.version, "recues_le": aujourd_hui(structure).isoformat()}
    assert conseiller.post(adresse("allocation-pieces-recues", contrat), envoi).status_code == 302
    assert "Toutes les pièces sont reçues" in texte(conseiller.get(vers))


def test_un_trop_percu_se_lit_et_se_regle(
    agent: Agent, direction: Client, directrice: Agent, structure: Structure, decidee: DecisionAllocation
) -> None:
    assert "Aucun trop-perçu." in texte(direction.get(reverse("web:trop-percus")))
    with perimetre(structure.pk):
        seconde = services.corriger_le_mois(
            agent,
            decidee.contrat,
            mois=decidee.mois,
            correction=CorrectionSaisie(CauseTropPercu.FRAUDE, "Un salaire."),
            situation=SEUL,
            ressources=[RessourceSaisie("salaire", Decimal("950.00"))],
            corrige=decidee.pk,
        )
        services.decider_allocation(directrice, seconde, version=seconde.version)
        trop = TropPercu.objects.get()
    assert "à régler" in texte(direction.get(reverse("web:trop-percus")))
    vers = reverse("web:trop-percu", args=[str(decidee.dossier), trop.pk])
    assert "Le régler" in texte(direction.get(vers))
    envoi = {"version": 1, "reglement": Reglement.REMIS, "regle_le": aujourd_hui(structure).isoformat()}
    reponse = direction.post(vers, envoi)
    assert reponse.status_code == 422
    assert "pourquoi la remise" in texte(reponse)
    assert direction.post(vers, {**envoi, "precision": "Sans ressources"}).status_code == 302
    assert "Remise accordée" in texte(direction.get(vers))
    assert direction.get(reverse("web:trop-percu", args=[str(decidee.dossier), trop.pk + 1])).status_code == 404


def test_une_remise_pendant_qu_on_decide_montre_la_nouvelle_creance_et_garde_la_saisie(  # noqa: PLR0917  # two people
    agent: Agent, direction: Client, directrice: Agent, structure: Structure, decidee: DecisionAllocation, mois: date
) -> None:
    def corriger(salaire: str, derniere: DecisionAllocation) -> DecisionAllocation:
        return services.corriger_le_mois(
            agent, derniere.contrat, mois=mois, correction=CorrectionSaisie(CauseTropPercu.FRAUDE, "Un salaire."),
            situation=SEUL, ressources=[RessourceSaisie("salaire", Decimal(salaire))], corrige=derniere.pk,
        )  # fmt: skip

    with perimetre(structure.pk):
        seconde = corriger("950.00", decidee)
        seconde = services.decider_allocation(directrice, seconde, version=seconde.version)
        preparee = corriger("1000.00", seconde)
        trop = TropPercu.objects.get()
    vers = adresse("allocation-decider", decidee.contrat, decidee.code_mois)
    dit = f"{francais.euros(seconde.montant - preparee.montant)} versés en trop, à rembourser"
    assert dit in texte(direction.get(vers))
    reglement = {"version": 1, "reglement": Reglement.REMIS, "regle_le": aujourd_hui(structure).isoformat()}
    direction.post(
        reverse("web:trop-percu", args=[str(decidee.dossier), trop.pk]), {**reglement, "precision": "Sans ressources"}
    )
    reponse = direction.post(vers, {"version": preparee.version, "avant_la_fin": "on"})
    assert reponse.status_code == 422
    page = texte(reponse)
    assert "modifiée depuis que vous l'avez ouverte" in page
    assert f"{francais.euros(decidee.montant - preparee.montant)} versés en trop, à rembourser" in page
    assert re.search(r"<input[^>]*name=\"avant_la_fin\"[^>]*checked", page) or "avant_la_fin" not in page
    # The page says the new claim and carries its version: to confirm it again is to decide it knowingly.
    assert f'name="version" value="{preparee.version + 1}"' in page
    assert direction.post(vers, {"version": preparee.version + 1, "avant_la_fin": "on"}).status_code == 302


def test_les_reglages_sont_a_la_direction(direction: Client, conseiller: Client, structure: Structure) -> None:
    vers = reverse("web:allocations-reglages")
    assert conseiller.get(vers).status_code == 403
    assert direction.post(vers, {"deux_regards": "on", "jour_limite": "31"}).status_code == 422
    assert direction.post(vers, {"deux_regards": "on", "jour_limite": "12"}).status_code == 302
    with perimetre(structure.pk):
        assert ReglageAllocations.objects.get().deux_regards


def test_aucun_bareme_tardif_se_dit(direction: Client, decidee: DecisionAllocation) -> None:
    assert "Aucune décision n'est touchée." in texte(direction.get(reverse("web:allocations-baremes")))


# --- The PACEA ------------------------------------------------------------------------------------------------------


def test_l_allocation_du_pacea_sans_pacea_se_refuse_avec_sa_raison(
    conseiller: Client, direction: Client, structure: Structure, contrat: ContratEngagement, mois: date
) -> None:
    numero = str(contrat.dossier)
    assert "Aucune allocation n'a été demandée." in texte(
        conseiller.get(reverse("web:pacea-allocations", args=[numero]))
    )
    demander = reverse("web:pacea-demander", args=[numero])
    envoi = {
        "mois": mois.isoformat(), "montant": "150", "besoin": HOSTILE,
        "sommes-TOTAL_FORMS": 1, "sommes-INITIAL_FORMS": 0, "sommes-0-nature": "emploi", "sommes-0-montant": "120,50",
    }  # fmt: skip
    assert conseiller.post(demander, {**envoi, "montant": "-1"}).status_code == 422
    assert conseiller.post(demander, {**envoi, "besoin": ""}).status_code == 422
    assert conseiller.post(demander, {**envoi, "montant": "0"}).status_code == 422
    reponse = conseiller.post(demander, envoi)
    assert reponse.status_code == 302
    page = texte(direction.get(reponse["Location"]))
    assert "Vous avez un CEJ" in page
    assert HOSTILE not in page
    with perimetre(structure.pk):
        allocation = AllocationPacea.objects.get()
    direction.post(reverse("web:pacea-accorder", args=[numero, allocation.pk]), {"version": 1})
    refuser = reverse("web:pacea-refuser", args=[numero, allocation.pk])
    assert direction.post(refuser, {"version": 1, "raison": ""}).status_code == 422
    assert direction.post(refuser, {"version": 1, "raison": "Vous avez un CEJ."}).status_code == 302
    with perimetre(structure.pk):
        allocation.refresh_from_db()
        assert allocation.etat == EtatPacea.REFUSEE
        assert allocation.document is not None
    notifier = reverse("web:pacea-notifier", args=[numero, allocation.pk])
    envoi = {"version": allocation.version, "notifiee_le": aujourd_hui(structure).isoformat(), "moyen": "MAIN_PROPRE"}
    assert direction.post(notifier, envoi).status_code == 302
    assert "Notifiée le" in texte(direction.get(reverse("web:pacea-allocation", args=[numero, allocation.pk])))


# --- Declared by the young person -----------------------------------------------------------------------------------


@pytest.fixture
def mois_fini(contrat: ContratEngagement, structure: Structure, monkeypatch: pytest.MonkeyPatch, mois: date) -> date:
    """The clock is on the 5th of the next month: the month of the signature is over. Returns that month."""
    suivant = (mois + timedelta(days=32)).replace(day=5)
    for module in ("rappels", "services.declaration"):
        monkeypatch.setattr(f"imilo.parcours.allocations.{module}.aujourd_hui", lambda _: suivant)
    for module in ("jeune", "commun", "mois_structure", "views"):
        monkeypatch.setattr(f"imilo.web.allocation.{module}.aujourd_hui", lambda _: suivant)
    return mois


def envoi_du_jeune(*ressources: dict[str, Any], **champs: Any) -> dict[str, Any]:
    situation = {c: v for c, v in SITUATION.items() if c not in ("foyer_fiscal", "autonomie_fiscale")}
    return {**situation, **lignes(*ressources), "exact": "on", **champs}


def test_le_jeune_declare_puis_on_verifie_puis_on_decide(  # noqa: PLR0917  # three people and a month
    conseiller: Client, agent: Agent, directrice: Agent, structure: Structure, contrat: ContratEngagement,
    mois_fini: date,
) -> None:  # fmt: skip
    jeune = Client()
    page = ouvrir(jeune, "ressources", contrat.dossier, agent, objet_id=contrat.pk) + f"?mois={mois_fini:%Y-%m}"
    assert "Vos ressources d" in texte(jeune.get(page))
    sans_dire = {**envoi_du_jeune({"nature": "salaire", "montant": "600"})}
    del sans_dire["exact"]
    assert jeune.post(page, sans_dire).status_code == 422
    reponse = jeune.post(page, envoi_du_jeune({"nature": "salaire", "montant": "600"}))
    assert reponse.status_code == 302
    assert "C'est envoyé" in texte(jeune.get(reponse["Location"]))
    with perimetre(structure.pk):
        decision = DecisionAllocation.objects.get()
        assert decision.preparee_par_id is None
        assert decision.declaration.a_verifier
        assert decision.declaration.foyer_fiscal == contrat.foyer_fiscal
        with pytest.raises(RegleViolee, match="vérifiez d'abord"):
            services.decider_allocation(directrice, decision, version=decision.version)
    code = f"{mois_fini:%Y-%m}"
    manque = texte(conseiller.get(reverse("web:allocations-mois", args=[code]) + "?section=manque"))
    assert "Déclarée par la personne : à vérifier" in manque
    assert "Sans justificatif" in manque
    conseiller.post(adresse("allocation-verifier", contrat, code), {"version": decision.version})
    with perimetre(structure.pk):
        decision.refresh_from_db()
        assert decision.preparee_par_id == agent.pk
        assert services.decider_allocation(directrice, decision, version=decision.version).prise
    assert "Rien à déclarer" in texte(jeune.get(page))
    with perimetre(structure.pk):
        assert Fait.objects.get(genre="ressources.declarees").acteur.startswith("lien:")


def test_le_jeune_envoie_deux_fois_et_corrige_avant_la_verification(
    agent: Agent, structure: Structure, contrat: ContratEngagement, mois_fini: date
) -> None:
    jeune = Client()
    page = ouvrir(jeune, "ressources", contrat.dossier, agent, objet_id=contrat.pk) + f"?mois={mois_fini:%Y-%m}"
    une = envoi_du_jeune({"nature": "salaire", "montant": "600"})
    assert jeune.post(page, une).status_code == 302
    assert jeune.post(page, une).status_code == 422  # the same form again: what is stored has moved on
    autre = envoi_du_jeune({"nature": "salaire", "montant": "700"}, version=1)
    assert jeune.post(page, autre).status_code == 302
    with perimetre(structure.pk):
        (ressource,) = DecisionAllocation.objects.get().declaration.ressources.all()
        assert ressource.montant == Decimal("700.00")


def test_ce_qui_est_saisi_pour_un_mois_ne_devient_pas_celui_d_un_autre(
    agent: Agent, structure: Structure, contrat: ContratEngagement, mois_fini: date
) -> None:
    """The page showed a month that was decided meanwhile: it says so, and keeps what was typed."""
    jeune = Client()
    page = ouvrir(jeune, "ressources", contrat.dossier, agent, objet_id=contrat.pk)
    for adresse_perimee in (page, f"{page}?mois=2020-01"):
        reponse = jeune.post(adresse_perimee, envoi_du_jeune({"nature": "salaire", "montant": "612"}))
        assert reponse.status_code == 422
        assert "n'attend plus de réponse" in texte(reponse)
        assert 'value="612"' in reponse.content.decode()
    with perimetre(structure.pk):
        assert not DecisionAllocation.objects.exists()


def test_la_page_demande_a_tous_ceux_qui_n_ont_pas_declare(
    conseiller: Client, structure: Structure, contrat: ContratEngagement, mois_fini: date
) -> None:
    with perimetre(structure.pk):
        Dossier.objects.filter(pk=contrat.dossier_id).update(telephone="+33612345678")
    vers = reverse("web:allocations-rappels", args=[f"{mois_fini:%Y-%m}"])
    page = texte(conseiller.post(vers, {"section": "manque"}, follow=True))
    assert "1 lien est parti" in page
    assert "/l/" in textes(structure.pk)[-1]
    with perimetre(structure.pk):
        Dossier.objects.filter(pk=contrat.dossier_id).update(telephone="", courriel="")
    page = texte(conseiller.post(adresse("allocations-demander", contrat), follow=True))
    assert "complétez d'abord les coordonnées" in page


def test_la_nuit_demande_une_fois_puis_une_fois_en_retard(
    directrice: Agent, structure: Structure, contrat: ContratEngagement, mois: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Awaited until the 10th: one link from the 1st, another from the 11th, none to who has declared."""

    def la_nuit_du(jour: int) -> int:
        le = (mois + timedelta(days=32)).replace(day=jour)
        monkeypatch.setattr("imilo.parcours.allocations.rappels.aujourd_hui", lambda _: le)
        instant = datetime.combine(le, time(7, 30), tzinfo=structure.zone)
        monkeypatch.setattr("django.utils.timezone.now", lambda: instant)
        return rappels.rappeler_les_silencieux(structure).partis

    with perimetre(structure.pk):
        Dossier.objects.filter(pk=contrat.dossier_id).update(telephone="+33612345678")
        assert [la_nuit_du(jour) for jour in (1, 1, 2, 10, 11, 11, 20)] == [1, 0, 0, 0, 1, 0, 0]
