"""Writes on personal links: send one, send its code, check the code, use it, revoke it.

The token opens nothing by itself: a code of six digits goes by another message, and opens one page for half an hour
without an act, two hours at most.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.liens.genres import GenreDeLien, genre_de
from imilo.parcours.liens.models import Destinataire, Fermeture, LienPersonnel
from imilo.parcours.messagerie.selectors import adresses
from imilo.parcours.messagerie.services import ecrire
from imilo.socle.chiffrement import empreinte
from imilo.socle.erreurs import RegleViolee
from imilo.socle.mots import la_mission_locale

DUREE_CODE = timedelta(minutes=10)
DUREE_SESSION = timedelta(minutes=30)  # without an act
SESSION_MAX = timedelta(hours=2)  # from the code, whatever is done
PAS_DE_SESSION = timedelta(minutes=1)  # an extension under this one isn't worth a write
ENTRE_DEUX_CODES = timedelta(seconds=60)
SESSION = ("session_empreinte", "session_expire_le", "session_limite_le")
FERMEE = dict.fromkeys(SESSION)
CHIFFRES = 6
ESSAIS_MAX = 5  # of one code
CODES_MAX = 5  # of one link: 25 tries among a million at most


@dataclass(frozen=True)
class Contact:
    """Whom a link is for, and how to reach them. `nom` names a legal representative; empty for the young person."""

    canal: str
    adresse: str
    nom: str = ""

    @property
    def destinataire(self) -> Destinataire:
        return Destinataire.REPRESENTANT if self.nom else Destinataire.JEUNE


@dataclass(frozen=True)
class Ouverture:
    """`session`: the token for the cookie, "" when the code was refused; `refus`: why, in French."""

    session: str = ""
    refus: str = ""


def empreinte_du_jeton(jeton: str) -> bytes:
    """The keyed hash under which a link is found; of a blank token, a hash that nothing has."""
    return empreinte(jeton, "lien.jeton") or b""


def contact_de(dossier: Dossier, canal: str = "") -> Contact:
    """The young person's own contact, by `canal` or by the first one they have. Raises `RegleViolee` at `canal`."""
    connues = adresses(dossier)
    choisi = canal or next(iter(connues), "")
    if choisi not in connues:
        manque = {"sms": "pas de téléphone mobile", "courriel": "pas d'adresse électronique"}
        quoi = manque.get(choisi, "ni téléphone mobile ni adresse électronique")
        raise RegleViolee(f"Il n'y a {quoi} dans ce dossier : complétez d'abord les coordonnées.", "canal")
    return Contact(choisi, connues[choisi])


@transaction.atomic
def envoyer_lien(
    agent: Agent | None,
    dossier: Dossier,
    *,
    genre: str,
    objet_id: int | None = None,
    contact: Contact | None = None,
    texte: str = "",
) -> LienPersonnel:
    """Make a link and send it. Fact `lien.envoye`. Older links to the same object, for the same person, close.

    `contact` defaults to the young person's; `texte` replaces the sentence before the address of the page. Raises
    `RegleViolee` when nobody can be reached, or the accompaniment has ended.
    """
    if dossier.statut == Statut.FIN:
        raise RegleViolee("L'accompagnement de cette personne a pris fin : réactivez d'abord son dossier.")
    if not settings.ADRESSE_PUBLIQUE:
        raise RegleViolee("L'adresse publique du site n'est pas réglée (IMILO_ADRESSE_PUBLIQUE) : aucun lien ne part.")
    espece = genre_de(genre)
    contact = contact or contact_de(dossier)
    jeton = secrets.token_urlsafe(16)
    lien = _remplacer(agent, dossier, contact, espece, objet_id=objet_id, jeton=jeton)
    phrase = texte or f"{dossier.structure} : {espece.titre[:1].lower()}{espece.titre[1:]}."
    ecrire(
        agent,
        dossier,
        canal=contact.canal,
        adresse=contact.adresse,
        genre=f"lien.{genre}",
        objet=espece.titre,
        corps=f"{phrase} {settings.ADRESSE_PUBLIQUE}/l/{jeton}",
        secret=jeton,
        perime_le=lien.expire_le,
    )
    consigner(agent, "lien.envoye", lien, pour=genre, canal=contact.canal, destinataire=contact.destinataire.value)
    return lien


