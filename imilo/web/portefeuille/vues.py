"""One's own views of the caseload: named searches, chosen columns."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.parcours.dossiers.selectors.portefeuille import colonnes, colonnes_montrees
from imilo.parcours.portefeuilles import selectors
from imilo.parcours.portefeuilles.models import Recherche
from imilo.parcours.portefeuilles.services.vues import (
    choisir_colonnes,
    garder_recherche,
    renommer_recherche,
    retirer_recherche,
)
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.portefeuille.demandes import demander
from imilo.web.portefeuille.formulaires import FormulaireColonnes, FormulaireRecherche
from imilo.web.requete import Requete


def _liste(parametres: str = "") -> str:
    return f"{reverse('web:portefeuille')}?{QueryDict(parametres).urlencode()}"


@permission("portefeuille.voir")
@require_GET
def recherches(requete: Requete) -> HttpResponseBase:
    """My named searches."""
    siennes = selectors.recherches(agent=requete.user, structure=requete.structure)
    contexte = {"recherches": [(r, _liste(urlencode(r.parametres))) for r in siennes]}
    return render(requete, "web/portefeuille/recherches.html", contexte)


@permission("portefeuille.voir")
@envoi_unique
def nouvelle(requete: Requete) -> HttpResponseBase:
    """Give a name to the search of the address."""
    vue = demander(requete, requete.GET)
    form = FormulaireRecherche(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid():
        nom = form.cleaned_data["nom"]
        criteres = vue.demande.criteres
        if form.accepte(garder_recherche, requete.user, structure=requete.structure, nom=nom, parametres=criteres):
            messages.success(requete, f"La recherche « {nom} » est enregistrée.")
            return HttpResponseRedirect(_liste(urlencode(criteres)))
    contexte = {
        "form": form,
        "retour": _liste(urlencode(vue.demande.parametres)),
        "nombre": vue.dossiers.count(),
        "avec_nom": bool(vue.demande.filtre.texte),
    }
    code = 422 if form.is_bound and form.errors else 200
    return render(requete, "web/portefeuille/recherche_nouvelle.html", contexte, status=code)


def _sienne_ou_404(requete: Requete, recherche_id: int) -> Recherche:
    sienne = selectors.recherche(agent=requete.user, structure=requete.structure, recherche_id=recherche_id)
    if sienne is None:
        raise Http404("Vous n'avez pas de recherche à cette adresse.")
    return sienne


@permission("portefeuille.voir")
@envoi_unique
def renommer(requete: Requete, recherche_id: int) -> HttpResponseBase:
    """Another name for one of my searches."""
    sienne = _sienne_ou_404(requete, recherche_id)
    form = FormulaireRecherche(requete.POST if requete.method == "POST" else None, initial={"nom": sienne.nom})
    retour = reverse("web:portefeuille-recherches")
    valide = requete.method == "POST" and form.is_valid()
    if valide and form.accepte(renommer_recherche, requete.user, sienne, nom=form.cleaned_data["nom"]):
        messages.success(requete, "La recherche a changé de nom.")
        return HttpResponseRedirect(retour)
    code = 422 if form.is_bound and form.errors else 200
    contexte = {"form": form, "recherche": sienne, "retour": retour}
    return render(requete, "web/portefeuille/recherche_renommer.html", contexte, status=code)


@permission("portefeuille.voir")
@envoi_unique
def supprimer(requete: Requete, recherche_id: int) -> HttpResponseBase:
    """Delete one of my searches, after a question."""
    sienne = _sienne_ou_404(requete, recherche_id)
    retour = reverse("web:portefeuille-recherches")
    if requete.method == "POST":
        retirer_recherche(requete.user, sienne)
        messages.success(requete, f"La recherche « {sienne.nom} » est supprimée.")
        return HttpResponseRedirect(retour)
    contexte = {"recherche": sienne, "retour": retour, "bouton": "Supprimer"}
    return render(requete, "web/portefeuille/recherche_supprimer.html", contexte)


@permission("portefeuille.voir")
@envoi_unique
def choix_des_colonnes(requete: Requete) -> HttpResponseBase:
    """Which columns I want to see, kept for me."""
    profil, parametres = requete.affectation.profil, requete.GET.urlencode()
    permises = colonnes(profil)
    if requete.method == "POST" and "habituelles" in requete.POST:
        choisir_colonnes(requete.user, structure=requete.structure, colonnes=())
        messages.success(requete, "Le portefeuille montre de nouveau les colonnes habituelles.")
        return HttpResponseRedirect(_liste(parametres))
    choisies = selectors.colonnes_choisies(agent=requete.user, structure=requete.structure)
    montrees = [c.code for c in colonnes_montrees(profil, choisies)]
    form = FormulaireColonnes(
        requete.POST if requete.method == "POST" else None, permises=permises, initial={"colonnes": montrees}
    )
    if requete.method == "POST" and form.is_valid():
        choisir_colonnes(requete.user, structure=requete.structure, colonnes=form.cleaned_data["colonnes"])
        messages.success(requete, "Vos colonnes sont enregistrées.")
        return HttpResponseRedirect(_liste(parametres))
    code = 422 if form.is_bound and form.errors else 200
    contexte = {"form": form, "retour": _liste(parametres)}
    return render(requete, "web/portefeuille/colonnes.html", contexte, status=code)
