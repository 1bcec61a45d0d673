"""Views of our own second factor: enrolment with a QR code, then a code at each sign-in."""

from __future__ import annotations

import segno
from django import forms
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from imilo.acteurs import second_facteur as totp
from imilo.acteurs.models import Agent
from imilo.web.connexion import session
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import publique

A_RECOMMENCER = "Ce code n'est pas le bon. Attendez le suivant sur votre téléphone, puis recopiez-le."
DEJA_SERVI = "Ce code a déjà servi. Attendez le suivant sur votre téléphone (trente secondes au plus)."


class CodeForm(FormulaireDSFR):
    code = forms.CharField(
        label="Code à six chiffres",
        help_text="Celui que votre application affiche en ce moment.",
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "class": "imilo-code"}),
    )


def _a_recommencer(requete: HttpRequest) -> HttpResponseBase:
    return render(requete, "web/connexion/a_recommencer.html", {"raison": "attente"}, status=400)


def _laisser_entrer(requete: HttpRequest, agent: Agent, attente: dict[str, str]) -> HttpResponseBase:
    session.ouvrir(requete, agent, id_token=attente["id_token"], sid=attente["sid"], facteur="totp")
    return HttpResponseRedirect(attente["suite"] or reverse("web:racine"))


@publique
@never_cache
@require_http_methods(["GET", "POST"])
def demander(requete: HttpRequest) -> HttpResponseBase:
    """Ask for the code of the moment."""
    trouve = session.en_attente(requete)
    if trouve is None:
        return _a_recommencer(requete)
    agent, attente = trouve
    if not agent.totp_secret:
        return HttpResponseRedirect(reverse("web:second_facteur_inscription"))
    form = CodeForm(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid():
        verdict = totp.verifier(agent, form.cleaned_data["code"])
        if verdict is totp.Verdict.ACCEPTE:
            return _laisser_entrer(requete, agent, attente)
        agent.refresh_from_db()
        form.add_error("code", _message(verdict, agent))
    return render(requete, "web/connexion/code.html", {"form": form}, status=422 if form.errors else 200)


def _message(verdict: totp.Verdict, agent: Agent) -> str:
    if agent.totp_bloque_jusqu_a and agent.totp_bloque_jusqu_a > timezone.now():
        minutes = -(-(agent.totp_bloque_jusqu_a - timezone.now()).seconds // 60)
        return f"Trop de codes faux. Réessayez dans {minutes} minute{'s' if minutes > 1 else ''}."
    return DEJA_SERVI if verdict is totp.Verdict.DEJA_SERVI else A_RECOMMENCER


@publique
@never_cache
@require_http_methods(["GET", "POST"])
def inscrire(requete: HttpRequest) -> HttpResponseBase:
    """Give the authenticator its secret, and keep it once a first code proves it."""
    trouve = session.en_attente(requete)
    if trouve is None:
        return _a_recommencer(requete)
    agent, attente = trouve
    if agent.totp_secret:
        return HttpResponseRedirect(reverse("web:second_facteur"))
    secret = session.secret_garde(attente)
    if not secret:
        secret = totp.nouveau_secret()
        session.garder_secret(requete, secret)
    form = CodeForm(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid():
        if totp.enroler(agent, secret, form.cleaned_data["code"]):
            return _laisser_entrer(requete, agent, attente)
        form.add_error("code", A_RECOMMENCER)
    contexte = {"form": form, "cle": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))}
    contexte["qr"] = segno.make(totp.adresse_d_enrolement(agent, secret), error="m").svg_data_uri(scale=4, border=2)
    return render(requete, "web/connexion/inscription.html", contexte, status=422 if form.errors else 200)
