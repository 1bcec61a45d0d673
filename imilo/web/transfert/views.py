"""Transfers: the two lists, and each answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from imilo.parcours.transferts import selectors, services
from imilo.parcours.transferts.selectors import Recu
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.transfert.formulaires import FormulaireAcceptation, FormulaireRefus, FormulaireTransfert

DERNIERES = 100


@permission("transfert.gerer")
@require_GET
def liste(requete: Requete) -> HttpResponseBase:
    """Asked of us, asked by us."""
    contexte = {
        "recus": selectors.recus(),
        "demandes": selectors.demandes(structure=requete.structure)[:DERNIERES],
    }
    return render(requete, "web/transfert/liste.html", contexte)


@permission("transfert.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def demander(requete: Requete, numero: str) -> HttpResponseBase:
    """Ask another structure to take this dossier over."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireTransfert(requete.POST if requete.method == "POST" else None, dossier=dossier)
    attente = selectors.en_attente(dossier=dossier)
    if requete.method == "POST" and form.is_valid():
        fait = form.appliquer(services.demander, requete.user, dossier, demande=form.demande())
        if fait is not None:
            messages.success(requete, f"La demande est envoyée à {fait.cible.nom}.")
            return HttpResponseRedirect(reverse("web:dossier", args=[str(dossier)]))
    contexte = {"form": form, "dossier": dossier, "attente": attente}
    return render(requete, "web/transfert/demander.html", contexte, status=422 if form.errors else 200)


@permission("transfert.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def annuler(requete: Requete, transfert_id: int) -> HttpResponseBase:
    """Take a request back."""
    transfert = get_object_or_404(selectors.demandes(structure=requete.structure), pk=min(transfert_id, 2**62))
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    recu = requete.method == "POST" and form.is_valid()
    if recu and form.accepte(services.annuler_transfert, requete.user, transfert):
        messages.success(requete, "La demande de transfert est annulée.")
        return HttpResponseRedirect(reverse("web:transferts"))
    contexte = {"form": form, "transfert": transfert, "retour": reverse("web:transferts")}
    return render(requete, "web/transfert/annuler.html", contexte, status=422 if form.errors else 200)


def _recu_ou_404(transfert_id: int) -> Recu:
    recu = selectors.recu(transfert_id=transfert_id)
    if recu is None:
        raise Http404("Aucune demande de transfert de ce numéro n'attend votre réponse.")
    return recu


@permission("transfert.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def accepter(requete: Requete, transfert_id: int) -> HttpResponseBase:
    """Take the dossier over, with a référent."""
    recu = _recu_ou_404(transfert_id)
    form = FormulaireAcceptation(requete.POST if requete.method == "POST" else None, structure=requete.structure)
    if requete.method == "POST" and form.is_valid():
        fait = form.appliquer(
            services.accepter,
            requete.user,
            structure=requete.structure,
            origine_id=recu.origine_id,
            transfert_id=recu.transfert_id,
            referent=form.cleaned_data["referent"],
        )
        if fait is not None:
            dossier, passation = fait
            messages.success(requete, f"Le dossier est repris sous le numéro {dossier}.")
            return HttpResponseRedirect(reverse("web:passation", args=[str(dossier), passation.pk]))
    contexte = {"form": form, "recu": recu, "retour": reverse("web:transferts")}
    return render(requete, "web/transfert/accepter.html", contexte, status=422 if form.errors else 200)


@permission("transfert.gerer")
@require_http_methods(["GET", "POST"])
@envoi_unique
def refuser(requete: Requete, transfert_id: int) -> HttpResponseBase:
    """Say no, and why."""
    recu = _recu_ou_404(transfert_id)
    form = FormulaireRefus(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid():
        fait = form.accepte(
            services.refuser,
            requete.user,
            structure=requete.structure,
            origine_id=recu.origine_id,
            transfert_id=recu.transfert_id,
            reponse=form.cleaned_data["reponse"],
        )
        if fait:
            messages.success(requete, f"Le refus est transmis à {recu.origine_nom}.")
            return HttpResponseRedirect(reverse("web:transferts"))
    contexte = {"form": form, "recu": recu, "retour": reverse("web:transferts")}
    return render(requete, "web/transfert/refuser.html", contexte, status=422 if form.errors else 200)
