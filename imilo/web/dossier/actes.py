"""One entry per act: one form, saved once, with what was proposed and the next appointment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.journal.services import consulter
from imilo.parcours.agenda import selectors as agenda
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.agenda.services import saisir_entretien
from imilo.parcours.dossiers.models import Dossier, Proposition
from imilo.parcours.dossiers.selectors import suivi
from imilo.parcours.dossiers.services.suivi import changer_etat_proposition, modifier_acte
from imilo.socle.erreurs import RegleViolee
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.dossier.formulaires import (
    FormulaireActe,
    FormulaireCreneau,
    FormulaireProposition,
    FormulaireSituation,
    maintenant_arrondi,
)
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete


def retour(dossier: Dossier) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:dossier", args=[str(dossier)]))


@permission("acte.saisir")
@require_GET
def presence(requete: Requete) -> HttpResponse:
    """Asked now and then while somebody types a long account: the session of who works doesn't expire."""
    return HttpResponse(status=204)


def _d_ou_vient(requete: Requete, dossier: Dossier) -> RendezVous | None:
    """The appointment that this act tells of (`?rendez_vous=`), if it is one of this dossier."""
    cle = requete.GET.get("rendez_vous", "")
    if not (cle.isascii() and cle.isdigit() and len(cle) < 19):
        return None
    return agenda.rendez_vous(dossier=dossier, rendez_vous_id=int(cle))


def _depart(requete: Requete, rdv: RendezVous | None) -> dict[str, Any]:
    if rdv is None:
        return maintenant_arrondi(requete.structure)
    ici = rdv.debut.astimezone(requete.structure.zone)
    return {"le": ici.date(), "heure": ici.time(), "duree": rdv.duree, "modalite": rdv.modalite}


class Saisie:
    """The three forms of the page: the act, and two that may stay empty."""

    def __init__(self, requete: Requete, rdv: RendezVous | None) -> None:
        donnees = requete.POST if requete.method == "POST" else None
        chez = requete.structure
        self.acte = FormulaireActe(donnees, structure=chez, initial=_depart(requete, rdv))
        self.creneau = FormulaireCreneau(
            donnees, structure=chez, agent=requete.user, prefix="rdv", empty_permitted=True
        )
        self.situation = FormulaireSituation(donnees, prefix="situation", empty_permitted=True)

    @property
    def avec_rendez_vous(self) -> bool:
        return self.creneau.is_bound and self.creneau.has_changed()

    @property
    def avec_situation(self) -> bool:
        return self.situation.is_bound and self.situation.has_changed()

    @property
    def tous(self) -> tuple[FormulaireDSFR, ...]:
        return self.acte, self.creneau, self.situation

    def valide(self) -> bool:
        resultats = [f.is_valid() for f in self.tous]  # each is checked: all that is wrong is said at once
        return all(resultats)

    def refuser(self, erreur: RegleViolee) -> None:
        """Show what the service refused at its field, in the right part of the page."""
        champ = erreur.champ or ""
        if champ.startswith("rdv-"):
            self.creneau.refuser(RegleViolee(erreur.message, champ.removeprefix("rdv-")))
        elif champ not in self.acte.fields and champ in self.situation.fields:
            self.situation.refuser(erreur)
        else:
            self.acte.refuser(erreur)


@permission("acte.saisir")
@envoi_unique
def nouveau(requete: Requete, numero: str) -> HttpResponseBase:
    """Record an act. Nothing that was typed is lost when something is refused."""
    dossier = dossier_ou_404(requete, numero)
    rdv = _d_ou_vient(requete, dossier)
    saisie = Saisie(requete, rdv)
    if requete.method == "POST" and saisie.valide():
        try:
            with transaction.atomic():
                saisir_entretien(
                    requete.user,
                    dossier,
                    rendez_vous=rdv,
                    prochain_rendez_vous=saisie.creneau.creneau() if saisie.avec_rendez_vous else None,
                    situation=saisie.situation.saisie() if saisie.avec_situation else None,
                    **saisie.acte.acte(),
                )
        except RegleViolee as erreur:
            saisie.refuser(erreur)
        else:
            messages.success(requete, "L'acte est enregistré.")
            return retour(dossier)
    contexte = {"dossier": dossier, "saisie": saisie, "form": saisie.acte, "rdv": rdv}
    return render(requete, "web/dossier/acte.html", contexte, status=_statut(saisie.tous))


def _statut(formulaires: tuple[FormulaireDSFR, ...]) -> int:
    return 422 if any(f.is_bound and f.errors for f in formulaires) else 200


@permission("acte.saisir")
@envoi_unique
def modifier(requete: Requete, numero: str, acte_id: int) -> HttpResponseBase:
    """Correct an act, or add a proposition to it."""
    dossier = dossier_ou_404(requete, numero)
    acte = suivi.acte(dossier=dossier, acte_id=acte_id)
    if acte is None:
        raise Http404
    acte.dossier = dossier
    form = FormulaireActe(requete.POST if requete.method == "POST" else None, structure=requete.structure, acte=acte)
    change = None
    if requete.method == "POST" and form.is_valid():
        service: Callable[[], object] = lambda: modifier_acte(  # noqa: E731  # called once, within enregistrer_version
            requete.user, acte, version=form.cleaned_data["version"] or 0, **form.acte()
        )
        fait, change = enregistrer_version(form, acte, service)
        if fait is not None:
            messages.success(requete, "L'acte est corrigé.")
            return retour(dossier)
    consulter(requete.user, dossier, "dossier", objet=acte)
    contexte = {"dossier": dossier, "acte": acte, "form": form, "change": change}
    statut = 409 if change else _statut((form,))
    return render(requete, "web/dossier/acte_modifier.html", contexte, status=statut)


@permission("acte.saisir")
@envoi_unique
def proposition(requete: Requete, numero: str, proposition_id: int) -> HttpResponseBase:
    """Say where a proposition stands."""
    dossier = dossier_ou_404(requete, numero)
    objet = Proposition.objects.filter(dossier=dossier, pk=proposition_id).first()
    if objet is None:
        raise Http404
    form = FormulaireProposition(requete.POST if requete.method == "POST" else None, proposition=objet)
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(changer_etat_proposition, requete.user, objet, etat=form.cleaned_data["etat"])
    ):
        messages.success(requete, "La proposition est à jour.")
        return retour(dossier)
    contexte = {"dossier": dossier, "proposition": objet, "form": form}
    return render(requete, "web/dossier/proposition.html", contexte, status=_statut((form,)))
