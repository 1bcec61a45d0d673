"""The shared assessment."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.diagnostics import selectors
from imilo.parcours.diagnostics.models import Diagnostic, Valeur
from imilo.parcours.diagnostics.services import etablir_diagnostic
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.web.contrat.formulaires import FormulaireDiagnostic
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _themes(diagnostic: Diagnostic) -> list[tuple[str, str, str]]:
    """(theme, finding, words) of what was explored."""
    explores = (t for t in diagnostic.themes.all() if t.valeur != Valeur.NON_EXPLORE)
    return [(libelle(Liste.THEME_DEMANDE, t.theme), t.get_valeur_display(), t.texte) for t in explores]


@permission("diagnostic.saisir")
@envoi_unique
def etablir(requete: Requete, numero: str) -> HttpResponseBase:
    """Assessments of the dossier, and a new one that starts from the last."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "diagnostic")
    tous = selectors.diagnostics(dossier=dossier)
    form = FormulaireDiagnostic(
        requete.POST if requete.method == "POST" else None,
        le=aujourd_hui(requete.structure),
        precedent=tous[0] if tous else None,
    )
    if requete.method == "POST" and form.is_valid():
        diagnostic = form.appliquer(etablir_diagnostic, requete.user, dossier, **form.arguments())
        if diagnostic is not None:
            messages.success(requete, "Le diagnostic est enregistré.")
            return HttpResponseRedirect(reverse("web:diagnostic", args=[str(dossier)]))
    contexte = {
        "dossier": dossier,
        "form": form,
        "diagnostics": [(d, _themes(d)) for d in tous],
        "ouvrir": form.is_bound or not tous,
    }
    return render(requete, "web/contrat/diagnostic.html", contexte, status=422 if form.errors else 200)
