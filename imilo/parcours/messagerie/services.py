"""Write to a person: queued in the transaction of the act that says it, sent by the worker, at most once."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.messagerie.expediteurs import NonParti, Pli, Refuse, expediteur
from imilo.parcours.messagerie.models import Canal, EtatMessage, MessageSortant
from imilo.socle.erreurs import RegleViolee
from imilo.socle.perimetre import perimetre

journal = logging.getLogger(__name__)

TACHE = "messagerie_envoyer"
SMS_MAX = 480  # three parts of 160 signs: a longer one costs more and reads badly
ATTENTES = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
MASQUE = "•" * 6


@transaction.atomic
def ecrire(
    agent: Agent | None,
    dossier: Dossier,
    *,
    canal: str,
    adresse: str,
    genre: str,
    objet: str,
    corps: str,
    secret: str = "",
    perime_le: datetime | None = None,
) -> MessageSortant:
    """Queue a message about `dossier`; it leaves once this transaction is committed, and not if it isn't.

    `adresse` is an E.164 number or an e-mail; `genre` a short code ("rappel.declaration"); `secret` is the part of
    `corps` that is masked once it has left (a code, the token of a link); after `perime_le` it is no longer sent.
    The fact is written when it leaves. Raises `RegleViolee` for no address, a text too long, a channel not set up.
    """
    if not adresse:
        manque = "de numéro de téléphone" if canal == Canal.SMS else "d'adresse électronique"
        raise RegleViolee(f"Il n'y a pas {manque} : complétez d'abord les coordonnées.", "canal")
    if canal == Canal.SMS and len(corps) > SMS_MAX:
        raise RegleViolee(f"Un SMS a {SMS_MAX} signes au plus : celui-ci en a {len(corps)}.", "corps")
    if empechement := expediteur(canal).pret():
        raise RegleViolee(f"Ce message ne peut pas partir : {empechement}. Choisissez un autre moyen.", "canal")
    message = MessageSortant.objects.create(
        dossier=dossier,
        structure_id=dossier.structure_id,
        canal=canal,
        genre=genre,
        destinataire=adresse,
        objet=objet[:200],
        corps=corps,
        secret="" if settings.BOITE_VISIBLE else secret,
        perime_le=perime_le,
        agent=agent,
    )
    _mettre_en_file(message)
    return message


def _mettre_en_file(message: MessageSortant, dans: timedelta | None = None) -> None:
    from procrastinate.contrib.django import app

    tache = (
        app.configure_task(TACHE) if dans is None else app.configure_task(TACHE, schedule_in={"seconds": dans.seconds})
    )
    tache.defer(message_id=message.pk, structure_id=message.structure_id)


def partir(message_id: int, structure_id: int) -> str:
    """The worker's part: send one message. Returns its state. Fact `message.envoye` or `message.echoue`.

    The attempt is committed before the carrier is called, and nothing that may have left is tried again.
    """
    with perimetre(structure_id):
        message = MessageSortant.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
        if message is None:
            return ""
        if (etat := _etat_au_depart(message)) != EtatMessage.EN_COURS:
            return etat
    try:
        reference = expediteur(message.canal).expedier(
            Pli(message.destinataire, message.objet, message.corps, f"imilo-{message.pk}")
        )
    except NonParti as erreur:
        return _remettre(message, structure_id, str(erreur))
    except Refuse as erreur:
        return _clore(message, structure_id, EtatMessage.ECHEC, raison=str(erreur))
    except Exception:  # noqa: BLE001  # whatever happened, it may have left
        journal.exception("Message %s : nothing says whether it left.", message.pk)
        return _clore(message, structure_id, EtatMessage.INCERTAIN, raison="le transporteur n'a pas répondu clairement")
    return _clore(message, structure_id, EtatMessage.ENVOYE, reference=reference)


def _etat_au_depart(message: MessageSortant) -> str:
    """EN_COURS when the attempt may go on, written; else the state that stays."""
    if message.etat == EtatMessage.EN_COURS:
        # A worker died between the attempt and its answer.
        message.etat, message.raison = EtatMessage.INCERTAIN, "l'envoi a été interrompu"
        consigner(None, "message.echoue", message, etat=message.etat)
    elif message.etat != EtatMessage.EN_ATTENTE:
        return message.etat
    elif message.perime_le is not None and message.perime_le <= timezone.now():
        message.etat, message.raison = EtatMessage.PERIME, "le délai utile est passé"
        consigner(None, "message.echoue", message, etat=message.etat)
    else:
        message.etat, message.tentatives = EtatMessage.EN_COURS, message.tentatives + 1
    if message.etat != EtatMessage.EN_COURS:
        _masquer(message)
    message.save(update_fields=["etat", "raison", "tentatives", "corps", "secret", "modifie_le"])
    return message.etat


def _masquer(message: MessageSortant) -> None:
    """What opens a link isn't kept once it can't leave any more."""
    if message.secret:
        message.corps, message.secret = message.corps.replace(message.secret, MASQUE), ""


def _remettre(message: MessageSortant, structure_id: int, raison: str) -> str:
    """Nothing left: try again later, a few times."""
    if message.tentatives > len(ATTENTES):
        return _clore(message, structure_id, EtatMessage.ECHEC, raison=raison)
    with perimetre(structure_id):
        message.etat, message.raison = EtatMessage.EN_ATTENTE, raison
        message.save(update_fields=["etat", "raison", "modifie_le"])
        _mettre_en_file(message, ATTENTES[message.tentatives - 1])
    return message.etat


def _clore(message: MessageSortant, structure_id: int, etat: str, *, raison: str = "", reference: str = "") -> str:
    with perimetre(structure_id):
        message.etat, message.raison, message.reference = etat, raison[:200], reference[:100]
        message.envoye_le = timezone.now() if etat == EtatMessage.ENVOYE else None
        _masquer(message)
        message.save(update_fields=["etat", "raison", "reference", "envoye_le", "corps", "secret", "modifie_le"])
        consigner(None, "message.envoye" if etat == EtatMessage.ENVOYE else "message.echoue", message, etat=etat)
    return etat
