"""The agent's own account: who I am here, and where I work now."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.models import Portee
from imilo.acteurs.selectors import affectations_en_cours, aujourd_hui, pouvoir_de_signer
from imilo.acteurs.services import choisir_affectation
from imilo.socle.mots import la_mission_locale
from imilo.web.intergiciels import CLE_AFFECTATION
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("compte.voir")
@require_GET
def compte(requete: Requete) -> HttpResponseBase:
    """Who I am, where I am assigned, what I may sign."""
    le = aujourd_hui(requete.structure)
    pouvoirs = []
    for portee in Portee:
        pouvoir = pouvoir_de_signer(agent=requete.user, structure=requete.structure, portee=portee, le=le)
        pouvoirs.append((portee.label, pouvoir.mention if pouvoir else ""))
    contexte = {"affectations": affectations_en_cours(agent=requete.user), "pouvoirs": pouvoirs}
    return render(requete, "web/compte/compte.html", contexte)


@permission("compte.voir")
@require_POST
def changer_de_structure(requete: Requete) -> HttpResponseBase:
    """Work under another of my running affectations: its structure, its profile."""
    voulue = requete.POST.get("affectation", "")
    affectation = next((a for a in affectations_en_cours(agent=requete.user) if str(a.pk) == voulue), None)
    if affectation is None:
        raise Http404
    choisir_affectation(requete.user, affectation=affectation)
    requete.session[CLE_AFFECTATION] = affectation.pk
    messages.success(requete, f"Vous travaillez maintenant à {la_mission_locale(affectation.structure.nom)}.")
    return HttpResponseRedirect(reverse("web:racine"))
