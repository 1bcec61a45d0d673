"""Accesses of the structure's agents: the work of the RGC."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from imilo.acteurs import second_facteur
from imilo.acteurs.models import Affectation, Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.acteurs.services import clore_affectation, creer_agent, ouvrir_affectation
from imilo.droit import francais
from imilo.socle.erreurs import RegleViolee
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.structure.formulaires import FormulaireAcces, FormulaireFin


def _retour() -> HttpResponseBase:
    return HttpResponseRedirect(reverse("web:structure"))


@permission("habilitation.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def ouvrir(requete: Requete) -> HttpResponseBase:
    """Give an access: to somebody new, or to somebody that another structure already declared."""
    form = FormulaireAcces(requete.POST if requete.method == "POST" else None, structure=requete.structure)
    if requete.method == "POST" and form.is_valid() and form.accepte(_ouvrir, requete, form):
        nom = f"{form.cleaned_data['prenom']} {form.cleaned_data['nom']}"
        messages.success(requete, f"L'accès {francais.de(nom)} est ouvert.")
        return _retour()
    return render(requete, "web/structure/acces.html", {"form": form}, status=422 if form.errors else 200)


def _ouvrir(requete: Requete, form: FormulaireAcces) -> Affectation:
    saisi, le = form.cleaned_data, aujourd_hui(requete.structure)
    vise = Agent.objects.filter(courriel__iexact=saisi["courriel"]).first()
    if vise is None:
        vise = creer_agent(
            requete.user,
            structure=requete.structure,
            courriel=saisi["courriel"],
            nom=saisi["nom"],
            prenom=saisi["prenom"],
            le=le,
        )
    elif vise.nom.casefold() != saisi["nom"].casefold():
        raise RegleViolee("Ce courriel est celui d'une autre personne : vérifiez le nom.", champ="courriel")
    return ouvrir_affectation(
        requete.user,
        vise=vise,
        structure=requete.structure,
        profil=saisi["profil"],
        site=saisi["site"],
        du=saisi["du"],
        au=saisi["au"],
        representant_legal=saisi["representant_legal"],
        le=le,
    )


@permission("habilitation.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def terminer(requete: Requete, affectation_id: int) -> HttpResponseBase:
    """End an access on a day."""
    affectation = _affectation(requete, affectation_id)
    form = FormulaireFin(requete.POST if requete.method == "POST" else None, structure=requete.structure)
    if requete.method == "POST" and form.is_valid():
        fait = form.accepte(
            clore_affectation,
            requete.user,
            affectation=affectation,
            au=form.cleaned_data["au"],
            le=aujourd_hui(requete.structure),
        )
        if fait:
            jour = form.cleaned_data["au"].strftime("%d/%m/%Y")
            messages.success(requete, f"L'accès {francais.de(str(affectation.agent))} se termine le {jour}.")
            return _retour()
    return _confirmer(requete, form, affectation, "web/structure/fin.html")


@permission("habilitation.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def retirer_second_facteur(requete: Requete, affectation_id: int) -> HttpResponseBase:
    """Forget a lost telephone: the agent enrols another one at the next sign-in."""
    affectation = _affectation(requete, affectation_id)
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    vise = affectation.agent
    recu = requete.method == "POST" and form.is_valid()
    if recu and form.accepte(second_facteur.retirer, requete.user, vise=vise, structure=requete.structure):
        messages.success(requete, f"Le second facteur de {vise} est retiré.")
        return _retour()
    return _confirmer(requete, form, affectation, "web/structure/second_facteur.html")


def _affectation(requete: Requete, affectation_id: int) -> Affectation:
    affectations = Affectation.objects.select_related("agent", "structure")
    return get_object_or_404(affectations, pk=affectation_id, structure=requete.structure)


def _confirmer(requete: Requete, form: FormulaireDSFR, affectation: Affectation, modele: str) -> HttpResponseBase:
    contexte = {"form": form, "affectation_visee": affectation, "retour": reverse("web:structure")}
    return render(requete, modele, contexte, status=422 if form.errors else 200)