def _remplacer(
    agent: Agent | None, dossier: Dossier, contact: Contact, espece: GenreDeLien, *, objet_id: int | None, jeton: str
) -> LienPersonnel:
    """The row of a new link; those that the same person had to the same object close."""
    maintenant = timezone.now()
    anciens = LienPersonnel.objects.ouvrables(a=maintenant).vers(espece.code, objet_id)
    anciens.filter(dossier=dossier, destinataire=contact.destinataire, destinataire_nom=contact.nom).update(
        revoque_le=maintenant, revoque_pour=Fermeture.REMPLACE
    )
    return LienPersonnel.objects.create(
        dossier=dossier,
        structure_id=dossier.structure_id,
        genre=espece.code,
        objet_id=objet_id,
        empreinte=empreinte_du_jeton(jeton),
        destinataire=contact.destinataire,
        destinataire_nom=contact.nom,
        canal=contact.canal,
        adresse=contact.adresse,
        fait_par=agent,
        expire_le=maintenant + espece.duree,
    )


@transaction.atomic
def envoyer_code(lien: LienPersonnel) -> LienPersonnel:
    """Send a new code to the contact of the link. Fact `lien.code_envoye`. Raises `RegleViolee`: too soon, too many."""
    stocke = _verrouiller(lien)
    maintenant = timezone.now()
    if stocke.code_envoye_le and maintenant - stocke.code_envoye_le < ENTRE_DEUX_CODES:
        raise RegleViolee("Un code vient de partir : attendez une minute avant d'en demander un autre.", "code")
    if stocke.code_envois >= CODES_MAX:
        raise RegleViolee(
            "Trop de codes ont été demandés pour ce lien. Demandez un nouveau lien à votre mission locale.", "code"
        )
    code = f"{secrets.randbelow(10**6):06d}"
    stocke.code_empreinte = _empreinte_du_code(stocke, code)
    stocke.code_envoye_le, stocke.code_essais = maintenant, 0
    stocke.code_envois += 1
    stocke.save(update_fields=["code_empreinte", "code_envoye_le", "code_essais", "code_envois", "modifie_le"])
    ecrire(
        None,
        stocke.dossier,
        canal=stocke.canal,
        adresse=stocke.adresse,
        genre="code",
        objet="Votre code",
        corps=f"{code} est votre code pour ouvrir la page de {la_mission_locale(str(stocke.dossier.structure))}. "
        "Il sert pendant 10 minutes. Ne le donnez à personne.",
        secret=code,
        perime_le=maintenant + DUREE_CODE,
    )
    consigner(None, "lien.code_envoye", stocke, acteur=stocke.acteur, envoi=stocke.code_envois)
    return stocke


@transaction.atomic
def verifier_code(lien: LienPersonnel, code: str) -> Ouverture:
    """Check the code. Fact `lien.ouvert`, or `lien.code_refuse`: a refusal is an answer, so that it is counted."""
    stocke = _verrouiller(lien)
    if refus := _compter(stocke, "".join(c for c in code if c.isdigit())):
        stocke.save(update_fields=["code_empreinte", "code_essais", "modifie_le"])
        consigner(None, "lien.code_refuse", stocke, acteur=stocke.acteur, essai=stocke.code_essais)
        return Ouverture(refus=refus)
    session, maintenant = secrets.token_urlsafe(32), timezone.now()
    stocke.code_empreinte = None
    stocke.ouvert_le = stocke.ouvert_le or maintenant
    stocke.session_empreinte = empreinte(session, "lien.session")
    stocke.session_expire_le, stocke.session_limite_le = maintenant + DUREE_SESSION, maintenant + SESSION_MAX
    stocke.save(update_fields=["code_empreinte", "ouvert_le", *SESSION, "modifie_le"])
    consigner(None, "lien.ouvert", stocke, acteur=stocke.acteur, pour=stocke.genre)
    return Ouverture(session=session)


