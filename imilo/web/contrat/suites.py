"""After the signature, one page for each act: prolong, suspend, take up again, assess, add a phase."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import CauseProlongation, ContratEngagement, PhasePacea, Suspension
from imilo.parcours.contrats.services import (
    ajouter_phase,
    evaluer_phase,
    noter_refus,
    prolonger_contrat,
    reprendre_les_activites,
    suspendre_contrat,
)
from imilo.parcours.contrats.services.apercus import apercu_de_la_prolongation
from imilo.parcours.contrats.services.commun import doit_representer
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.contrat.acces import contrat_ou_404
from imilo.web.contrat.formulaires_phases import FormulairePhase
from imilo.web.contrat.formulaires_suites import (
    FormulaireEvaluation,
    FormulaireProlongation,
    FormulaireRefus,
    FormulaireReprise,
    FormulaireSuspension,
)
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete

CONFIRMEE, CORRIGER = "confirmee", "corriger"  # buttons of the page that asks


def _dire(service: Callable[[], object]) -> object:
    """Whoever lacks the power to decide is told so on the form, where what was typed stays."""
    try:
        return service()
    except NonHabilite as erreur:
        raise RegleViolee(str(erreur)) from erreur


def page(
    requete: Requete,
    dossier: Dossier,
    form: FormulaireDSFR,
    objet: Any,
    service: Callable[[], object],
    *,
    titre: str,
    bouton: str,
    fait: str,
    retour: str,
    effet: Callable[[], list[tuple[str, str]]] | None = None,
    **contexte: Any,
) -> HttpResponseBase:
    """One form, one act: saved, the message `fait` on the page `retour`; refused, what was typed stays.

    With `effet`, what the act changes is shown first, line by line, and is confirmed.
    """
    change = None
    a_confirmer = effet is not None and CONFIRMEE not in requete.POST
    if requete.method == "POST" and CORRIGER not in requete.POST and form.is_valid():
        faire = effet if effet is not None and a_confirmer else service
        resultat, change = enregistrer_version(form, objet, lambda: _dire(faire))
        if resultat is not None and a_confirmer:
            contexte |= {"dossier": dossier, "form": form, "titre": titre, "effets": resultat}
            return render(requete, "web/contrat/confirmer.html", contexte)
        if resultat is not None:
            messages.success(requete, fait)
            return HttpResponseRedirect(retour)
    contexte |= {
        "dossier": dossier,
        "form": form,
        "change": change,
        "titre": titre,
        "bouton": bouton,
        "retour": retour,
    }
    statut = 409 if change else 422 if form.errors and CORRIGER not in requete.POST else 200
    return render(requete, "web/contrat/suite.html", contexte, status=statut)


def adresse(contrat: ContratEngagement) -> str:
    return reverse("web:contrat", args=[str(contrat.dossier), contrat.pk])


def _donnees(requete: Requete) -> Any:
    return requete.POST if requete.method == "POST" else None


def _signe(requete: Requete, contrat: ContratEngagement) -> HttpResponseBase | None:
    """Where to go when the contract isn't a signed one."""
    if contrat.etat == Etat.SIGNE:
        return None
    messages.info(requete, "Cela se fait sur un contrat signé, qui court encore.")
    return HttpResponseRedirect(adresse(contrat))


@permission("contrat.preparer")
@envoi_unique
def prolonger(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Prolong a CEJ or a PACEA."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if (ailleurs := _signe(requete, contrat)) is not None:
        return ailleurs
    form = FormulaireProlongation(_donnees(requete), contrat=contrat)
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: prolonger_contrat(requete.user, contrat, version=form.cleaned_data["version"], saisie=form.saisie()),
        effet=lambda: _effet_de_la_prolongation(requete, contrat, form),
        titre=f"Prolonger le {contrat.sigle}",
        bouton="Prolonger",
        fait="Le contrat est prolongé. Sa lettre est dans le dossier.",
        retour=adresse(contrat),
        contrat=contrat,
    )


def _effet_de_la_prolongation(
    requete: Requete, contrat: ContratEngagement, form: FormulaireProlongation
) -> list[tuple[str, str]]:
    saisie = form.saisie()
    avant, apres = apercu_de_la_prolongation(requete.user, contrat, version=form.cleaned_data["version"], saisie=saisie)
    dits = [
        ("Dernier jour aujourd'hui", francais.jour(avant)),
        ("Nouveau dernier jour", francais.jour(apres)),
        ("Ce qui prolonge le contrat", CauseProlongation(saisie.cause).label),
        ("Pourquoi", saisie.motif),
    ]
    return [dit for dit in dits if dit[1]]


