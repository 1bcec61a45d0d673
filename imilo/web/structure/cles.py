"""API keys of the structure's own systems: made, shown once, revoked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from imilo.acteurs.cles_api import creer_cle, revoquer_cle
from imilo.acteurs.models import CleApi, FamilleApi
from imilo.acteurs.selectors import aujourd_hui
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete

OUVERTES = (FamilleApi.DOSSIER,)  # the families whose calls exist today
A_MONTRER = "cle_api_a_montrer"


class FormulaireCle(FormulaireDSFR):
    """Which system, which calls, until when."""

    nom = forms.CharField(label="Système qui s'en servira", max_length=100)
    famille = forms.ChoiceField(
        label="Ce que la clé permet de lire", choices=[(f.value, f.label) for f in OUVERTES], initial=OUVERTES[0]
    )
    expire_le = forms.DateField(label="Valable jusqu'au", required=False, help_text="Vide : sans fin prévue.")

    def __init__(self, *args: Any, le: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.le = le

    def clean_expire_le(self) -> Any:
        fin = self.cleaned_data["expire_le"]
        if fin is not None and fin < self.le:
            raise forms.ValidationError("Cette date est passée.")
        return fin


@permission("cle_api.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def cles(requete: Requete) -> HttpResponseBase:
    """The structure's keys, and a new one. The secret is shown on the page that follows, and never again."""
    le = aujourd_hui(requete.structure)
    form = FormulaireCle(requete.POST if requete.method == "POST" else None, le=le)
    if requete.method == "POST" and form.is_valid():
        saisi = form.cleaned_data
        faite = form.appliquer(
            creer_cle,
            requete.user,
            famille=FamilleApi(saisi["famille"]),
            nom=saisi["nom"],
            structure=requete.structure,
            expire_le=saisi["expire_le"],
        )
        if faite is not None:
            requete.session[A_MONTRER] = faite[1]
            return HttpResponseRedirect(reverse("web:structure-cles"))
    contexte = {
        "form": form,
        "cles": CleApi.objects.filter(structure=requete.structure).select_related("creee_par").order_by("-pk"),
        "secret": requete.session.pop(A_MONTRER, "") if requete.method == "GET" else "",
        "le": le,
    }
    return render(requete, "web/structure/cles.html", contexte, status=422 if form.errors else 200)


@permission("cle_api.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def revoquer(requete: Requete, cle_id: int) -> HttpResponseBase:
    """Ask, then make the key open nothing."""
    cle = get_object_or_404(CleApi, pk=cle_id, structure=requete.structure)
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    recu = requete.method == "POST" and form.is_valid()
    if recu and form.accepte(revoquer_cle, requete.user, cle=cle):
        messages.success(requete, "La clé est révoquée : elle n'ouvre plus rien.")
        return HttpResponseRedirect(reverse("web:structure-cles"))
    contexte = {"form": form, "cle": cle, "retour": reverse("web:structure-cles")}
    return render(requete, "web/structure/cle_revoquer.html", contexte)
