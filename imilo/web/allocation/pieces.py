"""The documents of the allowance: what is missing, when it came, what is paid meanwhile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_POST

from imilo.acteurs.models import Portee
from imilo.acteurs.selectors import aujourd_hui, pouvoir_de_signer
from imilo.droit.decision import depuis_json
from imilo.journal.services import consulter
from imilo.parcours.allocations import selectors, services
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.allocation.commun import Page, page_du_contrat
from imilo.web.allocation.formulaires import FormulaireVersion
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete

REPONSES = {"oui": True, "non": False}


class FormulairePieces(FormulaireDSFR):
    """What is missing, and whether the right shows without it."""

    manquantes = forms.CharField(
        label="Ce qui manque",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Par exemple : avis d'imposition des parents, attestation d'hébergement.",
    )
    eligibilite = forms.ChoiceField(
        label="Sans ces pièces, la personne montre-t-elle qu'elle a droit à l'allocation ?",
        choices=[("", "Pas encore examiné"), ("oui", "Oui"), ("non", "Non")],
        required=False,
        help_text="Si oui, l'allocation peut être versée à titre conservatoire (R. 5131-25 II).",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class FormulaireReception(FormulaireVersion):
    """The day the last document was received."""

    recues_le = forms.DateField(label="Tout est reçu depuis le")


def _adresse(page: Page) -> str:
    return page.adresse("allocation-pieces")


@permission("allocation.preparer")
@envoi_unique
def pieces(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """What is missing and what comes of it; posted, what is missing now."""
    page = page_du_contrat(requete, numero, contrat_id)
    attendues = selectors.pieces_attendues(contrat=page.contrat)
    initiales: dict[str, Any] = {}
    if attendues is not None:
        reponse = {True: "oui", False: "non", None: ""}[attendues.eligibilite_demontree]
        initiales = {"manquantes": attendues.manquantes, "eligibilite": reponse, "version": attendues.version}
    form = FormulairePieces(requete.POST if requete.method == "POST" else None, initial=initiales)
    if requete.method == "POST" and form.is_valid():
        d = form.cleaned_data
        saisies = services.PiecesSaisies(d["manquantes"], REPONSES.get(d["eligibilite"]))
        if form.accepte(services.demander_pieces, requete.user, page.contrat, saisies=saisies, version=d["version"]):
            messages.success(requete, "C'est noté : rien ne se décide pour ce contrat avant leur réception.")
            return HttpResponseRedirect(_adresse(page))
    if requete.method == "GET":
        consulter(requete.user, page.dossier, "allocation", objet=page.contrat)
    return _montrer(requete, page, form=form)


def _montrer(
    requete: Requete, page: Page, *, form: FormulaireDSFR | None = None, reception: FormulaireDSFR | None = None
) -> HttpResponseBase:
    le = aujourd_hui(requete.structure)
    attendues = selectors.pieces_attendues(contrat=page.contrat)
    pouvoir = pouvoir_de_signer(agent=requete.user, structure=requete.structure, portee=Portee.ALLOCATIONS, le=le)
    contexte = page.contexte(
        attendues=attendues,
        explication=depuis_json(attendues.decision) if attendues else None,
        form=form or FormulairePieces(),
        reception=reception
        or FormulaireReception(initial={"version": attendues.version if attendues else 0, "recues_le": le}),
        pouvoir=pouvoir,
        le=le,
    )
    statut = 422 if any(f is not None and f.is_bound for f in (form, reception)) else 200
    return render(requete, "web/allocation/pieces.html", contexte, status=statut)


@permission("allocation.preparer")
@require_POST
@envoi_unique
def recevoir(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Note that the file is whole."""
    page = page_du_contrat(requete, numero, contrat_id)
    attendues = selectors.pieces_attendues(contrat=page.contrat)
    form = FormulaireReception(requete.POST)
    if attendues is None:
        return HttpResponseRedirect(_adresse(page))
    if form.is_valid() and form.accepte(services.recevoir_pieces, requete.user, attendues, **form.cleaned_data):
        messages.success(requete, "Les pièces sont reçues : les mois qui attendaient peuvent être décidés.")
        return HttpResponseRedirect(_adresse(page))
    return _montrer(requete, page, reception=form)


@permission("allocation.decider")
@require_POST
@envoi_unique
def conservatoire(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Decide to pay while documents are awaited."""
    page = page_du_contrat(requete, numero, contrat_id)
    attendues = selectors.pieces_attendues(contrat=page.contrat)
    form = FormulaireVersion(requete.POST)
    if attendues is not None and form.is_valid():
        try:
            services.decider_conservatoire(requete.user, attendues, version=form.cleaned_data["version"])
            messages.success(requete, "Le versement conservatoire est décidé.")
        except (NonHabilite, RegleViolee) as refus:
            messages.error(requete, str(refus))
    return HttpResponseRedirect(_adresse(page))
