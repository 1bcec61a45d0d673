"""Orientation: the decision, and its notification."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json
from imilo.droit.erreurs import FaitInvalide
from imilo.journal.services import consulter
from imilo.parcours.contrats.connu import connu_pour_l_orientation
from imilo.parcours.contrats.selectors import orientation_a_signer
from imilo.parcours.diagnostics import reorientation, selectors
from imilo.parcours.diagnostics.competence import Competence, examiner
from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.diagnostics.services import decider_orientation, demander_nouvelle_orientation, notifier_orientation
from imilo.parcours.dossiers.models import Dossier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.web.contrat.formulaires import FormulaireNotification, FormulaireNouvelleOrientation, FormulaireOrientation
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def _ici(dossier: Dossier) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:orientation", args=[str(dossier)]))


def _lignes(orientations: list[Orientation]) -> list[tuple[Orientation, str, str]]:
    """Each decision with its level of qualification and its means of notification, in words."""
    return [
        (o, libelle(Liste.NIVEAU_DIPLOME, o.qualification), libelle(Liste.NOTIFICATION, o.notification_moyen))
        for o in orientations
    ]


def _competence(dossier: Dossier, le: date) -> Competence | None:
    """What the law says before anything is asked; None for a date of birth to come."""
    try:
        return examiner(dossier, le=le)
    except FaitInvalide:
        return None


@permission("orientation.decider")
@envoi_unique
def decider(requete: Requete, numero: str) -> HttpResponseBase:
    """The decisions taken, and a new one when the last is notified."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "diagnostic")
    le = aujourd_hui(requete.structure)
    deja = connu_pour_l_orientation(dossier, profil=requete.affectation.profil, le=le)
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireOrientation(donnees, dossier=dossier, le=le, connu=deja)
    if requete.method == "POST" and form.is_valid():
        orientation = form.appliquer(decider_orientation, requete.user, dossier, saisie=form.saisie())
        if orientation is not None:
            messages.success(requete, "L'orientation est décidée. Elle est maintenant à notifier.")
            return _ici(dossier)
    orientations = selectors.orientations(dossier=dossier)
    contexte = {
        "dossier": dossier,
        "form": form,
        "orientations": _lignes(orientations),
        "a_notifier": next((o for o in orientations[:1] if not o.notifiee), None),
        "a_signer": orientation_a_signer(dossier=dossier),
        "competence": _competence(dossier, le),
        "diagnostic": selectors.dernier_diagnostic(dossier=dossier),
        "ouvrir": form.is_bound or not orientations,
        "repris": deja.dits,
    }
    return render(requete, "web/contrat/orientation.html", contexte, status=422 if form.errors else 200)


def _orientation_ou_404(dossier: Dossier, orientation_id: int) -> Orientation:
    orientation = next((o for o in selectors.orientations(dossier=dossier) if o.pk == orientation_id), None)
    if orientation is None:
        raise Http404("Ce dossier n'a pas de décision d'orientation de ce numéro.")
    orientation.dossier = dossier
    return orientation


@permission("orientation.decider")
@envoi_unique
def notifier(requete: Requete, numero: str, orientation_id: int) -> HttpResponseBase:
    """The day the person received the decision: the month to sign starts."""
    dossier = dossier_ou_404(requete, numero)
    orientation = _orientation_ou_404(dossier, orientation_id)
    form = FormulaireNotification(
        requete.POST if requete.method == "POST" else None,
        version=orientation.version,
        le=aujourd_hui(requete.structure),
    )
    change = None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(
            form, orientation, lambda: notifier_orientation(requete.user, orientation, **form.cleaned_data)
        )
        if fait is not None:
            limite = fait.a_signer_avant_le
            suite = f" Contrat à signer au plus tard le {limite:%d/%m/%Y}." if limite else ""
            messages.success(requete, f"La notification est enregistrée.{suite}")
            return _ici(dossier)
    contexte = {"dossier": dossier, "orientation": orientation, "form": form, "change": change}
    statut = 409 if change else 422 if form.errors else 200
    return render(requete, "web/contrat/notification.html", contexte, status=statut)


def _saisine(orientation: Orientation) -> str:
    """Whom the other decision is asked of, in the words of the one kept."""
    assert orientation.reorientation is not None
    return str(depuis_json(orientation.reorientation).motif("saisine").phrase)


@permission("orientation.decider")
@envoi_unique
def redemander(requete: Requete, numero: str, orientation_id: int) -> HttpResponseBase:
    """Ask for another decision after the assessment: the month to sign stops."""
    dossier = dossier_ou_404(requete, numero)
    orientation = _orientation_ou_404(dossier, orientation_id)
    form = FormulaireNouvelleOrientation(
        requete.POST if requete.method == "POST" else None,
        initial={"version": orientation.version, "le": aujourd_hui(requete.structure)},
    )
    change = None
    if requete.method == "POST" and form.is_valid():
        fait, change = enregistrer_version(
            form, orientation, lambda: demander_nouvelle_orientation(requete.user, orientation, **form.cleaned_data)
        )
        if fait is not None:
            interrompu = fait.delai is not None and fait.delai["resultat"]["interrompu"]
            suite = " Le délai de signature est interrompu." if interrompu else ""
            messages.success(requete, f"La demande est enregistrée.{suite} {_saisine(fait)}")
            return _ici(dossier)
    contexte = {
        "dossier": dossier,
        "orientation": orientation,
        "saisine": reorientation.examiner(orientation, le=aujourd_hui(requete.structure)),
        "form": form,
        "change": change,
    }
    statut = 409 if change else 422 if form.errors else 200
    return render(requete, "web/contrat/nouvelle_orientation.html", contexte, status=statut)
