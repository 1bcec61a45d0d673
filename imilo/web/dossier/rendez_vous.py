"""Appointments of a dossier: take, open, move, cancel, note whether the person came."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from imilo.acteurs import politique
from imilo.journal.services import consulter
from imilo.parcours.agenda import selectors as agenda
from imilo.parcours.agenda import services
from imilo.parcours.agenda.models import RendezVous, StatutRendezVous
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import RegleViolee
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.formulaires import FormulaireCreneau, FormulaireVersion
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

DEPUIS = "depuis"  # where the page was reached from: only our own "journee" is followed


def _rendez_vous(dossier: Dossier, cle: int) -> RendezVous:
    trouve = agenda.rendez_vous(dossier=dossier, rendez_vous_id=cle)
    if trouve is None:
        raise Http404
    trouve.dossier = dossier
    return trouve


def _retour(requete: Requete, dossier: Dossier) -> HttpResponseRedirect:
    if requete.POST.get(DEPUIS) == "journee":
        return HttpResponseRedirect(reverse("web:journee"))
    return HttpResponseRedirect(reverse("web:dossier", args=[str(dossier)]))


@permission("agenda.gerer")
@envoi_unique
def nouveau(requete: Requete, numero: str) -> HttpResponseBase:
    dossier = dossier_ou_404(requete, numero)
    donnees = requete.POST if requete.method == "POST" else None
    # Reception usually takes appointments for the référent.
    avec = (
        dossier.referent
        if dossier.referent and "agenda.gerer" and requete.affectation.profil == "accueil"
        else requete.user
    )
    form = FormulaireCreneau(donnees, structure=requete.structure, agent=avec)
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(services.prendre_rendez_vous, requete.user, dossier, creneau=form.creneau())
    ):
        messages.success(requete, "Le rendez-vous est pris.")
        return _retour(requete, dossier)
    statut = 422 if form.is_bound and form.errors else 200
    return render(requete, "web/dossier/rendez_vous_form.html", {"dossier": dossier, "form": form}, status=statut)


@permission("agenda.gerer")
@require_GET
def ouvrir(requete: Requete, numero: str, rendez_vous_id: int) -> HttpResponseBase:
    """One appointment, and what can be done with it."""
    dossier = dossier_ou_404(requete, numero)
    rdv = _rendez_vous(dossier, rendez_vous_id)
    consulter(requete.user, dossier, "dossier", objet=rdv)
    contexte = {
        "dossier": dossier,
        "rdv": rdv,
        "planifie": rdv.statut == StatutRendezVous.PLANIFIE,
        "commence": rdv.debut.astimezone(requete.structure.zone).date() <= timezone.localdate(),
        "note": rdv.statut in (StatutRendezVous.PRESENT, StatutRendezVous.ABSENT),
    }
    return render(requete, "web/dossier/rendez_vous.html", contexte)


@permission("agenda.gerer")
@envoi_unique
def deplacer(requete: Requete, numero: str, rendez_vous_id: int) -> HttpResponseBase:
    dossier = dossier_ou_404(requete, numero)
    rdv = _rendez_vous(dossier, rendez_vous_id)
    donnees = requete.POST if requete.method == "POST" else None
    lisible = politique.vu(requete.affectation.profil, "objets_rendez_vous")
    form = FormulaireCreneau(donnees, structure=requete.structure, agent=requete.user, rdv=rdv, objet_lisible=lisible)
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(
            services.deplacer, requete.user, rdv, version=form.cleaned_data["version"] or 0, creneau=form.creneau()
        )
    ):
        messages.success(requete, "Le rendez-vous est déplacé.")
        return _retour(requete, dossier)
    statut = 422 if form.is_bound and form.errors else 200
    contexte = {"dossier": dossier, "form": form, "rdv": rdv}
    return render(requete, "web/dossier/rendez_vous_form.html", contexte, status=statut)


@permission("agenda.gerer")
@envoi_unique
def annuler(requete: Requete, numero: str, rendez_vous_id: int) -> HttpResponseBase:
    """Ask, then cancel: it can't be undone."""
    dossier = dossier_ou_404(requete, numero)
    rdv = _rendez_vous(dossier, rendez_vous_id)
    form = FormulaireVersion(requete.POST if requete.method == "POST" else None, initial={"version": rdv.version})
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(services.annuler, requete.user, rdv, version=form.cleaned_data["version"])
    ):
        messages.success(requete, "Le rendez-vous est annulé.")
        return _retour(requete, dossier)
    statut = 422 if form.is_bound and form.errors else 200
    contexte = {
        "dossier": dossier,
        "rdv": rdv,
        "form": form,
        "action": requete.path,
        "bouton": "Annuler le rendez-vous",
        "retour": reverse("web:rendez-vous", args=[str(dossier), rdv.pk]),
    }
    return render(requete, "web/dossier/rendez_vous_annuler.html", contexte, status=statut)


@permission("agenda.gerer")
@envoi_unique
def presence(requete: Requete, numero: str, rendez_vous_id: int) -> HttpResponseBase:
    """Note that the person came, or didn't. From there, the act is one click away."""
    dossier = dossier_ou_404(requete, numero)
    rdv = _rendez_vous(dossier, rendez_vous_id)
    page = HttpResponseRedirect(reverse("web:rendez-vous", args=[str(dossier), rdv.pk]))
    if requete.method != "POST":
        return page
    form = FormulaireVersion(requete.POST)
    if not form.is_valid():
        return page
    present = requete.POST.get("present") == "oui"
    try:
        services.noter_presence(requete.user, rdv, version=form.cleaned_data["version"], present=present)
    except RegleViolee as erreur:
        messages.error(requete, erreur.message)
        return page
    messages.success(requete, "La présence est notée." if present else "L'absence est notée.")
    return _retour(requete, dossier)
