"""Opening a dossier of another structure for a reason, and reading it: nothing there can be written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs import politique
from imilo.acteurs.models import Structure
from imilo.acteurs.politique import Portee
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner, consulter
from imilo.parcours.acces import selectors
from imilo.parcours.acces.models import AccesMotive
from imilo.parcours.acces.reglages import reglage
from imilo.parcours.acces.services import clore_acces, ouvrir_acces
from imilo.parcours.agenda.selectors import prochain
from imilo.parcours.contrats.selectors import contrats
from imilo.parcours.dossiers import chronologie
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.dossiers.selectors.portefeuille import age_affiche
from imilo.socle.perimetre import lecture_seule, perimetre
from imilo.web.acces.formulaires import FormulaireMotif, FormulaireQui
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

ENTREES = 60  # the latest of the timeline: who receives the person reads recent news, not a life


@permission("acces.motiver")
@require_GET
def miens(requete: Requete) -> HttpResponseBase:
    """The dossiers of other structures that I may still read."""
    return render(requete, "web/acces/miens.html", {"acces": selectors.mes_acces()})


@permission("acces.motiver")
@envoi_unique
def demander(requete: Requete) -> HttpResponseBase:
    """Give the reason, and open. The line of the directory comes by POST: no name is left in an address."""
    if requete.method != "POST":
        return HttpResponseRedirect(reverse("web:accueil"))
    qui = FormulaireQui(requete.POST)
    if not qui.is_valid():
        messages.error(requete, "Choisissez d'abord la personne dans la recherche.")
        return HttpResponseRedirect(reverse("web:accueil"))
    designation = qui.designation()
    demande = "motif" in requete.POST or "envoyer" in requete.POST
    form = FormulaireMotif(requete.POST if demande else None, initial=qui.cleaned_data)
    if demande and form.is_valid():
        acces = form.appliquer(
            ouvrir_acces,
            requete.user,
            origine=requete.structure,
            designation=designation,
            motif=form.cleaned_data["motif"],
            precision=form.cleaned_data["precision"],
        )
        if acces is not None:
            return HttpResponseRedirect(reverse("web:acces-lire", args=[acces.structure_id, acces.pk]))
    contexte = {
        "form": form,
        "designation": designation,
        "chez": Structure.objects.filter(pk=designation.structure_id).first(),
        "heures": reglage("acces_motive_heures", le=aujourd_hui(requete.structure)),
    }
    return render(requete, "web/acces/demander.html", contexte, status=422 if form.errors else 200)


def _acces_ou_404(requete: Requete, structure_id: int, acces_id: int) -> AccesMotive:
    """The agent's open access, read in the holder's perimeter; else a 404 and its fact, in one's own journal."""
    if structure_id < 2**62 and acces_id < 2**62:
        acces = selectors.acces_ouvert(acces_id)
        if acces is not None and acces.structure_id == structure_id:
            return acces
    consigner(requete.user, "dossier.refuse", structure=requete.structure, numero="acces")
    raise Http404("Cet accès est terminé, ou n'est pas le vôtre.")


@permission("acces.motiver")
@require_GET
def lire(requete: Requete, structure_id: int, acces_id: int) -> HttpResponseBase:
    """The dossier as the policy shows it from elsewhere: a transaction that only reads, and that dossier alone."""
    acces = _acces_ou_404(requete, structure_id, acces_id)
    with perimetre(structure_id):
        consulter(requete.user, Dossier(pk=acces.dossier_id, structure_id=structure_id), "acces_motive", objet=acces)
    with lecture_seule(structure_id, dossier_id=acces.dossier_id):
        dossier = _dossier(acces)
        contexte = _contexte(requete.affectation.profil, dossier, aujourd_hui(acces.structure))
        return render(requete, "web/acces/lecture.html", {"acces": acces, "portee": Portee.ACCES_MOTIVE, **contexte})


def _dossier(acces: AccesMotive) -> Dossier:
    """The dossier of the access; 404 when it was restricted meanwhile: the database doesn't show it any more."""
    relies = Dossier.objects.select_related("jeune", "referent", "structure", "site", "adresse_commune")
    dossier = relies.filter(pk=acces.dossier_id).first()
    if dossier is None:
        raise Http404("Ce dossier ne s'ouvre plus d'ici : appelez la structure qui le tient.")
    return dossier


def _contexte(profil: str, dossier: Dossier, le: date) -> dict[str, Any]:
    vu: Callable[[str], bool] = partial(politique.vu, profil, portee=Portee.ACCES_MOTIVE)
    permis = partial(politique.source_vue, profil, portee=Portee.ACCES_MOTIVE)
    situations = list(suivi.situations(dossier=dossier)) if vu("situations") else []
    entrees = chronologie.entrees(dossier, permis=permis)
    return {
        "dossier": dossier,
        "jeune": dossier.jeune,
        "age": age_affiche(dossier, le),
        "situation": suivi.courante(situations, le=le),
        "prochain": prochain(dossier=dossier, depuis=timezone.now()) if vu("rendez_vous") else None,
        "propositions": list(suivi.propositions_ouvertes(dossier=dossier)) if vu("propositions") else [],
        "contrat": contrats(dossier=dossier).first() if vu("periode_contrat") else None,
        "entrees": entrees[:ENTREES],
        "autres_entrees": max(0, len(entrees) - ENTREES),
    }


@permission("acces.motiver")
@require_POST
def fermer(requete: Requete, structure_id: int, acces_id: int) -> HttpResponseBase:
    """I have read what I needed."""
    acces = _acces_ou_404(requete, structure_id, acces_id)
    with perimetre(structure_id):
        clore_acces(requete.user, acces)
    messages.success(requete, "L'accès est fermé.")
    return HttpResponseRedirect(reverse("web:acces"))
