"""Arrivals given together: the act, its history, and how it is undone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.arrivees import lots
from imilo.parcours.arrivees.models import Repartition
from imilo.parcours.arrivees.services import TRAITER
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.socle.erreurs import RegleViolee
from imilo.web.arrivees.formulaires import FormulaireLot
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

A_MONTRER = "repartition_faite"  # in the session: the one just done, which the list tells once
PARAMETRES = frozenset({"q", "etat", "source", "assignee", "age", "priorite", "tri", "ordre", "page"})
PAR_PAGE = 30


def suite_des_filtres(requete: Requete) -> str:
    """The filters of the list that the act came from."""
    propres = {nom: v for nom, v in QueryDict(requete.POST.get("retour", "")).items() if nom in PARAMETRES}
    return f"?{urlencode(propres)}" if propres else ""


def dire_les_fautes(requete: Requete, form: Any) -> None:
    for fautes in form.errors.values():
        for faute in fautes:
            messages.error(requete, faute)


def derniere_repartition(requete: Requete) -> Repartition | None:
    """What was just done, for the list to tell it once."""
    cle = requete.session.pop(A_MONTRER, None)
    return lots.repartitions(structure=requete.structure).filter(pk=cle).first() if cle else None


@permission(TRAITER)
@envoi_unique
def confier(requete: Requete) -> HttpResponseBase:
    """Give the arrivals that were ticked to somebody; the list then says where it is undone."""
    equipe = agents_qui_peuvent(TRAITER, structure=requete.structure, le=aujourd_hui(requete.structure))
    retour = HttpResponseRedirect(reverse("web:arrivees") + suite_des_filtres(requete))
    if requete.method != "POST":
        return retour
    form = FormulaireLot(requete.POST, equipe=equipe)
    if not form.is_valid():
        dire_les_fautes(requete, form)
        return retour
    d = form.cleaned_data
    try:
        faite = lots.confier_un_lot(requete.user, structure=requete.structure, arrivees=set(d["arrivees"]), a=d["a"])
    except RegleViolee as erreur:
        messages.error(requete, erreur.message)
        return retour
    if faite is None:
        messages.info(requete, "Rien n'a changé : ces arrivées étaient déjà ainsi.")
    else:
        requete.session[A_MONTRER] = faite.pk
    return retour


@permission(TRAITER)
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Who gave how many arrivals to whom, and when."""
    page = Paginator(lots.repartitions(structure=requete.structure), PAR_PAGE).get_page(requete.GET.get("page"))
    return render(requete, "web/arrivees/repartitions.html", {"page": page})


@permission(TRAITER)
@require_http_methods(["GET", "POST"])
@envoi_unique
def annuler(requete: Requete, repartition_id: int) -> HttpResponseBase:
    """Which arrivals go back to whom, which are left and why; then do it."""
    faite = lots.repartitions(structure=requete.structure).filter(pk=repartition_id).first()
    if faite is None:
        raise Http404
    if requete.method == "POST":
        try:
            annulee = lots.annuler_la_repartition(requete.user, faite)
        except RegleViolee as refus:
            messages.error(requete, refus.message)
        else:
            messages.success(requete, _dire(annulee))
        return HttpResponseRedirect(reverse("web:repartition", args=[faite.pk]))
    retours = [] if faite.annulee_le else lots.examiner_le_retour(requete.user, faite)
    contexte: dict[str, Any] = {
        "repartition": faite,
        "rendues": [r for r in retours if not r.refus],
        "laissees": [r for r in retours if r.refus],
    }
    return render(requete, "web/arrivees/repartition.html", contexte)


def _dire(annulee: Repartition) -> str:
    rendues = annulee.rendues or 0
    laissees = annulee.nombre - rendues
    suite = {0: "", 1: " ; 1 laissée telle quelle"}.get(laissees, f" ; {laissees} laissées telles quelles")
    return f"C'est annulé pour {rendues} arrivée{'s' if rendues > 1 else ''}{suite}."
