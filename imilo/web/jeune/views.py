"""The door: ask for a code, give it, leave. Works without JavaScript, and asks nothing of whoever only looks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.jeunes.telephones import afficher
from imilo.parcours.liens.services import code_attendu, envoyer_code, fermer_session, session_valable, verifier_code
from imilo.parcours.messagerie.models import Canal
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.jeune.acces import COOKIE, RequeteJeune, oublier_session, porte_du_lien, poser_session


class DemandeDeCode(FormulaireDSFR):
    """Nothing to type: what a service refuses shows above the button."""


class SaisieDuCode(FormulaireDSFR):
    code = forms.CharField(
        label="Votre code à 6 chiffres",
        max_length=12,
        error_messages={"required": "Recopiez les 6 chiffres du message."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


def adresse_masquee(canal: str, adresse: str) -> str:
    """Enough to recognise one's own number or e-mail, too little to learn another's."""
    if canal == Canal.SMS:
        return f"•• •• •• •• {afficher(adresse)[-2:]}"
    nom, _, domaine = adresse.partition("@")
    return f"{nom[:1]}•••@{domaine}"


def _contexte(requete: RequeteJeune, **reste: Any) -> dict[str, Any]:
    lien = requete.lien
    return {
        "lien": lien,
        "titre": lien.type.titre,
        "structure": requete.structure,
        "jeton": requete.jeton,
        "vers": adresse_masquee(lien.canal, lien.adresse),
        **reste,
    }


@porte_du_lien
def porte(requete: RequeteJeune) -> HttpResponseBase:
    """Says whose page it is and where the code will go. A GET sends nothing: messaging programs read links ahead."""
    lien = requete.lien
    if session_valable(lien, requete.COOKIES.get(COOKIE, "")):
        return HttpResponseRedirect(reverse(f"web:{lien.type.vue}", args=[requete.jeton]))
    formulaire = DemandeDeCode(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and formulaire.is_valid():
        if formulaire.accepte(envoyer_code, lien):
            return HttpResponseRedirect(reverse("web:jeune_code", args=[requete.jeton]))
        if code_attendu(lien):  # the one that just left opens the page: its field stays
            return _page(requete, "code", SaisieDuCode(), attendre=formulaire.non_field_errors())
    return _page(requete, "porte", formulaire)


@porte_du_lien
def code(requete: RequeteJeune) -> HttpResponseBase:
    """The code, then the page that the link is for."""
    formulaire = SaisieDuCode(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and formulaire.is_valid():
        ouverture = verifier_code(requete.lien, formulaire.cleaned_data["code"])
        if ouverture.session:
            reponse = HttpResponseRedirect(reverse(f"web:{requete.lien.type.vue}", args=[requete.jeton]))
            poser_session(reponse, requete.jeton, ouverture.session)
            return reponse
        formulaire.add_error("code", ouverture.refus)
    return _page(requete, "code", formulaire)


def _page(requete: RequeteJeune, nom: str, formulaire: FormulaireDSFR, *, attendre: Any = ()) -> HttpResponse:
    statut = 422 if attendre or (formulaire.is_bound and formulaire.errors) else 200
    contexte = _contexte(requete, form=formulaire, attendre=attendre)
    return render(requete, f"web/jeune/{nom}.html", contexte, status=statut)


@porte_du_lien
def quitter(requete: RequeteJeune) -> HttpResponseBase:
    """Close the page on a telephone that isn't one's own."""
    if requete.method == "POST":
        fermer_session(requete.lien)
    reponse = HttpResponseRedirect(reverse("web:jeune_porte", args=[requete.jeton]))
    oublier_session(reponse, requete.jeton)
    return reponse
