"""Delegations of signature, by the legal representative."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from imilo.acteurs.models import Delegation
from imilo.acteurs.selectors import aujourd_hui
from imilo.acteurs.services import donner_delegation, retirer_delegation
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.structure.formulaires import FormulaireDelegation


@permission("delegation.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def donner(requete: Requete) -> HttpResponseBase:
    """Delegate my signature."""
    form = FormulaireDelegation(requete.POST if requete.method == "POST" else None, structure=requete.structure)
    if requete.method == "POST" and form.is_valid():
        saisi = form.cleaned_data
        fait = form.accepte(
            donner_delegation,
            requete.user,
            structure=requete.structure,
            portee=saisi["portee"],
            a_agent=saisi["a_agent"],
            a_profil=saisi["a_profil"],
            du=saisi["du"],
            au=saisi["au"],
            le=aujourd_hui(requete.structure),
        )
        if fait:
            messages.success(requete, "La délégation de signature est enregistrée.")
            return HttpResponseRedirect(reverse("web:structure"))
    return render(requete, "web/structure/delegation.html", {"form": form}, status=422 if form.errors else 200)


@permission("delegation.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def retirer(requete: Requete, delegation_id: int) -> HttpResponseBase:
    """End a delegation today."""
    delegations = Delegation.objects.select_related("agent", "delegant", "structure")
    delegation = get_object_or_404(delegations, pk=delegation_id, structure=requete.structure)
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    le = aujourd_hui(requete.structure)
    recu = requete.method == "POST" and form.is_valid()
    if recu and form.accepte(retirer_delegation, requete.user, delegation=delegation, le=le):
        messages.success(requete, "La délégation est retirée.")
        return HttpResponseRedirect(reverse("web:structure"))
    contexte = {"form": form, "delegation": delegation, "retour": reverse("web:structure")}
    return render(requete, "web/structure/delegation_fin.html", contexte, status=422 if form.errors else 200)
