"""Failings and sanctions of a dossier: their list, one procedure, a failing to note."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.decision import depuis_json
from imilo.journal.services import consulter
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions import selectors, services
from imilo.parcours.sanctions.constats import Constat, constat, constats_proposes
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Manquement, Origine, Procedure
from imilo.parcours.sanctions.pdf import en_mots
from imilo.parcours.sanctions.suite import Suite, suite
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.sanction.actions import actions
from imilo.web.sanction.formulaires import FormulaireManquement


@dataclass(frozen=True)
class Page:
    """A procedure, its dossier, and the day it is looked at."""

    dossier: Dossier
    procedure: Procedure
    le: date

    @property
    def suite(self) -> Suite:
        return suite(self.procedure, le=self.le)

    def adresse(self) -> str:
        return reverse("web:sanction", args=[str(self.dossier), self.procedure.pk])


def page_ou_404(requete: Requete, numero: str, procedure_id: int) -> Page:
    """The procedure of this address. Raises `Http404`."""
    dossier = dossier_ou_404(requete, numero)
    procedure = selectors.procedure(dossier=dossier, procedure_id=procedure_id)
    if procedure is None:
        raise Http404("Aucune procédure de ce dossier à cette adresse.")
    return Page(dossier, procedure, aujourd_hui(requete.structure))


@permission("sanction.suivre")
def du_dossier(requete: Requete, numero: str) -> HttpResponseBase:
    """The failings of a dossier and what came of each, the latest first."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "sanction")
    le = aujourd_hui(requete.structure)
    contexte = {
        "dossier": dossier,
        "lignes": [(p, suite(p, le=le)) for p in selectors.procedures(dossier=dossier)],
        "constats": [(c, _a_noter(c)) for c in constats_proposes(dossier=dossier, le=le)],
    }
    return render(requete, "web/sanction/dossier.html", contexte)


NOTER = {Manquement.ENGAGEMENTS: "Noter un engagement non tenu", Manquement.FRAUDE: "Noter une fausse déclaration"}


def _a_noter(constat: Constat) -> list[tuple[str, str]]:
    """(label, query of the form that notes it), by failing: nothing of the facts is in an address."""
    seul = len(constat.manquements) == 1
    return [
        ("Noter ce manquement" if seul else NOTER[m], urlencode({"constat": constat.cle, "manquement": m}))
        for m in constat.manquements
    ]


def _proposes(requete: Requete, dossier: Dossier) -> dict[str, Any]:
    """What the address proposes to note: a failing that the dossier shows, or what another page says of it."""
    proposes = {c: requete.GET[c] for c in ("manquement", "constate_le", "faits", "origine") if c in requete.GET}
    vu = requete.GET.get("constat")
    trouve = constat(dossier=dossier, cle=vu, le=aujourd_hui(requete.structure)) if vu else None
    if trouve is None:
        return proposes
    return {**proposes, "constate_le": trouve.constate_le, "origine": trouve.origine, "faits": trouve.faits}


@permission("sanction.suivre")
def procedure(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """One procedure: where it stands, who must act and by when, what was said, what the law permits."""
    page = page_ou_404(requete, numero, procedure_id)
    p = page.procedure
    consulter(requete.user, page.dossier, "sanction", objet=p)
    pouvoir = selectors.pouvoir_de_sanctionner(agent=requete.user, structure=requete.structure, le=page.le)
    quantum = p.quantum_decide or p.quantum
    contexte: dict[str, Any] = {
        "dossier": page.dossier,
        "procedure": p,
        "suite": page.suite,
        "actions": actions(p, le=page.le, pouvoir=pouvoir is not None),
        "pouvoir": pouvoir,
        "envisagee": en_mots(Mesure.envisagee(p)) if p.envisagee_nature else "",
        "decidee": en_mots(Mesure.decidee(p)) if p.nature else "",
        "rang": depuis_json(p.rang) if p.rang else None,
        "quantum": depuis_json(quantum) if quantum else None,
        "messages_partenaires": list(p.messages.order_by("pk")),
    }
    return render(requete, "web/sanction/procedure.html", contexte)


@permission("sanction.suivre")
@envoi_unique
def noter(requete: Requete, numero: str) -> HttpResponseBase:
    """Note a failing. The address may propose one, which the form shows filled in: of the dossier, of a control."""
    dossier = dossier_ou_404(requete, numero)
    envoye = requete.method == "POST"
    initiales = {
        "constate_le": aujourd_hui(requete.structure),
        "origine": Origine.CONSEILLER,
        **_proposes(requete, dossier),
    }
    form = FormulaireManquement(requete.POST if envoye else None, initial=initiales)
    if envoye and form.is_valid():
        notee = form.appliquer(services.noter_manquement, requete.user, dossier, saisi=form.saisi())
        if notee is not None:
            messages.success(requete, "Le manquement est noté. Examinez maintenant la raison donnée par la personne.")
            return HttpResponseRedirect(reverse("web:sanction", args=[numero, notee.pk]))
    contexte = {"dossier": dossier, "form": form}
    return render(requete, "web/sanction/noter.html", contexte, status=422 if form.is_bound else 200)
