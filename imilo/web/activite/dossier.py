"""The activity of one young person: weeks, what each hour comes from, the plan, absences, declarations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.activites import selectors, services
from imilo.parcours.activites.models import Absence
from imilo.parcours.activites.reglages import reglages
from imilo.parcours.activites.semaines import lundi_de
from imilo.parcours.agenda.models import StatutRendezVous
from imilo.parcours.agenda.selectors import rendez_vous_du_dossier
from imilo.parcours.contrats.models import ActionPrevue
from imilo.parcours.dossiers.models import Document, Dossier
from imilo.parcours.liens.services import envoyer_lien
from imilo.socle.erreurs import RegleViolee
from imilo.web.activite.formulaires import FormulaireAbsence, FormulaireActivite, FormulaireHeures, FormulaireSuivi
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete

SEMAINES, DECLARATIONS = 8, 30


def _retour(dossier: Dossier, ancre: str = "") -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:activites", args=[str(dossier)]) + ancre)


def _documents(dossier: Dossier) -> Any:
    return Document.objects.filter(dossier=dossier).defer("contenu").order_by("-cree_le")


def _manques(dossier: Dossier, absence: Absence | None = None) -> Any:
    """Missed appointments whose reason isn't noted yet, and the one of this absence."""
    notes = Absence.objects.filter(dossier=dossier, rendez_vous__isnull=False).values("rendez_vous")
    manques = rendez_vous_du_dossier(dossier=dossier).filter(statut=StatutRendezVous.ABSENT)
    sien = Q(pk=absence.rendez_vous_id) if absence and absence.rendez_vous_id else Q()
    return manques.filter(~Q(pk__in=notes) | sien) if sien else manques.exclude(pk__in=notes)


def _lundi(texte: str, le: date) -> date:
    """The Monday of the week asked for; that of today for what can't be read."""
    try:
        jour = parse_date(texte)
    except ValueError:
        jour = None
    return lundi_de(jour if jour is not None and date(2000, 1, 1) <= jour <= le + timedelta(days=366) else le)


@permission("activite.examiner")
@require_GET
def activites(requete: Requete, numero: str) -> HttpResponseBase:
    """The last weeks, the lines of the one that is open, the plan, absences and declarations."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "activite")
    return page(requete, dossier)


def page(requete: Requete, dossier: Dossier, refusees: FormulaireHeures | None = None) -> HttpResponseBase:
    """The page of activities; `refusees`: hours typed for a situation that couldn't be taken, shown on its line."""
    le = aujourd_hui(requete.structure)
    lundi = _lundi(requete.GET.get("semaine", ""), le)
    dernier = max(lundi, lundi_de(le))
    premier = min(lundi, dernier - timedelta(days=7 * (SEMAINES - 1)))
    semaines = selectors.semaines(dossiers=[dossier.pk], du=premier, au=dernier)[dossier.pk]
    contrat, plan = selectors.plan_suivi(dossier=dossier)
    contexte = {
        "dossier": dossier,
        "le": le,
        "lundi": lundi,
        "semaines": list(reversed(semaines))[: 4 * SEMAINES],
        "semaine": next(s for s in semaines if s.lundi == lundi),
        "lignes": selectors.lignes(dossiers=[dossier.pk], du=lundi, au=lundi + timedelta(days=6)),
        "ouverture": reglages().ouverture,
        "fermeture": reglages().fermeture,
        "pleine": reglages().journee_pleine,
        "contrat": contrat,
        "plan": plan,
        "absences": selectors.absences(dossier=dossier)[:DECLARATIONS],
        "manques": _manques(dossier)[:10],
        "declarations": selectors.declarations(dossier=dossier)[:DECLARATIONS],
        "a_preciser": _a_preciser(dossier, premier, min(le, dernier + timedelta(days=6)), refusees),
    }
    return render(requete, "web/activite/activites.html", contexte, status=422 if refusees else 200)


def _a_preciser(dossier: Dossier, du: date, au: date, refusees: FormulaireHeures | None) -> list[FormulaireHeures]:
    """A form for each situation without weekly hours; the one that was refused as it was typed."""
    lues = selectors.sans_heures(dossier=dossier, du=du, au=au)
    autres = [FormulaireHeures(situation=s) for s in lues if refusees is None or s != refusees.situation]
    return autres if refusees is None else [refusees, *autres]


def _actions(dossier: Dossier) -> Any:
    contrat, _ = selectors.plan_suivi(dossier=dossier)
    return ActionPrevue.objects.filter(contrat=contrat) if contrat else ActionPrevue.objects.none()


