"""Restricting a dossier to named people, by the direction: the list, the decision, its change, its end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.acces import restrictions as services
from imilo.parcours.acces.models import Restriction
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.web.acces.formulaires import FormulaireRestriction
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("restriction.gerer")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Every restriction that wasn't lifted: to whom, until when. The name shows only to who may open the dossier."""
    lignes = list(services.restrictions(structure=requete.structure))
    noms = {a.pk: str(a) for a in Agent.objects.filter(pk__in={n for r in lignes for n in r.agents})}
    ouverts = dossiers_visibles(agent=requete.user, structure=requete.structure).select_related("jeune")
    dossiers = ouverts.in_bulk([r.dossier_id for r in lignes])
    le = aujourd_hui(requete.structure)
    contexte = {
        "le": le,
        "lignes": [
            (r, r.en_cours(le=le), dossiers.get(r.dossier_id), [noms.get(n, f"agent n° {n}") for n in r.agents])
            for r in lignes
        ],
    }
    return render(requete, "web/acces/restrictions.html", contexte)


@permission("restriction.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def poser(requete: Requete, numero: str) -> HttpResponseBase:
    """Restrict a dossier that I may open."""
    dossier = dossier_ou_404(requete, numero)
    initial = {"agents": [dossier.referent_id] if dossier.referent_id else []}
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireRestriction(donnees, structure=requete.structure, initial=initial)
    if requete.method == "POST" and form.is_valid():
        fait = form.appliquer(services.restreindre, requete.user, dossier, **form.decision())
        if fait is not None:
            messages.success(requete, f"Le dossier {dossier} est restreint jusqu'au {fait.au:%d/%m/%Y}.")
            return HttpResponseRedirect(reverse("web:restrictions"))
    contexte = {"form": form, "dossier": dossier}
    return render(requete, "web/acces/restriction.html", contexte, status=422 if form.errors else 200)


def _restriction(requete: Requete, restriction_id: int) -> Restriction:
    en_vigueur = Restriction.objects.filter(structure=requete.structure, levee_le__isnull=True)
    return get_object_or_404(en_vigueur, pk=min(restriction_id, 2**62))


@permission("restriction.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def modifier(requete: Requete, restriction_id: int) -> HttpResponseBase:
    """Change who is named, why, until when: also for who isn't named."""
    restriction = _restriction(requete, restriction_id)
    champs = ("agents", "motif", "precision", "au")
    initial = {champ: getattr(restriction, champ) for champ in champs}
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireRestriction(donnees, structure=requete.structure, initial=initial)
    if requete.method == "POST" and form.is_valid():
        fait = form.appliquer(services.modifier_restriction, requete.user, restriction, **form.decision())
        if fait is not None:
            messages.success(requete, "La restriction est modifiée.")
            return HttpResponseRedirect(reverse("web:restrictions"))
    contexte = {"form": form, "restriction": restriction}
    return render(requete, "web/acces/restriction.html", contexte, status=422 if form.errors else 200)


@permission("restriction.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def lever(requete: Requete, restriction_id: int) -> HttpResponseBase:
    """End a restriction: the dossier is again everybody's in the structure."""
    restriction = _restriction(requete, restriction_id)
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid() and form.accepte(services.lever, requete.user, restriction):
        messages.success(requete, "La restriction est levée.")
        return HttpResponseRedirect(reverse("web:restrictions"))
    contexte = {"form": form, "restriction": restriction, "retour": reverse("web:restrictions")}
    return render(requete, "web/acces/restriction_fin.html", contexte, status=422 if form.errors else 200)
