"""The status of a dossier, and its référent."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render

from imilo.acteurs.selectors import aujourd_hui
from imilo.parcours.dossiers import alertes
from imilo.parcours.dossiers.services.referents import changer_referent
from imilo.parcours.dossiers.services.statut import changer_statut
from imilo.parcours.portefeuilles.selectors import referents_successifs
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.actes import retour
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.dossier.formulaires import FormulaireReferent, FormulaireStatut
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("dossier.suivre")
@envoi_unique
def statut(requete: Requete, numero: str) -> HttpResponseBase:
    """Actif, en veille, or the end of the accompaniment with its day and motive."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireStatut(requete.POST if requete.method == "POST" else None, dossier=dossier)
    change = None
    if requete.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        fait, change = enregistrer_version(
            form,
            dossier,
            lambda: changer_statut(
                requete.user,
                dossier,
                version=donnees["version"],
                statut=donnees["statut"],
                fin_le=donnees["fin_le"],
                motif=donnees["motif"],
            ),
        )
        if fait is not None:
            messages.success(requete, f"Le dossier est maintenant : {fait.get_statut_display()}.")
            return retour(dossier)
    contexte = {
        "dossier": dossier,
        "form": form,
        "change": change,
        "obstacles": alertes.obstacles(dossier, le=aujourd_hui(requete.structure)),
    }
    code = 409 if change else 422 if form.is_bound and form.errors else 200
    return render(requete, "web/dossier/statut.html", contexte, status=code)


@permission("dossier.suivre")
@envoi_unique
def referent(requete: Requete, numero: str) -> HttpResponseBase:
    """Give the dossier to another counsellor of the structure."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireReferent(requete.POST if requete.method == "POST" else None, dossier=dossier)
    change = None
    if requete.method == "POST" and form.is_valid():
        donnees = form.cleaned_data
        fait, change = enregistrer_version(
            form,
            dossier,
            lambda: changer_referent(
                requete.user, dossier, version=donnees["version"], referent=donnees["referent"], le=donnees["le"]
            ),
        )
        if fait is not None:
            messages.success(requete, f"{donnees['referent']} est maintenant le référent de ce dossier.")
            return retour(dossier)
    code = 409 if change else 422 if form.is_bound and form.errors else 200
    successifs = list(referents_successifs(dossier=dossier))
    contexte = {"dossier": dossier, "form": form, "change": change, "successifs": successifs}
    return render(requete, "web/dossier/referent.html", contexte, status=code)
