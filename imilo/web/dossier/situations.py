"""Situations of life: the list, a new one, a correction, an end."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Dossier, Situation
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.dossiers.services.situations import clore_situation, modifier_situation, saisir_situation
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.dossier.formulaires import FormulaireFinSituation, FormulaireSituation
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _retour(dossier: Dossier) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:situations", args=[str(dossier)]))


def _situation(dossier: Dossier, cle: int) -> Situation:
    trouvee = suivi.situation(dossier=dossier, situation_id=cle)
    if trouvee is None:
        raise Http404
    trouvee.dossier = dossier
    return trouvee


@permission("dossier.lire")
@require_GET
def liste(requete: Requete, numero: str) -> HttpResponseBase:
    """Every situation with its state of today; the current one is marked."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier)
    le = aujourd_hui(requete.structure)
    situations = list(suivi.situations(dossier=dossier))
    contexte = {
        "dossier": dossier,
        "lignes": [(s, s.etat(le=le)) for s in situations],
        "courante": suivi.courante(situations, le=le),
    }
    return render(requete, "web/dossier/situations.html", contexte)


@permission("situation.saisir")
@envoi_unique
def nouvelle(requete: Requete, numero: str) -> HttpResponseBase:
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireSituation(requete.POST if requete.method == "POST" else None)
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(saisir_situation, requete.user, dossier, saisie=form.saisie())
    ):
        messages.success(requete, "La situation est enregistrée.")
        return _retour(dossier)
    statut = 422 if form.is_bound and form.errors else 200
    return render(requete, "web/dossier/situation.html", {"dossier": dossier, "form": form}, status=statut)


@permission("situation.saisir")
@envoi_unique
def modifier(requete: Requete, numero: str, situation_id: int) -> HttpResponseBase:
    dossier = dossier_ou_404(requete, numero)
    situation = _situation(dossier, situation_id)
    form = FormulaireSituation(requete.POST if requete.method == "POST" else None, situation=situation)
    change = None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(
            form,
            situation,
            lambda: modifier_situation(
                requete.user, situation, version=form.cleaned_data["version"] or 0, saisie=form.saisie()
            ),
        )
        if fait is not None:
            messages.success(requete, "La situation est modifiée.")
            return _retour(dossier)
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    contexte = {"dossier": dossier, "situation": situation, "form": form, "change": change}
    return render(requete, "web/dossier/situation.html", contexte, status=statut)


@permission("situation.saisir")
@envoi_unique
def clore(requete: Requete, numero: str, situation_id: int) -> HttpResponseBase:
    """Say that a situation has ended."""
    dossier = dossier_ou_404(requete, numero)
    situation = _situation(dossier, situation_id)
    depart = {"version": situation.version, "fin": aujourd_hui(requete.structure)}
    form = FormulaireFinSituation(requete.POST if requete.method == "POST" else None, initial=depart)
    change = None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(
            form,
            situation,
            lambda: clore_situation(
                requete.user, situation, version=form.cleaned_data["version"], fin=form.cleaned_data["fin"]
            ),
        )
        if fait is not None:
            messages.success(requete, "La situation est terminée.")
            return _retour(dossier)
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    contexte = {"dossier": dossier, "situation": situation, "form": form, "change": change}
    return render(requete, "web/dossier/situation_clore.html", contexte, status=statut)
