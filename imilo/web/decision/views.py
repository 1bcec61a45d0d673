"""Screens of the decisions of the law kept in a dossier: their list, and *Pourquoi cette décision ?*."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import Http404, HttpResponseBase
from django.shortcuts import render

from imilo.acteurs.profils import peut
from imilo.droit.erreurs import ErreurDroit
from imilo.journal.services import consulter
from imilo.parcours.dossiers import decisions
from imilo.web.decision.presentation import expliquer
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _permises(requete: Requete) -> Callable[[str], bool]:
    return partial(peut, requete.affectation.profil)


@permission("dossier.lire")
def liste(requete: Requete, numero: str) -> HttpResponseBase:
    """Every stored decision that the profile may read, newest first."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "decision")
    gardees = decisions.decisions(dossier, permises=_permises(requete))
    return render(requete, "web/decision/liste.html", {"dossier": dossier, "decisions": gardees})


@permission("dossier.lire")
def pourquoi(requete: Requete, numero: str, source: str, objet: int) -> HttpResponseBase:
    """One stored decision: answer, reasons, steps, facts, scales, readings, and the same taken again now."""
    dossier = dossier_ou_404(requete, numero)
    gardee = decisions.decision(dossier, source=source, objet=objet, permises=_permises(requete))
    if gardee is None:
        raise Http404("Aucune décision à cette adresse.")
    consulter(requete.user, dossier, "decision")
    contexte = {"dossier": dossier, "gardee": gardee}
    try:
        contexte["explication"] = expliquer(gardee.ecrite)
    except ErreurDroit as erreur:
        contexte["illisible"] = erreur.message
    return render(requete, "web/decision/pourquoi.html", contexte)
