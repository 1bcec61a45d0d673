"""Eligibility to a CEJ, point by point."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import Decision, Motif
from imilo.droit.erreurs import FaitInvalide
from imilo.journal.services import consulter
from imilo.parcours.contrats.eligibilite import (
    EligibiliteCEJ,
    Reponses,
    decider,
    ou_completer,
    reponses_connues,
    reponses_de,
)
from imilo.parcours.contrats.selectors import contrat_ouvert, dernier_examen
from imilo.parcours.contrats.services import examiner_eligibilite
from imilo.parcours.diagnostics import selectors as diagnostics
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.web.contrat.formulaires import FormulaireEligibilite
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete

# The fact that each point waits for, when it can't be decided.
FAIT_DU_POINT = {
    "age_minimum": "date_naissance",
    "pas_etudiant": "etudiant",
    "pas_en_formation": "en_formation",
    "difficulte_emploi_durable": "difficulte_emploi_durable",
}


@dataclass(frozen=True)
class Point:
    """One condition as the page shows it; `lien` or `ancre` lead to what completes it."""

    motif: Motif
    lien: Lien | None = None
    ancre: str = ""


def points(dossier: Dossier, decision: Decision[Any]) -> list[Point]:
    """The conditions of a decision, each with where to complete it."""
    manquants = decision.resultat["a_completer"]
    lignes = []
    for motif in decision.motifs:
        fait = FAIT_DU_POINT.get(motif.code, "")
        if motif.satisfait is None and motif.code == "age_maximum":
            fait = "rqth" if "rqth" in manquants else "date_naissance"
        if motif.satisfait is None and motif.code == "delai_depuis_dernier_cej":
            fait = next((f for f in ("engagements_respectes", "difficultes_specifiques") if f in manquants), "")
        lien = ou_completer(dossier, fait) if motif.satisfait is None else None
        ancre = f"id_{fait}" if motif.satisfait is None and lien is None and fait else ""
        lignes.append(Point(motif, lien, ancre))
    return lignes


def _decision(dossier: Dossier, reponses: Reponses, le: date) -> EligibiliteCEJ | None:
    """None when the dossier itself holds an impossible fact (a birth in the future)."""
    try:
        return decider(dossier, reponses, le=le)
    except FaitInvalide:
        return None


def _attend(decision: EligibiliteCEJ | None) -> bool:
    """Whether an earlier contract makes the exception of R. 5131-16 worth asking."""
    return decision is not None and decision.motif("delai_depuis_dernier_cej").satisfait is not True


@permission("contrat.preparer")
@envoi_unique
def examiner(requete: Requete, numero: str) -> HttpResponseBase:
    """What the law says today of the last answers, and the form to answer."""
    dossier = dossier_ou_404(requete, numero)
    le = aujourd_hui(requete.structure)
    examen = dernier_examen(dossier=dossier)
    reponses = reponses_de(examen) if examen else reponses_connues(dossier, le=le)
    form = FormulaireEligibilite(requete.POST if requete.method == "POST" else None, initial=asdict(reponses))
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(examiner_eligibilite, requete.user, dossier, reponses=form.reponses())
    ):
        messages.success(requete, "Les réponses sont enregistrées.")
        return HttpResponseRedirect(reverse("web:cej-eligibilite", args=[str(dossier)]))
    consulter(requete.user, dossier, "contrat")
    decision = _decision(dossier, reponses, le)
    orientation = diagnostics.orientation_actuelle(dossier=dossier)
    contexte = {
        "dossier": dossier,
        "form": form,
        "examen": examen,
        "decision": decision,
        "points": points(dossier, decision) if decision else [],
        "orientation": orientation,
        "diagnostic": diagnostics.dernier_diagnostic(dossier=dossier),
        "ouvert": contrat_ouvert(dossier=dossier),
        "attente": reponses.circonstances_particulieres or _attend(decision),
    }
    return render(requete, "web/contrat/eligibilite.html", contexte, status=422 if form.errors else 200)
