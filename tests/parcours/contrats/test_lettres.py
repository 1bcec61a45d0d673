"""The letters on contracts, each read by a PDF reader: PDF/UA, its reasons, its ways of appeal, who signs it."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pikepdf
import pytest

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.eligibilite import Reponses
from imilo.parcours.contrats.etats import Cadre
from imilo.parcours.contrats.models import ContratEngagement, DecisionContrat, GenreDecision
from imilo.parcours.contrats.services import (
    ActualisationSaisie,
    ProlongationSaisie,
    examiner_eligibilite,
    preparer_actualisation,
    prolonger_contrat,
    refuser_cej,
    refuser_pacea,
    reprendre_les_activites,
    signer_actualisation,
    suspendre_contrat,
    terminer_contrat,
)
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from tests import fabriques
from tests.parcours import parcours_cej as cej
from tests.parcours.contrats.test_cadres import oriente, preparer, saisi
from tests.parcours.dossiers.test_documents import texte

pytestmark = pytest.mark.django_db


@pytest.fixture
def dossier(dans_perimetre: Structure, agent: Agent) -> Dossier:
    return fabriques.dossier(dans_perimetre, agent, jeune_prenom="Zoé", jeune_nom_naissance="Diop")


def lu(document: Document | None) -> str:
    """The text of a document, once a reader has found its title, its language and its tags (PDF/UA-1)."""
    assert document is not None
    octets = bytes(document.contenu)
    with pikepdf.open(io.BytesIO(octets)) as pdf, pdf.open_metadata() as xmp:
        assert xmp["dc:title"]
        assert xmp["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang) == "fr-FR"
        assert pdf.Root.MarkInfo.Marked
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "/StructTreeRoot" in pdf.Root
    return texte(octets).replace("’", "'")


def lettre(dossier: Dossier, genre: str) -> str:
    """The last letter of this kind, with what every letter has: the appeals and their delay."""
    decision = DecisionContrat.objects.filter(dossier=dossier, genre=genre).select_related("document").first()
    assert decision is not None
    dit = lu(decision.document)
    for attendu in ("Recours gracieux", "tribunal administratif", "deux mois", "Zoé Diop", decision.pouvoir):
        assert attendu in dit, (genre, attendu)
    assert all(phrase in dit for phrase, _ in decision.motifs)
    return dit


def conclu(directrice: Agent, agent: Agent, dossier: Dossier, cadre: Cadre) -> ContratEngagement:
    projet = cej.preparer(agent, dossier) if cadre == Cadre.CEJ else preparer(agent, dossier, cadre)
    return cej.signer(directrice, projet)


@pytest.mark.parametrize("cadre", list(Cadre))
def test_de_l_attribution_a_la_fin(directrice: Agent, agent: Agent, dossier: Dossier, cadre: Cadre) -> None:
    """Award (not of a common contract, which nobody awards), suspension, resumption, update, end."""
    contrat = conclu(directrice, agent, dossier, cadre)
    le = aujourd_hui(dossier.structure)
    if cadre == Cadre.COMMUN:
        assert not DecisionContrat.objects.exists()
    else:
        assert "vous est accordé" in lettre(dossier, GenreDecision.ATTRIBUTION)

    suspension = suspendre_contrat(agent, contrat, version=contrat.version, debut=le, motif="naissance")
    suspendu = lettre(dossier, GenreDecision.MODIFICATION)
    assert "aucune heure d'activité ne vous est demandée" in suspendu
    assert "congé de maternité" in suspendu.lower() or "naissance" in suspendu.lower()
    reprendre_les_activites(agent, suspension, version=1, fin=le)
    assert "votre plan d'action" in lettre(dossier, GenreDecision.MODIFICATION)

    termes = saisi(agent, dossier, cadre, heures_hebdo=Decimal(20))
    actualisation = preparer_actualisation(
        agent,
        contrat,
        version=contrat.version,
        saisie=ActualisationSaisie("situation", "Un stage commence.", termes),
    )
    signee = signer_actualisation(directrice, actualisation, version=1, saisie=cej.ecran(dossier))
    revu = lu(signee.document)
    assert "Un stage commence." in revu
    assert "Contester une décision" in revu

    contrat.refresh_from_db()
    terminer_contrat(
        agent, contrat, version=contrat.version, fin_le=le, motif="EMPLOI", precision="Chez son oncle, à Lyon"
    )
    fin = lettre(dossier, GenreDecision.FIN)
    assert "Accès à l'emploi." in fin
    assert "avant son terme" in fin
    assert "oncle" not in fin
    assert ("Un nouveau CEJ est possible à partir du" in fin) == (cadre == Cadre.CEJ)


def test_la_fin_a_son_terme_dit_son_article(agent: Agent, dossier: Dossier) -> None:
    pacea = cej.signer(agent, preparer(agent, dossier, Cadre.PACEA))
    le = aujourd_hui(dossier.structure)
    ContratEngagement.objects.filter(pk=pacea.pk).update(fin_prevue=le)
    pacea.refresh_from_db()
    terminer_contrat(agent, pacea, version=pacea.version, fin_le=le, motif="TERME")
    fin = lettre(dossier, GenreDecision.FIN)
    assert "à son terme" in fin
    assert "R. 5131-13" in fin
    assert "au nom de l'État" not in fin  # who accompanies tells it, for the mission locale


def test_une_fin_sans_destinataire_ne_fait_pas_de_lettre(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    contrat = conclu(directrice, agent, dossier, Cadre.CEJ)
    le = aujourd_hui(dossier.structure)
    terminer_contrat(agent, contrat, version=contrat.version, fin_le=le, motif="DECES")
    assert not DecisionContrat.objects.filter(genre=GenreDecision.FIN).exists()


def test_un_contrat_qui_en_remplace_un_autre_le_dit(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    conclu(directrice, agent, dossier, Cadre.PACEA)
    examiner_eligibilite(agent, dossier, reponses=cej.OUI)
    conclu(directrice, agent, dossier, Cadre.CEJ)
    assert "Il remplace votre PACEA commencé le" in lettre(dossier, GenreDecision.ATTRIBUTION)


@pytest.mark.parametrize(
    ("cadre", "saisie", "attendu"),
    [
        (Cadre.CEJ, ProlongationSaisie("exceptionnelle", motif="Un emploi commence bientôt."), "Un emploi commence"),
        (
            Cadre.CEJ,
            ProlongationSaisie("parcours_relais", parcours="Formation cuisine", sur_la_liste=True),
            "Parcours qui prend le relais : Formation cuisine.",
        ),
        (Cadre.PACEA, ProlongationSaisie("pacea", motif="Une formation à finir."), "Une formation à finir."),
    ],
)
def test_prolonger(directrice: Agent, dossier: Dossier, cadre: Cadre, saisie: ProlongationSaisie, attendu: str) -> None:
    agent = dossier.referent
    assert agent is not None
    contrat = conclu(directrice, agent, dossier, cadre)
    le = aujourd_hui(dossier.structure)
    debut = le - timedelta(days=350)
    if cadre == Cadre.CEJ:
        ContratEngagement.objects.filter(pk=contrat.pk).update(signe_le=debut, debut=debut, fin_prevue=le)
        contrat.refresh_from_db()
    dates = (
        {"parcours_debut": le - timedelta(days=20), "parcours_fin": le + timedelta(days=40)}
        if saisie.sur_la_liste
        else {"fin": contrat.fin_prevue + timedelta(days=30)}
    )
    saisie = ProlongationSaisie(**{**saisie.__dict__, **dates})
    prolonger_contrat(directrice, contrat, version=contrat.version, saisie=saisie)
    dit = lettre(dossier, GenreDecision.MODIFICATION)
    assert attendu in dit
    assert "est prolongé jusqu'au" in dit


def test_refuser_un_cej(directrice: Agent, agent: Agent, dossier: Dossier) -> None:
    reponses = Reponses(etudiant=True, en_formation=False, difficulte_emploi_durable=False)
    examiner_eligibilite(agent, dossier, reponses=reponses)
    decision = refuser_cej(directrice, dossier, precision="Vos cours finissent en juin.")
    dit = lettre(dossier, GenreDecision.REFUS)
    assert "Vos cours finissent en juin." in dit
    assert "au nom de l'État" in dit
    # Reasons that refuse, and no other: what isn't known refuses nothing.
    assert {article for _, article in decision.motifs} >= {"L. 5131-6"}


def test_refuser_un_pacea(agent: Agent, dossier: Dossier) -> None:
    """L. 5131-3, R. 5131-12: a condition is missing, and the letter says which."""
    oriente(agent, dossier)
    with pytest.raises(RegleViolee, match="ne ferment pas le PACEA"):
        refuser_pacea(agent, dossier, en_difficulte=True, risque_exclusion=True)
    accueil = fabriques.agent(dossier.structure, "accueil")
    with pytest.raises(NonHabilite):
        refuser_pacea(accueil, dossier, en_difficulte=True, risque_exclusion=False)
    decision = refuser_pacea(agent, dossier, en_difficulte=True, risque_exclusion=False)
    assert (decision.cadre, decision.contrat_id) == (Cadre.PACEA, None)
    assert len(decision.motifs) == 1
    assert "L. 5131-3" in lettre(dossier, GenreDecision.REFUS)


def test_la_lettre_d_un_mineur_passe_par_qui_le_represente(
    directrice: Agent, agent: Agent, dans_perimetre: Structure
) -> None:
    le = aujourd_hui(dans_perimetre)
    mineur = fabriques.dossier(
        dans_perimetre,
        agent,
        jeune_prenom="Zoé",
        jeune_nom_naissance="Diop",
        jeune_naissance=le - timedelta(days=17 * 365),
    )
    contrat = cej.preparer(agent, mineur, representant_nom="Awa Diop", representant_qualite="mère")
    cej.signer(directrice, contrat, acceptation_representant="Awa Diop")
    assert "sous couvert de Awa Diop, mère" in lettre(mineur, GenreDecision.ATTRIBUTION)