@permission("contrat.preparer")
@envoi_unique
def suspendre(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Suspend the activities of a contract."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if (ailleurs := _signe(requete, contrat)) is not None:
        return ailleurs
    depart = {"version": contrat.version, "debut": aujourd_hui(requete.structure)}
    form = FormulaireSuspension(_donnees(requete), initial=depart)
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: suspendre_contrat(requete.user, contrat, **form.cleaned_data),
        titre="Suspendre les activités du contrat",
        bouton="Suspendre",
        fait="Les activités sont suspendues, et la lettre est dans le dossier. La fin du contrat ne change pas.",
        retour=adresse(contrat),
        contrat=contrat,
        aide="Pendant ces jours, aucune heure d'activité n'est attendue. Le contrat finit le même jour, et une "
        "sanction se décide ailleurs.",
    )


@permission("contrat.preparer")
@envoi_unique
def reprendre(requete: Requete, numero: str, contrat_id: int, suspension_id: int) -> HttpResponseBase:
    """End a suspension."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    suspension = Suspension.objects.filter(contrat=contrat, pk=suspension_id).first()
    if suspension is None:
        raise Http404
    suspension.contrat = contrat
    depart = {"version": suspension.version, "fin": aujourd_hui(requete.structure)}
    form = FormulaireReprise(_donnees(requete), initial=depart)
    return page(
        requete,
        dossier,
        form,
        suspension,
        lambda: reprendre_les_activites(requete.user, suspension, **form.cleaned_data),
        titre="Reprendre les activités du contrat",
        bouton="Enregistrer la reprise",
        fait="La reprise est enregistrée, et sa lettre est dans le dossier.",
        retour=adresse(contrat),
        contrat=contrat,
    )


@permission("contrat.preparer")
@envoi_unique
def phase(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Add a phase to a signed PACEA."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    if (ailleurs := _signe(requete, contrat)) is not None:
        return ailleurs
    form = FormulairePhase(_donnees(requete), initial={"version": contrat.version})
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: ajouter_phase(requete.user, contrat, version=form.cleaned_data["version"], phase=form.saisie()),
        titre="Ajouter une phase au parcours",
        bouton="Ajouter la phase",
        fait="La phase est ajoutée.",
        retour=adresse(contrat),
        contrat=contrat,
    )


@permission("contrat.preparer")
@envoi_unique
def evaluer(requete: Requete, numero: str, contrat_id: int, phase_id: int) -> HttpResponseBase:
    """Assess a phase at its end."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    ligne = PhasePacea.objects.filter(contrat=contrat, pk=phase_id).first()
    if ligne is None:
        raise Http404
    ligne.contrat = contrat
    depart = {"version": ligne.version, "evaluee_le": aujourd_hui(requete.structure)}
    form = FormulaireEvaluation(_donnees(requete), initial=depart)

    def noter() -> PhasePacea:
        donnees = form.cleaned_data
        return evaluer_phase(requete.user, ligne, **{**donnees, "atteints": donnees["atteints"] == "oui"})

    return page(
        requete,
        dossier,
        form,
        ligne,
        noter,
        titre="Évaluer la phase",
        bouton="Enregistrer l'évaluation",
        fait="L'évaluation est enregistrée.",
        retour=adresse(contrat),
        contrat=contrat,
        rappel=[("Phase", f"du {ligne.debut:%d/%m/%Y} au {ligne.fin:%d/%m/%Y}"), ("Objectifs", ligne.objectifs)],
    )


@permission("contrat.preparer")
@envoi_unique
def refuser(requete: Requete, numero: str, contrat_id: int) -> HttpResponseBase:
    """Write that the person doesn't want to sign."""
    dossier, contrat = contrat_ou_404(requete, numero, contrat_id)
    represente = doit_representer(contrat, le=aujourd_hui(requete.structure))
    form = FormulaireRefus(_donnees(requete), represente=represente, initial={"version": contrat.version})
    return page(
        requete,
        dossier,
        form,
        contrat,
        lambda: noter_refus(requete.user, contrat, **form.cleaned_data),
        titre="La personne refuse de signer",
        bouton="Enregistrer le refus",
        fait="Le refus est enregistré.",
        retour=adresse(contrat),
        contrat=contrat,
    )
