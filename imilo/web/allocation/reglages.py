"""What the structure chooses for its allowances, and the decisions that a scale published late touches."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.journal.services import consulter
from imilo.parcours.allocations import baremes, services
from imilo.parcours.allocations.selectors import reglage
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.allocation.formulaires_mois import FormulaireReglages
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("allocation.regler")
@envoi_unique
def reglages(requete: Requete) -> HttpResponseBase:
    """Two pairs of eyes or one, and until which day resources are awaited."""
    actuel = reglage(structure=requete.structure)
    initiales = {champ: getattr(actuel, champ) for champ in ("deux_regards", "jour_limite", "rappels")}
    form = FormulaireReglages(requete.POST if requete.method == "POST" else None, initial=initiales)
    if requete.method == "POST" and form.is_valid():
        try:
            if form.accepte(services.regler, requete.user, structure=requete.structure, **form.cleaned_data):
                messages.success(requete, "Les réglages sont enregistrés.")
                return HttpResponseRedirect(reverse("web:allocations-reglages"))
        except NonHabilite as refus:
            form.refuser(RegleViolee(str(refus)))
    return render(requete, "web/allocation/reglages.html", {"form": form}, status=422 if form.is_bound else 200)


@permission("allocation.preparer")
@require_GET
def baremes_tardifs(requete: Requete) -> HttpResponseBase:
    """The decisions taken with a scale that has changed since, each with what it would give now."""
    touchees = baremes.touchees(requete.structure)
    for touchee in touchees:
        consulter(requete.user, touchee.decision.dossier, "allocation", objet=touchee.decision)
    return render(requete, "web/allocation/baremes.html", {"touchees": touchees})
