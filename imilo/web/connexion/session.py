"""Opening and closing an agent's session here, once the protocol has said who it is."""

from __future__ import annotations

import base64
import time
from dataclasses import asdict
from typing import Any

from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from imilo.acteurs.models import Agent
from imilo.acteurs.reconnaissance import noter
from imilo.socle.chiffrement import CleInconnue, chiffrer, dechiffrer
from imilo.web.connexion.proconnect import Demande, Reponse
from imilo.web.envois import oublier_les_anciens
from imilo.web.intergiciels import CLE_ACTIVITE, CLE_OUVERTURE
from imilo.web.models import SessionOuverte
from imilo.web.sessions import CLE_SID

DEMANDES = "proconnect_demandes"
EN_ATTENTE = "second_facteur_en_attente"
CLE_ID = "proconnect_id"
DEMANDES_GARDEES = 5  # sign-ins begun in several tabs
DUREE_DEMANDE = 15 * 60
DUREE_ATTENTE = 10 * 60
MOTEUR = "django.contrib.auth.backends.ModelBackend"
CONTEXTE_ENROLEMENT = "session.totp"  # what the encrypted secret of an enrolment is bound to


def suite_sure(requete: HttpRequest, suite: str) -> str:
    """The page to open after sign-in when it is one of ours, else ""."""
    sure = url_has_allowed_host_and_scheme(suite, {requete.get_host()}, require_https=requete.is_secure())
    return suite if suite.startswith("/") and sure else ""


def garder_demande(requete: HttpRequest, demande: Demande) -> None:
    demandes = dict(requete.session.get(DEMANDES, {}))
    demandes[demande.state] = asdict(demande)
    recentes = sorted(demandes.values(), key=lambda d: d["demandee_le"])[-DEMANDES_GARDEES:]
    requete.session[DEMANDES] = {d["state"]: d for d in recentes}


def prendre_demande(requete: HttpRequest, state: str) -> Demande | None:
    """The sign-in that this `state` began in this browser; a second call finds nothing."""
    demandes = dict(requete.session.get(DEMANDES, {}))
    trouvee = demandes.pop(state, None)
    requete.session[DEMANDES] = demandes
    if trouvee is None or time.time() - trouvee["demandee_le"] > DUREE_DEMANDE:
        return None
    return Demande(**trouvee)


def mettre_en_attente(requete: HttpRequest, agent: Agent, reponse: Reponse, suite: str) -> None:
    """Known, but not let in: the second factor is still to be shown. A new session key from here on."""
    requete.session.flush()
    requete.session[EN_ATTENTE] = {
        "agent": agent.pk,
        "sub": agent.sub,
        "id_token": reponse.id_token,
        "sid": reponse.sid,
        "suite": suite,
        "depuis": int(time.time()),
    }


def en_attente(requete: HttpRequest) -> tuple[Agent, dict[str, Any]] | None:
    """The agent whose second factor is awaited in this browser, and what was kept; `None` after ten minutes."""
    attente = requete.session.get(EN_ATTENTE)
    if not attente or time.time() - attente["depuis"] > DUREE_ATTENTE:
        return None
    agent = Agent.objects.filter(pk=attente["agent"], sub=attente["sub"], is_active=True).first()
    return (agent, attente) if agent else None


def garder_secret(requete: HttpRequest, secret: str) -> None:
    attente = dict(requete.session[EN_ATTENTE])
    attente["secret"] = base64.b64encode(chiffrer(secret, CONTEXTE_ENROLEMENT)).decode()
    requete.session[EN_ATTENTE] = attente


def secret_garde(attente: dict[str, Any]) -> str:
    try:
        return dechiffrer(base64.b64decode(attente.get("secret", "")), CONTEXTE_ENROLEMENT)
    except (CleInconnue, IndexError, ValueError):
        return ""


def ouvrir(requete: HttpRequest, agent: Agent, *, id_token: str, sid: str, facteur: str) -> None:
    """Sign the agent in under a new session key. Writes a fact; `facteur` is "proconnect" or "totp"."""
    requete.session.flush()
    login(requete, agent, backend=MOTEUR)
    maintenant = int(time.time())
    requete.session[CLE_OUVERTURE] = requete.session[CLE_ACTIVITE] = maintenant
    requete.session[CLE_SID], requete.session[CLE_ID] = sid, id_token
    noter(agent, "session.ouverte", facteur=facteur)
    oublier_les_anciens(agent.pk)
    SessionOuverte.objects.filter(agent=agent, expire_date__lt=timezone.now()).delete()


def fermer(requete: HttpRequest) -> str:
    """Sign out here. Returns the id_token that the provider wants to sign out there ("" when none)."""
    id_token = str(requete.session.get(CLE_ID, ""))
    if isinstance(requete.user, Agent):
        noter(requete.user, "session.fermee")
    logout(requete)
    return id_token


def fermer_ailleurs(*, sub: str, sid: str) -> int:
    """End the open sessions of a person, or one session of theirs, told by the provider. Returns how many."""
    sessions = SessionOuverte.objects.filter(agent__isnull=False)
    if sub:
        sessions = sessions.filter(agent__sub=sub)
    if sid:
        sessions = sessions.filter(sid=sid)
    agents = list(Agent.objects.filter(pk__in=sessions.values("agent_id")))
    nombre = sessions.delete()[0]
    for agent in agents:
        noter(agent, "session.fermee", par="proconnect")
    return nombre
