"""The update of a contract signed at a distance, in the forms of the contract itself (L. 5411-6 I)."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import Actualisation, EtatActualisation, Signature
from imilo.parcours.contrats.pdf_actualisation import pdf_de_l_actualisation
from imilo.parcours.contrats.services.actualisations import preparee
from imilo.parcours.contrats.services.commun import LIEN_ACTUALISATION, retirer_envoi
from imilo.parcours.contrats.services.distance import contacts_a_signer, partie_du_lien, poser_signature
from imilo.parcours.contrats.services.suites import signe
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.liens.models import Fermeture, LienPersonnel
from imilo.parcours.liens.services import envoyer_lien
from imilo.socle.erreurs import RegleViolee


@transaction.atomic
def envoyer_actualisation(
    agent: Agent, actualisation: Actualisation, *, version: int, canal: str = "", resigner: bool = False
) -> Actualisation:
    """Freeze the update to read, and send the link to whoever signs. Fact `actualisation.envoyee`.

    What was sent before no longer counts, nor what was signed, which `resigner` says that the agent knows.
    Raises `RegleViolee`, `VersionPerimee`.
    """
    contrat = signe(actualisation.contrat, version=actualisation.contrat.version)
    stocke = preparee(actualisation, version=version)
    stocke.contrat, stocke.dossier = contrat, contrat.dossier
    destinataires = contacts_a_signer(contrat, canal, le=aujourd_hui(contrat.dossier.structure))
    retirer_envoi(agent, stocke, pour=Fermeture.REMPLACE, resigner=resigner)
    a = timezone.now()
    stocke.envoye_document = enregistrer_document(
        agent,
        dossier=contrat.dossier,
        genre=GenreDocument.CONTRAT,
        titre=f"Actualisation à signer {contrat.reference}",
        contenu=pdf_de_l_actualisation(stocke, a=a),
        type_mime=PDF,
    )
    stocke.envoye_le = a
    stocke.version += 1
    enregistrer(stocke, champs={})
    for contact in destinataires:
        envoyer_lien(agent, contrat.dossier, genre=LIEN_ACTUALISATION, objet_id=stocke.pk, contact=contact)
    consigner(agent, "actualisation.envoyee", stocke, document=stocke.envoye_document.pk, personnes=len(destinataires))
    return stocke


def _a_signer(lien: LienPersonnel) -> Actualisation:
    """The update of the link, locked, with what was sent of it. Raises `RegleViolee` when it is over."""
    actualisation = (
        Actualisation.objects.select_for_update(of=("self",))
        .select_related("contrat", "dossier__jeune", "dossier__structure", "envoye_document")
        .filter(pk=lien.objet_id or 0, dossier=lien.dossier_id)
        .first()
    )
    if (
        actualisation is None
        or actualisation.etat != EtatActualisation.PREPAREE
        or actualisation.envoye_document is None
        or actualisation.contrat.etat != Etat.SIGNE
    ):
        raise RegleViolee("Ce changement n'est plus à signer. Votre conseiller peut vous dire pourquoi.")
    actualisation.contrat.dossier = actualisation.dossier
    return actualisation


@transaction.atomic
def signer_actualisation_a_distance(lien: LienPersonnel, *, nom: str, lu: bool) -> Signature:
    """Sign the update that was sent, from the page of a personal link. Fact `actualisation.signee_jeune`.

    The proof is that of a contract: link, channel and instant of the code, SHA-256 of what was read. Raises
    `RegleViolee`.
    """
    actualisation = _a_signer(lien)
    assert actualisation.envoye_document is not None
    signature = poser_signature(
        lien, actualisation.contrat, actualisation.envoye_document, nom=nom, lu=lu, actualisation=actualisation
    )
    consigner(
        None,
        "actualisation.signee_jeune",
        actualisation,
        acteur=lien.acteur,
        partie=signature.partie,
        lien=lien.pk,
    )
    return signature


@transaction.atomic
def refuser_actualisation_a_distance(lien: LienPersonnel, *, motif: str) -> Actualisation:
    """The person refuses the update; the contract stays as it is. Fact `actualisation.refusee`, or `RegleViolee`."""
    actualisation = _a_signer(lien)
    actualisation.etat, actualisation.refuse_motif = EtatActualisation.REFUSEE, motif.strip()
    actualisation.refuse_par = partie_du_lien(lien)
    actualisation.refuse_le = aujourd_hui(actualisation.dossier.structure)
    actualisation.version += 1
    enregistrer(actualisation, champs={})
    consigner(None, "actualisation.refusee", actualisation, acteur=lien.acteur, partie=actualisation.refuse_par)
    return actualisation
