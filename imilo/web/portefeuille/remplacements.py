"""Who replaces whom, and between which days."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.portefeuilles import selectors
from imilo.parcours.portefeuilles.services.remplacements import GERER, arreter_remplacement, prevoir_remplacement
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.portefeuille.formulaires import FormulaireRemplacement
from imilo.web.requete import Requete

PAR_PAGE = 50


@permission("dossier.suivre")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """The replacements of the structure: those that run or come, then the others."""
    page = Paginator(selectors.remplacements(structure=requete.structure), PAR_PAGE).get_page(requete.GET.get("page"))
    contexte = {
        "page": page,
        "le": aujourd_hui(requete.structure),
        "gere": peut(requete.affectation.profil, GERER),
    }
    return render(requete, "web/portefeuille/remplacements.html", contexte)


@permission("dossier.suivre")
@envoi_unique
def nouveau(requete: Requete) -> HttpResponseBase:
    """Plan a replacement: one's own, or anybody's for who answers for the structure."""
    le = aujourd_hui(requete.structure)
    equipe = agents_qui_peuvent("dossier.suivre", structure=requete.structure, le=le)
    form = FormulaireRemplacement(
        requete.POST if requete.method == "POST" else None,
        equipe=equipe,
        initial={"remplace": requete.user.pk, "du": le},
    )
    retour = reverse("web:remplacements")
    if requete.method == "POST" and form.is_valid():
        prevu = form.appliquer(prevoir_remplacement, requete.user, structure=requete.structure, **form.cleaned_data)
        if prevu is not None:
            messages.success(
                requete, f"{prevu.remplacant} remplace {prevu.remplace} du {prevu.du:%d/%m/%Y} au {prevu.au:%d/%m/%Y}."
            )
            return HttpResponseRedirect(retour)
    code = 422 if form.is_bound and form.errors else 200
    return render(requete, "web/portefeuille/remplacement_form.html", {"form": form, "retour": retour}, status=code)


@permission("dossier.suivre")
@envoi_unique
def arreter(requete: Requete, remplacement_id: int) -> HttpResponseBase:
    """End a replacement before its day, after a question."""
    prevu = selectors.remplacement(structure=requete.structure, remplacement_id=remplacement_id)
    if prevu is None:
        raise Http404("Ce remplacement n'existe pas dans votre structure.")
    retour = reverse("web:remplacements")
    if requete.method == "POST":
        arreter_remplacement(requete.user, prevu)
        messages.success(requete, "Le remplacement est arrêté.")
        return HttpResponseRedirect(retour)
    contexte = {
        "remplacement": prevu,
        "le": aujourd_hui(requete.structure),
        "retour": retour,
        "bouton": "Arrêter le remplacement",
    }
    return render(requete, "web/portefeuille/remplacement_arreter.html", contexte)
