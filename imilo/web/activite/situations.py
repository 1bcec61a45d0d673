"""Situations that count as activity: those that an operator sent, corrected; those without weekly hours, completed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from imilo.journal.services import consulter
from imilo.parcours.activites import selectors, services
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.dossiers.services.situations import modifier_situation
from imilo.web.activite.dossier import page
from imilo.web.activite.formulaires import FormulaireHeures, FormulaireSituationRecue
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("activite.examiner")
@envoi_unique
def recue(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """What an operator sent, each correction with its reason, and the form that corrects it."""
    dossier = dossier_ou_404(requete, numero)
    situation = selectors.situation_recue(dossier=dossier, cle=cle)
    if situation is None:
        raise Http404("Aucune situation reçue à cette adresse.")
    form = FormulaireSituationRecue(requete.POST if requete.method == "POST" else None, situation=situation)
    change = None
    if requete.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        ecrite, change = enregistrer_version(
            form,
            situation,
            lambda: services.corriger_situation(requete.user, situation, version=version, saisie=form.saisie()),
        )
        if ecrite is not None:
            messages.success(requete, "La situation est corrigée : ses heures suivent.")
            return HttpResponseRedirect(reverse("web:activites", args=[numero]) + f"?semaine={ecrite.fin:%Y-%m-%d}")
    if requete.method == "GET":
        consulter(requete.user, dossier, "activite", objet=situation)
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    etats = selectors.etats_de_la_situation(situation)
    contexte = {"dossier": dossier, "objet": situation, "etats": etats, "form": form, "change": change}
    return render(requete, "web/activite/recue.html", contexte, status=statut)


@permission("situation.saisir")
@require_POST
@envoi_unique
def heures(requete: Requete, numero: str, situation_id: int) -> HttpResponseBase:
    """Say how many hours a week a situation asks, from its line on the page of activities."""
    dossier = dossier_ou_404(requete, numero)
    situation = suivi.situation(dossier=dossier, situation_id=situation_id)
    if situation is None:
        raise Http404("Aucune situation à cette adresse.")
    situation.dossier = dossier
    form = FormulaireHeures(requete.POST, situation=situation)
    if form.is_valid() and form.accepte(
        modifier_situation, requete.user, situation, version=form.cleaned_data["version"], saisie=form.saisie()
    ):
        messages.success(requete, "Les heures sont précisées : elles comptent.")
        return HttpResponseRedirect(reverse("web:activites", args=[numero]))
    return page(requete, dossier, form)
