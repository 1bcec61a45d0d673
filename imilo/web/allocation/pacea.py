"""The one-off allowance of the PACEA: ask, see what the law allows, decide, notify."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.models import Portee
from imilo.acteurs.selectors import aujourd_hui, pouvoir_de_signer
from imilo.droit.decision import depuis_json
from imilo.droit.delais import debut_du_mois
from imilo.journal.services import consulter
from imilo.parcours.allocations import selectors_pacea as selectors
from imilo.parcours.allocations.models import AllocationPacea, EtatPacea
from imilo.parcours.allocations.services import pacea as services
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.allocation.formulaires import FormulaireNotification, FormulaireVersion
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import ChampMontant, FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete

NATURES = [
    ("", "Choisir"),
    ("emploi", "Un emploi"),
    ("stage", "Un stage"),
    ("autre_allocation", "Une autre allocation"),
]
MONTANT: dict[str, Any] = {
    "max_digits": 9,
    "decimal_places": 2,
    "localize": True,
    "widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
}


class FormulairePacea(FormulaireDSFR):
    """A month, a sum, a need."""

    mois = forms.DateField(label="Pour le mois du", help_text="N'importe quel jour du mois.")
    montant = ChampMontant(label="Montant demandé (€)", min_value=0, **MONTANT)
    besoin = forms.CharField(
        label="Situation et besoin",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text="La décision s'appuie sur eux (R. 5131-8).",
    )
    suspendue = forms.BooleanField(label="Une décision suspend ou supprime cette allocation ce mois-là", required=False)

    def clean_mois(self) -> date:
        return debut_du_mois(self.cleaned_data["mois"])


class FormulaireSomme(FormulaireDSFR):
    """One sum received in the month. An empty line is none."""

    nature = forms.ChoiceField(label="Reçu pour", choices=NATURES, required=False)
    montant = ChampMontant(label="Montant reçu (€)", min_value=0, required=False, **MONTANT)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("nature") and donnees.get("montant") is None and "montant" not in self.errors:
            self.add_error("montant", "Indiquez le montant reçu.")
        if donnees.get("montant") is not None and not donnees.get("nature") and "nature" not in self.errors:
            self.add_error("nature", "Dites ce que c'est.")
        return donnees


FormulairesSommes = forms.formset_factory(FormulaireSomme, extra=2, max_num=10, absolute_max=10, validate_max=True)


class FormulaireRefus(FormulaireVersion):
    """Why the allowance is refused."""

    raison = forms.CharField(
        label="Pourquoi refuser ?",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        help_text="La personne lit ces mots dans le courrier.",
    )


def _une(requete: Requete, numero: str, cle: int) -> tuple[Dossier, AllocationPacea]:
    dossier = dossier_ou_404(requete, numero)
    allocation = selectors.allocation_pacea(dossier=dossier, cle=cle)
    if allocation is None:
        raise Http404("Aucune allocation du PACEA à cette adresse.")
    return dossier, allocation


@permission("allocation.preparer")
@require_GET
def liste(requete: Requete, numero: str) -> HttpResponseBase:
    """Requests and decisions of a dossier."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "allocation")
    contexte = {"dossier": dossier, "allocations": selectors.allocations_pacea(dossier=dossier)}
    return render(requete, "web/allocation/pacea_liste.html", contexte)


@permission("allocation.preparer")
@envoi_unique
def demander(requete: Requete, numero: str) -> HttpResponseBase:
    """Ask for the allowance of a month."""
    dossier = dossier_ou_404(requete, numero)
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulairePacea(donnees, initial={"mois": aujourd_hui(requete.structure)})
    sommes = FormulairesSommes(donnees, prefix="sommes")
    if donnees is not None and all([form.is_valid(), sommes.is_valid()]):
        recues = tuple((s["nature"], s["montant"]) for s in (f.cleaned_data for f in sommes.forms) if s.get("nature"))
        demande = services.DemandePacea(**form.cleaned_data, sommes=recues)
        faite = form.appliquer(services.preparer_pacea, requete.user, dossier, demande=demande)
        if faite is not None:
            return HttpResponseRedirect(reverse("web:pacea-allocation", args=[numero, faite.pk]))
    contexte = {"dossier": dossier, "form": form, "sommes": sommes}
    return render(requete, "web/allocation/pacea_demander.html", contexte, status=422 if donnees is not None else 200)