@permission("activite.examiner")
@envoi_unique
def declarer(requete: Requete, numero: str) -> HttpResponseBase:
    """Write what the young person did: seen by a counsellor, it counts at once."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireActivite(
        requete.POST if requete.method == "POST" else None,
        actions=_actions(dossier),
        documents=_documents(dossier),
        initial={"jour": aujourd_hui(requete.structure)},
    )
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(services.declarer_activite, requete.user, dossier, saisie=form.saisie())
    ):
        messages.success(requete, "L'activité est écrite : ses heures comptent.")
        return _retour(dossier)
    statut = 422 if form.is_bound and form.errors else 200
    return render(requete, "web/activite/declarer.html", {"dossier": dossier, "form": form}, status=statut)


@permission("activite.examiner")
@require_POST
@envoi_unique
def envoyer(requete: Requete, numero: str) -> HttpResponseBase:
    """Send the young person the link under which they declare what they do."""
    dossier = dossier_ou_404(requete, numero)
    try:
        lien = envoyer_lien(requete.user, dossier, genre="activite")
    except RegleViolee as refus:
        messages.error(requete, refus.message)
    else:
        quand = lien.expire_le.astimezone(requete.structure.zone)
        messages.success(requete, f"Le lien est envoyé. Il sert jusqu'au {quand:%d/%m/%Y}.")
    return _retour(dossier, "#titre-declarations")


@permission("activite.examiner")
@envoi_unique
def absence_nouvelle(requete: Requete, numero: str) -> HttpResponseBase:
    dossier = dossier_ou_404(requete, numero)
    manques = _manques(dossier)
    choisi = next((r for r in manques if str(r.pk) == requete.GET.get("rendez_vous")), None)
    jour = choisi.debut.astimezone(requete.structure.zone).date() if choisi else aujourd_hui(requete.structure)
    form = FormulaireAbsence(
        requete.POST if requete.method == "POST" else None,
        rendez_vous=manques,
        documents=_documents(dossier),
        initial={"du": jour, "au": jour, "rendez_vous": choisi and choisi.pk},
    )
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(services.noter_absence, requete.user, dossier, saisie=form.saisie())
    ):
        messages.success(requete, "L'absence est notée.")
        return _retour(dossier, "#absences")
    statut = 422 if form.is_bound and form.errors else 200
    return render(requete, "web/activite/absence.html", {"dossier": dossier, "form": form}, status=statut)


@permission("activite.examiner")
@envoi_unique
def absence_modifier(requete: Requete, numero: str, absence_id: int) -> HttpResponseBase:
    dossier = dossier_ou_404(requete, numero)
    absence = selectors.absences(dossier=dossier).filter(pk=absence_id).first()
    if absence is None:
        raise Http404
    absence.dossier = dossier
    form = FormulaireAbsence(
        requete.POST if requete.method == "POST" else None,
        rendez_vous=_manques(dossier, absence),
        documents=_documents(dossier),
        absence=absence,
    )

    def enregistrer() -> Absence:
        version = form.cleaned_data["version"] or 0
        return services.modifier_absence(requete.user, absence, version=version, saisie=form.saisie())

    return _enregistrer(
        requete,
        dossier,
        form,
        absence,
        enregistrer,
        gabarit="absence",
        fait="L'absence est modifiée.",
        ancre="#absences",
    )


@permission("activite.examiner")
@envoi_unique
def action(requete: Requete, numero: str, action_id: int) -> HttpResponseBase:
    """How an action of the plan went."""
    dossier = dossier_ou_404(requete, numero)
    _, plan = selectors.plan_suivi(dossier=dossier)
    suivie = next((s for s in plan if s.action.pk == action_id), None)
    if suivie is None:
        raise Http404
    form = FormulaireSuivi(
        requete.POST if requete.method == "POST" else None,
        suivi=suivie.suivi,
        le=aujourd_hui(requete.structure),
        documents=_documents(dossier),
    )

    def enregistrer() -> Any:
        version = form.cleaned_data["version"]
        return services.suivre_action(requete.user, dossier, suivie.action, version=version, saisie=form.saisie())

    return _enregistrer(
        requete, dossier, form, suivie.suivi, enregistrer,
        gabarit="action", fait="Le plan d'action est à jour.", ancre="#plan", action=suivie.action,
    )  # fmt: skip


def _enregistrer(
    requete: Requete,
    dossier: Dossier,
    form: FormulaireDSFR,
    objet: Any,
    service: Callable[[], Any],
    *,
    gabarit: str,
    fait: str,
    ancre: str,
    **contexte: Any,
) -> HttpResponseBase:
    """The usual end of a form over a row that two people may hold; `objet` None while there is no row."""
    change = None
    if requete.method == "POST" and form.is_valid():
        if objet is None:
            ecrit = form.appliquer(service)
        else:
            ecrit, change = enregistrer_version(form, objet, service)
        if ecrit is not None:
            messages.success(requete, fait)
            return _retour(dossier, ancre)
    statut = 409 if change else 422 if form.is_bound and form.errors else 200
    contexte |= {"dossier": dossier, "form": form, "objet": objet, "change": change}
    return render(requete, f"web/activite/{gabarit}.html", contexte, status=statut)
