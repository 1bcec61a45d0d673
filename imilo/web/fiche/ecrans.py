"""The three shapes of an edit on the full file: write something new, correct a row, take one out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.fiche.formulaires import FormulaireRetrait
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.requete import Requete


@dataclass(frozen=True)
class Ecran:
    """The page of an edit: its template and what it shows; once done, the message and where one goes."""

    modele: str
    contexte: dict[str, Any]
    message: str
    suite: str

    def fait(self, requete: Requete) -> HttpResponseRedirect:
        messages.success(requete, self.message)
        return HttpResponseRedirect(self.suite)


def saisir(
    requete: Requete, ecran: Ecran, form: FormulaireDSFR, service: Callable[[dict[str, Any]], object]
) -> HttpResponseBase:
    """Ask, then write by `service(cleaned data)`; what a rule refuses is said at its field (422)."""
    if requete.method == "POST" and form.is_valid() and form.accepte(service, form.cleaned_data):
        return ecran.fait(requete)
    return render(requete, ecran.modele, {**ecran.contexte, "form": form}, status=422 if form.errors else 200)


def corriger(
    requete: Requete,
    ecran: Ecran,
    form: FormulaireDSFR,
    objet: Any,
    service: Callable[[int, dict[str, Any]], object],
) -> HttpResponseBase:
    """Ask, then correct `objet` by `service(version, cleaned data)`; who saved it meanwhile is told (409)."""
    change = None
    if requete.method == "POST" and form.is_valid():
        d = form.cleaned_data
        fait, change = enregistrer_version(form, objet, lambda: service(d["version"] or 0, d))
        if fait is not None:
            return ecran.fait(requete)
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    return render(requete, ecran.modele, {**ecran.contexte, "form": form, "change": change}, status=statut)


def retirer(requete: Requete, ecran: Ecran, objet: Any, service: Callable[[int], None]) -> HttpResponseBase:
    """Ask, then take `objet` out by `service(version)`; asked again when somebody changed it meanwhile (409)."""
    form = FormulaireRetrait(requete.POST if requete.method == "POST" else None, initial={"version": objet.version})

    def faire() -> bool:
        service(int(form.cleaned_data["version"]))
        return True

    if requete.method == "POST" and form.is_valid() and enregistrer_version(form, objet, faire)[0]:
        return ecran.fait(requete)
    statut = 409 if form.is_bound and form.errors else 200
    return render(requete, ecran.modele, {"retour": ecran.suite, **ecran.contexte, "form": form}, status=statut)