def _compter(lien: LienPersonnel, code: str) -> str:
    """Why this code is refused, after counting the try; "" when it is the right one."""
    attendu = lien.code_empreinte
    envoye = lien.code_envoye_le
    if attendu is None or envoye is None or timezone.now() - envoye > DUREE_CODE:
        lien.code_empreinte = None
        return "Ce code n'est plus valable. Demandez-en un nouveau."
    if len(code) != CHIFFRES:
        return f"Le code a {CHIFFRES} chiffres : recopiez ceux du dernier message reçu."
    if hmac.compare_digest(bytes(attendu), _empreinte_du_code(lien, code)):
        return ""
    lien.code_essais += 1
    restants = ESSAIS_MAX - lien.code_essais
    if restants <= 0:
        lien.code_empreinte = None
        return "Ce code a été faux trop de fois. Demandez-en un nouveau."
    return f"Ce n'est pas le bon code. Il vous reste {restants} essai{'s' if restants > 1 else ''}."


def code_attendu(lien: LienPersonnel) -> bool:
    """Whether a code that was sent still opens the link."""
    lien.refresh_from_db(fields=["code_empreinte", "code_envoye_le"])
    envoye = lien.code_envoye_le
    return lien.code_empreinte is not None and envoye is not None and timezone.now() - envoye <= DUREE_CODE


def _empreinte_du_code(lien: LienPersonnel, code: str) -> bytes:
    return empreinte(f"{lien.pk}:{code}", "lien.code") or b""


def _verrouiller(lien: LienPersonnel) -> LienPersonnel:
    """The stored link, locked. Raises `RegleViolee` when it opens nothing any more."""
    stocke = LienPersonnel.objects.select_for_update(of=("self",)).select_related("dossier__structure").get(pk=lien.pk)
    if not ouvrable(stocke):
        raise RegleViolee("Ce lien n'est plus valable. Demandez-en un nouveau à votre mission locale.")
    return stocke


def ouvrable(lien: LienPersonnel) -> bool:
    """Whether the link may still open its page: neither revoked, nor out of date, nor used when it serves once."""
    utilise = lien.utilise_le is not None and lien.type.une_fois
    return lien.revoque_le is None and lien.expire_le > timezone.now() and not utilise


def session_valable(lien: LienPersonnel, session: str) -> bool:
    """Whether a cookie's token is that of the half hour which the last right code opened."""
    attendue, presentee = lien.session_empreinte, empreinte(session, "lien.session")
    if attendue is None or presentee is None or lien.session_expire_le is None:
        return False
    return lien.session_expire_le > timezone.now() and hmac.compare_digest(bytes(attendue), presentee)


def prolonger_session(lien: LienPersonnel) -> None:
    """Start the half hour again at an act of the person, never beyond two hours from their code. No fact."""
    if lien.session_expire_le is None or lien.session_limite_le is None:
        return
    jusqu_a = min(timezone.now() + DUREE_SESSION, lien.session_limite_le)
    if jusqu_a - lien.session_expire_le >= PAS_DE_SESSION:
        # Of the half hour that was read: one closed, or opened again, meanwhile isn't touched.
        celle_ci = LienPersonnel.objects.filter(pk=lien.pk, session_empreinte=lien.session_empreinte)
        celle_ci.update(session_expire_le=jusqu_a)


@transaction.atomic
def utiliser(lien: LienPersonnel) -> None:
    """Note that what the link was for is done (signed, declared). No fact: the act has its own."""
    LienPersonnel.objects.filter(pk=lien.pk, utilise_le__isnull=True).update(utilise_le=timezone.now())


@transaction.atomic
def fermer_session(lien: LienPersonnel) -> None:
    """End the half hour: the person leaves. The link still opens, with a new code."""
    LienPersonnel.objects.filter(pk=lien.pk).update(**FERMEE)


@transaction.atomic
def revoquer(agent: Agent | None, lien: LienPersonnel, *, pour: Fermeture = Fermeture.AGENT) -> None:
    """Close a link, and the session that it opened. Fact `lien.revoque`; nothing when it was closed already."""
    ouverts = LienPersonnel.objects.filter(pk=lien.pk, revoque_le__isnull=True)
    if ouverts.update(revoque_le=timezone.now(), revoque_pour=pour, **FERMEE):
        consigner(agent, "lien.revoque", lien)
