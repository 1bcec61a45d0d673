"""The signature at a distance: what is sent to read, who signs or refuses on their telephone, and the proof kept."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, ModeSignature, Partie, Signature
from imilo.parcours.contrats.pdf import pdf_du_contrat
from imilo.parcours.contrats.services.commun import (
    CHAMPS,
    LIEN_ACTUALISATION,
    LIEN_SIGNATURE,
    deja_signees,
    doit_representer,
    dossier_suivi,
    reprendre_contrat,
    retirer_envoi,
)
from imilo.parcours.contrats.services.signature import meme_personne, noms_du_jeune, rattacher
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Document, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.liens.genres import GenreDeLien, declarer
from imilo.parcours.liens.models import Destinataire, Fermeture, LienPersonnel
from imilo.parcours.liens.services import Contact, contact_de, envoyer_lien, utiliser
from imilo.socle.erreurs import RegleViolee

DUREE_DU_LIEN = timedelta(days=15)


def declarer_liens() -> None:
    """The kinds of personal links that open a contract, or an update of it, to read and sign."""
    declarer(
        GenreDeLien(
            LIEN_SIGNATURE,
            "Lire et signer votre contrat",
            vue="jeune_signature",
            duree=DUREE_DU_LIEN,
            objet="contrats.ContratEngagement",
        )
    )
    declarer(
        GenreDeLien(
            LIEN_ACTUALISATION,
            "Lire et signer ce qui change dans votre contrat",
            vue="jeune_actualisation",
            duree=DUREE_DU_LIEN,
            objet="contrats.Actualisation",
        )
    )


def contacts_a_signer(contrat: ContratEngagement, canal: str, *, le: date) -> list[Contact]:
    """Who signs at a distance: the person, and the legal representative of a minor. Raises `RegleViolee`."""
    contacts = [contact_de(contrat.dossier, canal)]
    if doit_representer(contrat, le=le):
        contacts.append(_contact_du_representant(contrat))
    return contacts


def _contact_du_representant(contrat: ContratEngagement) -> Contact:
    """How to reach the legal representative. Raises `RegleViolee`."""
    if not contrat.representant_nom.strip():
        raise RegleViolee("Cette personne est mineure : indiquez d'abord son représentant légal dans le contrat.")
    if contrat.representant_telephone:
        return Contact("sms", contrat.representant_telephone, contrat.representant_nom)
    if contrat.representant_courriel:
        return Contact("courriel", contrat.representant_courriel, contrat.representant_nom)
    raise RegleViolee(
        f"Indiquez dans le contrat le mobile ou le courriel de {contrat.representant_nom}, qui signe aussi."
    )


@transaction.atomic
def envoyer_a_signer(
    agent: Agent, contrat: ContratEngagement, *, version: int, canal: str = "", resigner: bool = False
) -> ContratEngagement:
    """Freeze the document to read, and send the link to whoever signs. Fact `contrat.envoye`.

    What was sent before no longer counts, nor what was signed, which `resigner` says that the agent knows.
    Raises `RegleViolee`, `VersionPerimee`.
    """
    dossier = dossier_suivi(contrat.dossier)
    stocke = reprendre_contrat(contrat, version=version, vers=Etat.SIGNE)
    stocke.dossier = dossier
    le = aujourd_hui(dossier.structure)
    rattacher(stocke, dossier, le)
    if stocke.debut < le:
        raise RegleViolee(f"Le contrat commence le {stocke.debut:%d/%m/%Y}, déjà passé : corrigez d'abord son début.")
    destinataires = contacts_a_signer(stocke, canal, le=le)
    retirer_envoi(agent, stocke, pour=Fermeture.REMPLACE, resigner=resigner)
    a = timezone.now()
    document = enregistrer_document(
        agent,
        dossier=dossier,
        genre=GenreDocument.CONTRAT,
        titre=f"Contrat à signer {stocke.reference}",
        contenu=pdf_du_contrat(stocke, a=a),
        type_mime=PDF,
    )
    stocke.envoye_document, stocke.envoye_le = document, a
    stocke.orientation, stocke.diagnostic = None, None
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    for contact in destinataires:
        envoyer_lien(agent, dossier, genre=LIEN_SIGNATURE, objet_id=stocke.pk, contact=contact)
    consigner(agent, "contrat.envoye", stocke, document=document.pk, personnes=len(destinataires))
    return stocke


def partie_du_lien(lien: LienPersonnel) -> Partie:
    """Who the link was sent to: the young person, or their legal representative."""
    return Partie.REPRESENTANT if lien.destinataire == Destinataire.REPRESENTANT else Partie.JEUNE


def _a_signer(lien: LienPersonnel) -> ContratEngagement:
    """The contract of the link, locked, with what was sent of it. Raises `RegleViolee` when it is over."""
    if lien.objet_id is None:
        raise RegleViolee("Ce lien n'ouvre aucun contrat.")
    contrat = (
        ContratEngagement.objects.select_for_update(of=("self",))
        .select_related("dossier__jeune", "dossier__structure", "envoye_document")
        .filter(pk=lien.objet_id, dossier=lien.dossier_id)
        .first()
    )
    if contrat is None or contrat.etat != Etat.PREPARE or contrat.envoye_document is None:
        raise RegleViolee("Ce contrat n'est plus à signer. Votre conseiller peut vous dire pourquoi.")
    return contrat


@transaction.atomic
def signer_a_distance(lien: LienPersonnel, *, nom: str, lu: bool) -> Signature:
    """Sign the document that was sent, from the page of a personal link. Fact `contrat.signe_jeune`.

    The proof: the link, the channel and the instant of its code, the SHA-256 of what was read. Raises `RegleViolee`.
    """
    contrat = _a_signer(lien)
    partie = partie_du_lien(lien)
    assert contrat.envoye_document is not None
    signature = poser_signature(lien, contrat, contrat.envoye_document, nom=nom, lu=lu)
    consigner(None, "contrat.signe_jeune", contrat, acteur=lien.acteur, partie=partie.value, lien=lien.pk)
    return signature


def poser_signature(
    lien: LienPersonnel,
    contrat: ContratEngagement,
    document: Document,
    *,
    nom: str,
    lu: bool,
    actualisation: Actualisation | None = None,
) -> Signature:
    """The row of who signs `document` behind this link, with its proof. Raises `RegleViolee`."""
    partie = partie_du_lien(lien)
    if deja_signees(actualisation or contrat).filter(partie=partie).exists():
        raise RegleViolee("Vous avez déjà signé ce contrat.")
    if not lu:
        raise RegleViolee("Cochez la case : j'ai lu ce contrat.", "lu")
    noms = noms_du_jeune(contrat) if partie == Partie.JEUNE else (contrat.representant_nom,)
    if not meme_personne(nom, noms):
        raise RegleViolee(f"Pour accepter, écrivez : {noms[0]}.", "nom")
    signature = Signature(
        contrat=contrat,
        actualisation=actualisation,
        dossier=contrat.dossier,
        structure_id=contrat.structure_id,
        partie=partie,
        nom=noms[0],
        qualite=contrat.representant_qualite if partie == Partie.REPRESENTANT else "",
        mode=ModeSignature.TELEPHONE,
        a=timezone.now(),
        lien=lien.pk,
        canal=lien.canal,
        code_a=lien.ouvert_le,
        lu_sha256=document.sha256,
    )
    enregistrer(signature, champs={}, premier=True)
    utiliser(lien)
    return signature


@transaction.atomic
def refuser_a_distance(lien: LienPersonnel, *, motif: str) -> ContratEngagement:
    """The person refuses the contract that was sent. Fact `contrat.refuse`. Raises `RegleViolee`."""
    contrat = _a_signer(lien)
    _refuser(contrat, partie=partie_du_lien(lien), motif=motif)
    consigner(None, "contrat.refuse", contrat, acteur=lien.acteur, partie=contrat.refuse_par)
    return contrat


@transaction.atomic
def noter_refus(
    agent: Agent, contrat: ContratEngagement, *, version: int, partie: str, motif: str = ""
) -> ContratEngagement:
    """Write that the person, or their representative, refuses to sign. Fact `contrat.refuse`."""
    if partie not in (Partie.JEUNE, Partie.REPRESENTANT):
        raise RegleViolee("Indiquez qui refuse de signer.", "partie")
    stocke = reprendre_contrat(contrat, version=version, vers=Etat.REFUSE)
    if partie == Partie.REPRESENTANT and not doit_representer(stocke, le=aujourd_hui(stocke.dossier.structure)):
        raise RegleViolee("Cette personne est majeure ou émancipée : elle seule signe, ou refuse.", "partie")
    _refuser(stocke, partie=Partie(partie), motif=motif)
    consigner(agent, "contrat.refuse", stocke, partie=partie)
    return stocke


def _refuser(contrat: ContratEngagement, *, partie: Partie, motif: str) -> None:
    """What was sent stays: it is what was refused, and its links show it."""
    contrat.etat, contrat.refuse_par, contrat.refuse_motif = Etat.REFUSE, partie, motif.strip()
    contrat.refuse_le = aujourd_hui(contrat.dossier.structure)
    contrat.version += 1
    enregistrer(contrat, champs=CHAMPS)