@permission("allocation.preparer")
@require_GET
def allocation(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """One request: what the law allows, step by step; what may be done with it."""
    dossier, une = _une(requete, numero, cle)
    consulter(requete.user, dossier, "allocation", objet=une)
    return _montrer(requete, dossier, une)


def _montrer(
    requete: Requete, dossier: Dossier, une: AllocationPacea, *, refus: FormulaireDSFR | None = None,
    remise: FormulaireDSFR | None = None,
) -> HttpResponseBase:  # fmt: skip
    le = aujourd_hui(requete.structure)
    pouvoir = pouvoir_de_signer(agent=requete.user, structure=requete.structure, portee=Portee.ALLOCATIONS, le=le)
    droit = depuis_json(une.droit)
    contexte = {
        "dossier": dossier,
        "allocation": une,
        "droit": droit,
        "effets": [depuis_json(effet) for effet in une.effets],
        "pouvoir": pouvoir,
        "attend": une.etat == EtatPacea.PREPAREE,
        "accordable": droit.resultat["montant_accordable"] is True,
        "refus": refus or FormulaireRefus(initial={"version": une.version}),
        "remise": remise or FormulaireNotification(le=le, initial={"version": une.version, "notifiee_le": le}),
    }
    statut = 422 if any(f is not None and f.is_bound for f in (refus, remise)) else 200
    return render(requete, "web/allocation/pacea.html", contexte, status=statut)


def _vers(numero: str, cle: int) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:pacea-allocation", args=[numero, cle]))


@permission("allocation.decider")
@require_POST
@envoi_unique
def accorder(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """Grant what is asked, if the law allows it."""
    _, une = _une(requete, numero, cle)
    form = FormulaireVersion(requete.POST)
    if form.is_valid():
        try:
            services.decider_pacea(requete.user, une, version=form.cleaned_data["version"], accorder=True)
            messages.success(requete, "L'allocation est accordée et son courrier est prêt.")
        except (NonHabilite, RegleViolee) as refus:
            messages.error(requete, str(refus))
    return _vers(numero, cle)


@permission("allocation.decider")
@require_POST
@envoi_unique
def refuser(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """Refuse, with a reason."""
    dossier, une = _une(requete, numero, cle)
    form = FormulaireRefus(requete.POST)
    if form.is_valid():
        try:
            if form.accepte(services.decider_pacea, requete.user, une, accorder=False, **form.cleaned_data):
                messages.success(requete, "Le refus est décidé et son courrier est prêt.")
                return _vers(numero, cle)
        except NonHabilite as refus:
            form.refuser(RegleViolee(str(refus)))
    return _montrer(requete, dossier, une, refus=form)


@permission("allocation.preparer")
@require_POST
@envoi_unique
def abandonner(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """Drop a request."""
    _, une = _une(requete, numero, cle)
    form = FormulaireVersion(requete.POST)
    if form.is_valid() and form.accepte(services.abandonner_pacea, requete.user, une, **form.cleaned_data):
        messages.success(requete, "La demande est abandonnée.")
    return HttpResponseRedirect(reverse("web:pacea-allocations", args=[numero]))


@permission("allocation.preparer")
@require_POST
@envoi_unique
def notifier(requete: Requete, numero: str, cle: int) -> HttpResponseBase:
    """Note the day the letter was received."""
    dossier, une = _une(requete, numero, cle)
    form = FormulaireNotification(requete.POST, le=aujourd_hui(requete.structure))
    if form.is_valid() and form.accepte(services.notifier_pacea, requete.user, une, **form.cleaned_data):
        messages.success(requete, "La notification est enregistrée.")
        return _vers(numero, cle)
    return _montrer(requete, dossier, une, remise=form)
