"""The structure: what is known of it, who works there, who signs."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import (
    affectations_de_la_structure,
    aujourd_hui,
    delegations_de_la_structure,
    est_representant_legal,
)
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("structure.voir")
@require_GET
def structure(requete: Requete) -> HttpResponseBase:
    """One page: identity and sites, accesses that run or will, delegations of signature."""
    le = aujourd_hui(requete.structure)
    profil = requete.affectation.profil
    delegue = peut(profil, "delegation.gerer")
    contexte = {
        "le": le,
        "sites": requete.structure.sites.select_related("commune"),
        "affectations": affectations_de_la_structure(structure=requete.structure, le=le),
        "voit_delegations": delegue or peut(profil, "delegation.voir"),
        "delegations": delegations_de_la_structure(structure=requete.structure, le=le),
        "signe": delegue and est_representant_legal(agent=requete.user, structure=requete.structure, le=le),
    }
    return render(requete, "web/structure/structure.html", contexte)
