"""One act on many dossiers: tick, look, confirm, and undo as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.models import Agent
from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.lots import actions
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.portefeuilles import selectors
from imilo.parcours.portefeuilles.models import LigneDeLot, Lot
from imilo.parcours.portefeuilles.services import lots as services
from imilo.socle.erreurs import RegleViolee
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.portefeuille.demandes import demander
from imilo.web.requete import Requete

NUMERO = re.compile(r"\A[0-9]{1,7}\Z")
VERSION = re.compile(r"\A([0-9]{1,7})\.([0-9]{1,9})\Z")
PAR_PAGE = 30
AUCUN = "Cochez d'abord les dossiers, ou choisissez toute la liste."


def choix_des_actions(requete: Requete, le: date, equipe: Sequence[Agent]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be done to many dossiers, by group: ("Référent", [("referent:12", "Confier à Awa Diallo")])."""
    groupes: dict[str, list[tuple[str, str]]] = {}
    for action in actions():
        if peut(requete.affectation.profil, action.action):
            choix = action.choix(requete.structure, le, equipe)
            groupes.setdefault(action.libelle, []).extend((f"{action.code}:{v}", libelle) for v, libelle in choix)
    return [(groupe, choix) for groupe, choix in groupes.items() if choix]


def _retour(requete: Requete) -> str:
    """The list as it was filtered."""
    return f"{reverse('web:portefeuille')}?{QueryDict(requete.POST.get('retour', '')).urlencode()}"


def numeros_choisis(requete: Requete) -> list[int]:
    """The dossiers ticked, or all those of the list; from the preview, those that it showed."""
    if requete.POST.get("quoi") == "liste":
        vue = demander(requete, QueryDict(requete.POST.get("retour", "")))
        # One more than allowed is enough to be refused.
        return list(vue.dossiers.values_list("numero", flat=True)[: services.DOSSIERS_MAX + 1])
    donnes = requete.POST.getlist("dossier") or requete.POST.get("dossiers", "").split()
    return list(dict.fromkeys(int(n) for n in donnes if NUMERO.match(n)))


@permission("dossier.suivre")
def apercu(requete: Requete) -> HttpResponseBase:
    """What would happen to each dossier, before anything does."""
    numeros = numeros_choisis(requete) if requete.method == "POST" else []
    if not numeros:
        messages.error(requete, AUCUN)
        return HttpResponseRedirect(_retour(requete))
    return _montrer(requete, numeros)


def _montrer(requete: Requete, numeros: list[int], erreur: str = "") -> HttpResponseBase:
    """The preview; without an act that can be done, the question of which one, the dossiers kept."""
    code, _, valeur = requete.POST.get("faire", "").partition(":")
    vu: services.Apercu | None = None
    try:
        vu = services.examiner(requete.user, structure=requete.structure, action=code, valeur=valeur, numeros=numeros)
    except RegleViolee as refus:
        erreur = refus.message
    contexte: dict[str, Any] = {
        "apercu": vu,
        "erreur": erreur,
        "faire": requete.POST.get("faire", ""),
        "retour": _retour(requete),
        "parametres": requete.POST.get("retour", ""),
        "numeros": " ".join(f"{n:07d}" for n in numeros[: services.DOSSIERS_MAX]),
        "nombre": len(numeros),
        "trop": len(numeros) > services.DOSSIERS_MAX,
    }
    if vu is None:
        le = aujourd_hui(requete.structure)
        equipe = list(agents_qui_peuvent("dossier.suivre", structure=requete.structure, le=le))
        contexte["actions"] = choix_des_actions(requete, le, equipe)
    else:
        contexte["versions"] = " ".join(f"{e.dossier}.{e.dossier.version}" for e in vu.retenus)
    return render(requete, "web/portefeuille/lot_apercu.html", contexte, status=422 if erreur else 200)


@permission("dossier.suivre")
@envoi_unique
def appliquer(requete: Requete) -> HttpResponseBase:
    """Do what the preview showed, and lead to the page where it can be undone."""
    lus = [VERSION.match(texte) for texte in requete.POST.get("versions", "").split()]
    versions = {int(lu[1]): int(lu[2]) for lu in lus if lu}
    code, _, valeur = requete.POST.get("faire", "").partition(":")
    if not versions:
        messages.error(requete, AUCUN)
        return HttpResponseRedirect(_retour(requete))
    try:
        lot = services.appliquer(
            requete.user, structure=requete.structure, action=code, valeur=valeur, versions=versions
        )
    except RegleViolee as refus:
        return _montrer(requete, list(versions), refus.message)
    messages.success(requete, f"{lot.libelle} : c'est fait pour {_combien(lot.faits)}.")
    suite = reverse("web:portefeuille-lot", args=[lot.pk])
    return HttpResponseRedirect(f"{suite}?{urlencode({'retour': requete.POST.get('retour', '')})}")


def _combien(nombre: int) -> str:
    return f"{nombre} dossiers" if nombre > 1 else f"{nombre} dossier"


def _lot_ou_404(requete: Requete, lot_id: int) -> Lot:
    trouve = selectors.lot(structure=requete.structure, lot_id=lot_id)
    if trouve is None:
        raise Http404("Cette action groupée n'existe pas dans votre structure.")
    return trouve


@permission("dossier.suivre")
@require_GET
def lot(requete: Requete, lot_id: int) -> HttpResponseBase:
    """What was done, dossier by dossier."""
    fait = _lot_ou_404(requete, lot_id)
    visibles = dossiers_visibles(agent=requete.user, structure=requete.structure)
    lues = LigneDeLot.objects.filter(lot=fait, dossier__in=visibles).select_related("dossier__jeune")
    lues = lues.defer("dossier__jeune__nir", "dossier__piece_numero").order_by("refus", "dossier__numero")
    contexte = {
        "lot": fait,
        "page": Paginator(lues, 300).get_page(requete.GET.get("page")),
        "retour": f"{reverse('web:portefeuille')}?{QueryDict(requete.GET.get('retour', '')).urlencode()}",
    }
    return render(requete, "web/portefeuille/lot.html", contexte)


@permission("dossier.suivre")
@require_GET
def lots(requete: Requete) -> HttpResponseBase:
    """What was done to many dossiers at once in the structure, the latest first."""
    page = Paginator(selectors.lots(structure=requete.structure), PAR_PAGE).get_page(requete.GET.get("page"))
    return render(requete, "web/portefeuille/lots.html", {"page": page})


@permission("dossier.suivre")
@envoi_unique
def annuler(requete: Requete, lot_id: int) -> HttpResponseBase:
    """Which dossiers go back, which are left and why; then do it."""
    fait = _lot_ou_404(requete, lot_id)
    if requete.method == "POST":
        try:
            annule = services.annuler(requete.user, fait)
        except RegleViolee as refus:
            messages.error(requete, refus.message)
        else:
            laisses = annule.faits - (annule.rendus or 0)
            suite = f" {_combien(laisses)} sont restés tels quels." if laisses > 1 else ""
            suite = " Un dossier est resté tel quel." if laisses == 1 else suite
            messages.success(requete, f"Action annulée pour {_combien(annule.rendus or 0)}.{suite}")
        return HttpResponseRedirect(reverse("web:portefeuille-lot", args=[fait.pk]))
    examens = [] if fait.annule_le else services.examiner_retour(requete.user, fait)
    contexte = {
        "lot": fait,
        "rendus": [e for e in examens if not e.refus],
        "laisses": [e for e in examens if e.refus],
    }
    return render(requete, "web/portefeuille/lot_annuler.html", contexte)
