"""Sign-in through ProConnect, our second factor, sign-out. No password anywhere."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.reconnaissance import Identite, NonReconnu, noter, reconnaitre
from imilo.journal.services import consigner
from imilo.web.connexion import session
from imilo.web.connexion.proconnect import (
    ErreurProConnect,
    Fournisseur,
    ProConnectInjoignable,
    Reponse,
    fournisseur,
    nouvelle_demande,
)
from imilo.web.permissions import publique

journal = logging.getLogger(__name__)

MOTIFS = {
    "duree": "Votre session a duré douze heures : c'est le maximum. Connectez-vous de nouveau.",
    "inactivite": "Votre session s'est fermée après trente minutes sans activité. Ce qui n'était pas envoyé est perdu.",
    "sortie": "Vous êtes déconnecté.",
}


def _fournisseur(requete: HttpRequest) -> Fournisseur:
    return fournisseur(f"{requete.scheme}://{requete.get_host()}")


def _retour(requete: HttpRequest) -> str:
    return requete.build_absolute_uri(reverse("web:connexion_retour"))


@publique
@require_GET
@never_cache
def connexion(requete: HttpRequest) -> HttpResponseBase:
    """The sign-in page: one way in, and why the last session ended."""
    if requete.user.is_authenticated:
        return HttpResponseRedirect(reverse("web:racine"))
    suite = session.suite_sure(requete, requete.GET.get("suite", ""))
    contexte = {"motif": MOTIFS.get(requete.GET.get("motif", ""), ""), "suite": suite}
    return render(requete, "web/connexion/connexion.html", contexte)


@publique
@require_GET
@never_cache
def demarrer(requete: HttpRequest) -> HttpResponseBase:
    """Leave for ProConnect with a fresh state and nonce."""
    demande = nouvelle_demande(session.suite_sure(requete, requete.GET.get("suite", "")))
    try:
        adresse = _fournisseur(requete).adresse_d_autorisation(demande, _retour(requete))
    except ErreurProConnect as erreur:
        return _echec(requete, erreur)
    session.garder_demande(requete, demande)
    return HttpResponseRedirect(adresse)


@publique
@require_GET
@never_cache
def retour(requete: HttpRequest) -> HttpResponseBase:
    """Back from ProConnect with a code: verify everything, then let in, or ask for our second factor."""
    demande = session.prendre_demande(requete, requete.GET.get("state", ""))
    if demande is None:
        return render(requete, "web/connexion/a_recommencer.html", {"raison": "etat"}, status=400)
    if "error" in requete.GET or not requete.GET.get("code"):
        return render(requete, "web/connexion/a_recommencer.html", {"raison": "refus"}, status=400)
    try:
        reponse = _fournisseur(requete).repondre(demande, requete.GET["code"], _retour(requete))
    except ErreurProConnect as erreur:
        return _echec(requete, erreur)
    return _accueillir(requete, reponse, demande.suite)


def _accueillir(requete: HttpRequest, reponse: Reponse, suite: str) -> HttpResponseBase:
    claims = reponse.claims
    identite = Identite(
        sub=str(claims["sub"]),
        courriel=str(claims.get("email") or ""),
        siret="".join(c for c in str(claims.get("siret") or "") if c.isdigit()),
    )
    try:
        agent = reconnaitre(identite)
    except NonReconnu as refus:
        return _refuser(requete, refus, identite)
    if reponse.mfa:
        session.ouvrir(requete, agent, id_token=reponse.id_token, sid=reponse.sid, facteur="proconnect")
        return HttpResponseRedirect(suite or reverse("web:racine"))
    session.mettre_en_attente(requete, agent, reponse, suite)
    return HttpResponseRedirect(
        reverse("web:second_facteur" if agent.totp_secret else "web:second_facteur_inscription")
    )


def _refuser(requete: HttpRequest, refus: NonReconnu, identite: Identite) -> HttpResponseBase:
    if refus.agent:
        noter(refus.agent, "session.refusee", raison=refus.raison)
    else:
        consigner(None, "session.refusee", raison=refus.raison)
    contexte = {"raison": refus.raison, "courriel": identite.courriel, "siret": identite.siret}
    return render(requete, "web/connexion/refusee.html", contexte, status=403)


def _echec(requete: HttpRequest, erreur: ErreurProConnect) -> HttpResponseBase:
    journal.warning("ProConnect: %s", erreur)
    raison = "injoignable" if isinstance(erreur, ProConnectInjoignable) else "reponse"
    statut = 503 if raison == "injoignable" else 400
    return render(requete, "web/connexion/a_recommencer.html", {"raison": raison}, status=statut)


@publique
@require_POST
@never_cache
def deconnexion(requete: HttpRequest) -> HttpResponseBase:
    """Close the session here, then at ProConnect through the browser.

    The page that leads there is an answer of its own: a form may not be redirected to another site.
    """
    id_token = session.fermer(requete)
    if not id_token:
        return HttpResponseRedirect(reverse("web:connexion") + "?motif=sortie")
    demande = nouvelle_demande("")
    requete.session["sortie"] = demande.state
    retour_ici = requete.build_absolute_uri(reverse("web:deconnexion_retour"))
    try:
        adresse = _fournisseur(requete).adresse_de_sortie(id_token, demande.state, retour_ici)
    except ErreurProConnect as erreur:
        journal.warning("ProConnect: %s", erreur)
        return HttpResponseRedirect(reverse("web:connexion") + "?motif=sortie")
    return render(requete, "web/connexion/sortie.html", {"adresse": adresse})


@publique
@require_GET
@never_cache
def deconnexion_retour(requete: HttpRequest) -> HttpResponseBase:
    """Back from ProConnect, signed out. A state that isn't ours changes nothing: there is nothing left to close."""
    requete.session.pop("sortie", None)
    return HttpResponseRedirect(reverse("web:connexion") + "?motif=sortie")
