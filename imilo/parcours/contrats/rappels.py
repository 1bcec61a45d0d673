"""Reminders of contracts, each night: once for each thing to remember, to who can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.contrats.echeancier import EcheanceContrat, GenreEcheance, echeancier
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import Actualisation, ContratEngagement, Partie, Signature
from imilo.parcours.contrats.services.commun import LIEN_ACTUALISATION, LIEN_SIGNATURE
from imilo.parcours.contrats.structure import reglage_des_contrats, signatures_attendues
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.liens.selectors import liens_du_dossier
from imilo.parcours.liens.services import contact_de, envoyer_lien
from imilo.parcours.messagerie.models import MessageSortant
from imilo.parcours.messagerie.selectors import adresses
from imilo.parcours.messagerie.services import ecrire
from imilo.socle import mots
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre

AttenteDeSignature = tuple[ContratEngagement | Actualisation, str, str]  # what, its kind of link, the sentence
TEXTES = {
    GenreEcheance.SIGNATURE: "votre contrat d'engagement est à signer ensemble, au plus tard le {jour}. Appelez-nous "
    "pour un rendez-vous.",
    GenreEcheance.PREMIERE_PHASE: "la première phase de votre parcours doit commencer au plus tard le {jour}. "
    "Appelez-nous pour la préparer.",
    GenreEcheance.EVALUATION: "une phase de votre parcours se termine le {jour}. Faisons le bilan ensemble : "
    "appelez-nous pour un rendez-vous.",
    GenreEcheance.ACTUALISATION: "votre contrat est à revoir ensemble avant le {jour}. Appelez-nous.",
    GenreEcheance.OFFRE: "l'emploi que vous cherchez (métier, lieu, salaire) est à écrire dans votre contrat, au plus "
    "tard le {jour}. Appelez-nous pour en parler.",
    GenreEcheance.FIN: "votre contrat prend fin le {jour}. Parlons de la suite : appelez-nous pour un rendez-vous.",
    GenreEcheance.ATTENTE: "un nouveau contrat d'engagement jeune redevient possible à partir du {jour}, si vous en "
    "remplissez les conditions. Appelez-nous si vous le souhaitez.",
}


@dataclass(frozen=True)
class Rappels:
    """How many messages were queued, and how many persons couldn't be reached."""

    ecrits: int = 0
    injoignables: int = 0


def rappeler(structure: Structure, *, le: date) -> Rappels:
    """Queue the reminders of a structure, in its perimeter. What was told already isn't told again."""
    dossiers = Dossier.objects.filter(structure=structure).actifs()
    envoyes = _contrats_envoyes(structure)
    faits = [
        _rappeler_une_echeance(e, structure)
        for e in echeancier(dossiers, le=le)
        if not e.en_retard(le=le) and not (e.genre == GenreEcheance.SIGNATURE and e.dossier.pk in envoyes)
    ]
    faits += [_rappeler_la_signature(*attendu) for attendu in _sans_reponse(structure, timezone.now())]
    return Rappels(faits.count(True), faits.count(False))


def _contrats_envoyes(structure: Structure) -> set[int]:
    """Dossiers whose contract is already on a telephone to be signed: its own reminder tells them."""
    envoyes = ContratEngagement.objects.filter(structure=structure, etat=Etat.PREPARE, envoye_le__isnull=False)
    return set(envoyes.values_list("dossier_id", flat=True))


def _rappeler_une_echeance(e: EcheanceContrat, structure: Structure) -> bool | None:
    """True when a message is queued, False when nobody can be reached, None when it was told already.

    A deadline is told once for its day: a contract prolonged, a second phase have another one.
    """
    genre = f"rappel.contrat.{e.genre.value}"
    corps = f"{structure} : {TEXTES[e.genre].format(jour=mots.echeance_en_lettres(e.le))}"
    dits = MessageSortant.objects.filter(dossier=e.dossier, genre=genre)
    if any(dit.corps == corps for dit in dits):  # encrypted: compared here
        return None
    connues = adresses(e.dossier)
    if not connues:
        return False
    canal, adresse = next(iter(connues.items()))
    try:
        with transaction.atomic():
            ecrire(None, e.dossier, canal=canal, adresse=adresse, genre=genre, objet="Votre contrat", corps=corps)
    except RegleViolee:
        return False
    return True


def _sans_reponse(structure: Structure, maintenant: datetime) -> Iterator[AttenteDeSignature]:
    """What was sent to the telephone some days ago, that the young person hasn't signed: contracts, then updates."""
    avant = maintenant - timedelta(days=reglage_des_contrats(structure).rappel_signature_jours)
    signees = Signature.objects.valables().filter(contrat=OuterRef("pk"), partie=Partie.JEUNE)
    envoyes = ContratEngagement.objects.filter(structure=structure, etat=Etat.PREPARE, envoye_le__lte=avant).exclude(
        Exists(signees)
    )
    for contrat in envoyes.select_related("dossier__jeune", "dossier__structure"):
        yield contrat, LIEN_SIGNATURE, "Rappel : votre contrat attend d'être lu et signé."
    dossiers = Dossier.objects.filter(structure=structure).actifs()
    for changement in signatures_attendues(dossiers, avant=avant):
        yield changement, LIEN_ACTUALISATION, "Rappel : un changement de votre contrat attend d'être lu et signé."


def _rappeler_la_signature(objet: ContratEngagement | Actualisation, genre: str, texte: str) -> bool | None:
    """A new link, once: the former one closes. True when it is queued, False when nobody can be reached."""
    liens = [
        lien
        for lien in liens_du_dossier(dossier=objet.dossier, genre=genre, objet_id=objet.pk)
        if not lien.destinataire_nom and objet.envoye_le and lien.cree_le >= objet.envoye_le
    ]
    if len(liens) != 1:
        return None
    try:
        contact = contact_de(objet.dossier, liens[0].canal)
        envoyer_lien(None, objet.dossier, genre=genre, objet_id=objet.pk, contact=contact, texte=texte)
    except RegleViolee:
        return False
    return True


def rappeler_partout() -> Rappels:
    """The reminders of every structure, each on its own day and in its own transaction."""
    ecrits = injoignables = 0
    for structure in Structure.objects.filter(active=True):
        with perimetre(structure.pk), transaction.atomic():
            bilan = rappeler(structure, le=aujourd_hui(structure))
        ecrits, injoignables = ecrits + bilan.ecrits, injoignables + bilan.injoignables
    return Rappels(ecrits, injoignables)
