"""The page where the person reads their assessment, and says what they think of it."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.parcours.diagnostics.models import Diagnostic
from imilo.parcours.diagnostics.selectors import dernier_diagnostic, diagnostics_complets
from imilo.parcours.diagnostics.services import commenter
from imilo.parcours.liens.services import utiliser
from imilo.web.diagnostic.formulaires import FormulaireCommentaire
from imilo.web.diagnostic.lecture import pour_vous
from imilo.web.jeune.acces import RequeteJeune, page_du_lien


def _plus_recent(diagnostic: Diagnostic) -> Diagnostic | None:
    """The assessment that has replaced this one, if any."""
    dernier = dernier_diagnostic(dossier=diagnostic.dossier)
    return dernier if dernier != diagnostic else None


@page_du_lien("diagnostic")
def lire(requete: RequeteJeune) -> HttpResponseBase:
    """The assessment that the link was sent for, in plain words, and what was already said of it."""
    diagnostic = diagnostics_complets(dossier=requete.dossier).filter(pk=requete.lien.objet_id or 0).first()
    if diagnostic is None:
        raise Http404("Ce diagnostic n'existe plus.")
    form = FormulaireCommentaire(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid():
        ecrit = form.appliquer(
            commenter,
            diagnostic,
            acteur=requete.lien.acteur,
            representant=requete.lien.destinataire_nom,
            lien_id=requete.lien.pk,
            **form.cleaned_data,
        )
        if ecrit is not None:
            utiliser(requete.lien)
            return HttpResponseRedirect(reverse("web:jeune_diagnostic", args=[requete.jeton]) + "?merci")
    contexte = {
        "structure": requete.structure,
        "jeton": requete.jeton,
        "lien": requete.lien,
        "jeune": requete.dossier.jeune,
        "d": diagnostic,
        "plus_recent": _plus_recent(diagnostic),
        "dit": pour_vous(diagnostic),
        "commentaires": list(diagnostic.commentaires.all()),
        "form": form,
        "merci": "merci" in requete.GET and not form.is_bound,
    }
    return render(requete, "web/diagnostic/jeune.html", contexte, status=422 if form.errors else 200)
