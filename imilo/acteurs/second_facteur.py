"""Our own second factor (TOTP, RFC 6238), for those whose identity provider has none.

A code serves once; after five wrong ones in a row no code is looked at for a while, which doubles each time.
"""

from __future__ import annotations

import hmac
from datetime import date, datetime, timedelta
from enum import StrEnum

import pyotp
from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.reconnaissance import noter
from imilo.acteurs.selectors import affectations_en_cours, aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.socle.erreurs import NonHabilite, RegleViolee

PAS = 30  # seconds
TOLERANCE = 1  # steps before and after: clocks of telephones drift
ESSAIS = 5
ATTENTE = timedelta(minutes=5)
ATTENTE_MAX = timedelta(hours=2)
EMETTEUR = "I-MILO"


class Verdict(StrEnum):
    ACCEPTE = "accepte"
    FAUX = "faux"
    DEJA_SERVI = "deja_servi"
    BLOQUE = "bloque"


def nouveau_secret() -> str:
    """160 random bits in base32, to be shown once and kept only when a first code has proven it."""
    return pyotp.random_base32()


def adresse_d_enrolement(agent: Agent, secret: str) -> str:
    """The otpauth:// address that an authenticator reads in the QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=agent.courriel, issuer_name=EMETTEUR))


def _pas_du_code(secret: str, code: str, maintenant: datetime) -> int | None:
    """The time step (number of 30 s since 1970) for which `code` is right, around now."""
    courant = int(maintenant.timestamp()) // PAS
    totp = pyotp.TOTP(secret)
    trouve = None
    for pas in range(courant - TOLERANCE, courant + TOLERANCE + 1):
        if hmac.compare_digest(totp.generate_otp(pas), code):
            trouve = pas
    return trouve


def nettoyer_code(code: str) -> str:
    return "".join(c for c in code if c.isascii() and c.isdigit())


@transaction.atomic
def enroler(agent: Agent, secret: str, code: str) -> bool:
    """Keep the secret (encrypted) if `code` proves that the authenticator has it. Writes a fact."""
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    pas = _pas_du_code(secret, nettoyer_code(code), timezone.now())
    if pas is None or agent.totp_secret:
        return False
    agent.totp_secret = secret
    agent.totp_dernier_pas, agent.totp_echecs, agent.totp_bloque_jusqu_a = pas, 0, None
    agent.save(update_fields=["totp_secret", "totp_dernier_pas", "totp_echecs", "totp_bloque_jusqu_a"])
    noter(agent, "second_facteur.enrole")
    return True


@transaction.atomic
def verifier(agent: Agent, code: str) -> Verdict:
    """Check a code. One that already served is refused, and so is anything during a block."""
    agent = Agent.objects.select_for_update().get(pk=agent.pk)
    maintenant = timezone.now()
    if agent.totp_bloque_jusqu_a and agent.totp_bloque_jusqu_a > maintenant:
        return Verdict.BLOQUE
    pas = _pas_du_code(agent.totp_secret, nettoyer_code(code), maintenant) if agent.totp_secret else None
    servi = pas is not None and agent.totp_dernier_pas is not None and pas <= agent.totp_dernier_pas
    if pas is not None and not servi:
        agent.totp_dernier_pas, agent.totp_echecs, agent.totp_bloque_jusqu_a = pas, 0, None
        agent.save(update_fields=["totp_dernier_pas", "totp_echecs", "totp_bloque_jusqu_a"])
        return Verdict.ACCEPTE
    agent.totp_echecs += 1
    if agent.totp_echecs % ESSAIS == 0:
        doublements = min(agent.totp_echecs // ESSAIS - 1, 10)
        agent.totp_bloque_jusqu_a = maintenant + min(ATTENTE * 2**doublements, ATTENTE_MAX)
    agent.save(update_fields=["totp_echecs", "totp_bloque_jusqu_a"])
    noter(agent, "second_facteur.refuse")
    return Verdict.DEJA_SERVI if servi else Verdict.FAUX


@transaction.atomic
def retirer(agent: Agent | None, *, vise: Agent, structure: Structure) -> None:
    """Forget an agent's second factor (lost telephone): the next sign-in enrols again. Writes a fact.

    Only the RGC of the structure of the agent's main affectation, and never for oneself. Raises `NonHabilite`,
    `RegleViolee`.
    """
    le = aujourd_hui(structure)
    if agent is not None:
        _exiger_le_rgc(agent, vise=vise, structure=structure, le=le)
    vise = Agent.objects.select_for_update().get(pk=vise.pk)
    vise.totp_secret = ""
    vise.totp_dernier_pas, vise.totp_echecs, vise.totp_bloque_jusqu_a = None, 0, None
    vise.save(update_fields=["totp_secret", "totp_dernier_pas", "totp_echecs", "totp_bloque_jusqu_a"])
    consigner(agent, "second_facteur.retire", vise, structure=structure)


def _exiger_le_rgc(agent: Agent, *, vise: Agent, structure: Structure, le: date) -> None:
    if not habilite(agent=agent, structure=structure, action="habilitation.gerer", le=le):
        raise NonHabilite("Seul le responsable de gestion de comptes retire un second facteur.")
    if agent.pk == vise.pk:
        raise RegleViolee("Demandez à un autre responsable de retirer votre second facteur.")
    principale = next(iter(affectations_en_cours(agent=vise)), None)
    if principale is None or principale.structure_id != structure.pk:
        raise RegleViolee("Seule la structure principale de cet agent peut retirer son second facteur.")
