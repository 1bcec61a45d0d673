"""Decisions on contracts and their letters, and the appeals against any decision of the dossier."""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consulter
from imilo.parcours.contrats.models import DecisionContrat, Recours
from imilo.parcours.contrats.services import (
    noter_remise,
    recevoir_recours,
    refuser_cej,
    refuser_pacea,
    repondre_recours,
)
from imilo.parcours.dossiers import decisions
from imilo.web.contrat.formulaires_suites import (
    FormulaireRecours,
    FormulaireRefusCEJ,
    FormulaireRefusPACEA,
    FormulaireRemise,
    FormulaireReponse,
)
from imilo.web.contrat.suites import page
from imilo.web.dossier.acces import dossier_ou_404
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete


@permission("contrat.preparer")
@require_GET
def lister(requete: Requete, numero: str) -> HttpResponseBase:
    """The decisions on contracts of this dossier and the appeals, newest first."""
    dossier = dossier_ou_404(requete, numero)
    consulter(requete.user, dossier, "contrat")
    contexte = {
        "dossier": dossier,
        "decisions": DecisionContrat.objects.filter(dossier=dossier).select_related("contrat__dossier", "agent"),
        "recours": Recours.objects.filter(dossier=dossier).select_related("recu_par", "repondu_par"),
    }
    return render(requete, "web/contrat/decisions.html", contexte)


@permission("contrat.signer")
@envoi_unique
def refuser(requete: Requete, numero: str) -> HttpResponseBase:
    """Refuse a CEJ on the last examination."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireRefusCEJ(requete.POST if requete.method == "POST" else None)
    return page(
        requete,
        dossier,
        form,
        dossier,
        lambda: refuser_cej(requete.user, dossier, precision=form.cleaned_data["precision"]),
        titre="Refuser un contrat d'engagement jeune",
        bouton="Refuser et faire la lettre",
        fait="La décision de refus et sa lettre sont dans le dossier.",
        retour=reverse("web:contrats-decisions", args=[str(dossier)]),
        aide="Le refus reprend le dernier examen d'éligibilité : les conditions qui manquent, leurs articles et les "
        "voies de recours sont dans la lettre.",
    )


@permission("contrat.preparer")
@envoi_unique
def refuser_le_pacea(requete: Requete, numero: str) -> HttpResponseBase:
    """Refuse a PACEA on what is answered here."""
    dossier = dossier_ou_404(requete, numero)
    form = FormulaireRefusPACEA(requete.POST if requete.method == "POST" else None)
    return page(
        requete,
        dossier,
        form,
        dossier,
        lambda: refuser_pacea(requete.user, dossier, **form.reponses()),
        titre="Refuser un PACEA",
        bouton="Refuser et faire la lettre",
        fait="La décision de refus et sa lettre sont dans le dossier.",
        retour=reverse("web:contrats-decisions", args=[str(dossier)]),
        aide="Un refus suppose qu'une condition manque : l'âge, la difficulté, le risque d'exclusion, ou un parcours "
        "qui court déjà (L. 5131-3). La lettre dit laquelle, avec son article et les voies de recours.",
    )


@permission("contrat.preparer")
@envoi_unique
def remettre(requete: Requete, numero: str, decision_id: int) -> HttpResponseBase:
    """Note the day on which a letter was received."""
    dossier = dossier_ou_404(requete, numero)
    decision = DecisionContrat.objects.filter(dossier=dossier, pk=decision_id).first()
    if decision is None:
        raise Http404
    decision.dossier = dossier
    le = aujourd_hui(requete.structure)
    form = FormulaireRemise(
        requete.POST if requete.method == "POST" else None,
        le=le,
        initial={"version": decision.version, "remise_le": le},
    )
    return page(
        requete,
        dossier,
        form,
        decision,
        lambda: noter_remise(requete.user, decision, **form.cleaned_data),
        titre="La lettre a été reçue",
        bouton="Enregistrer",
        fait="Le jour de réception est enregistré : le délai de recours court de ce jour.",
        retour=reverse("web:contrats-decisions", args=[str(dossier)]),
        rappel=[("Décision", f"{decision.objet}, du {decision.le:%d/%m/%Y}")],
    )


@permission("contrat.preparer")
@envoi_unique
def recevoir(requete: Requete, numero: str) -> HttpResponseBase:
    """Receive an appeal against a decision kept in this dossier."""
    dossier = dossier_ou_404(requete, numero)
    gardees = decisions.decisions(dossier, permises=partial(peut, requete.affectation.profil))
    par_cle = {f"{g.source}:{g.objet}": g for g in gardees}
    form = FormulaireRecours(
        requete.POST if requete.method == "POST" else None,
        decisions=[(cle, f"{g.titre}, du {g.jour:%d/%m/%Y}") for cle, g in par_cle.items()],
        initial={"recu_le": aujourd_hui(requete.structure), "nature": "gracieux"},
    )
    return page(
        requete,
        dossier,
        form,
        dossier,
        lambda: recevoir_recours(
            requete.user, dossier, contre=par_cle[form.cleaned_data["contre"]], saisi=form.saisi()
        ),
        titre="Recevoir un recours",
        bouton="Enregistrer le recours",
        fait="Le recours est enregistré, avec son jour de réception.",
        retour=reverse("web:contrats-decisions", args=[str(dossier)]),
        aide="" if par_cle else "Ce dossier n'a encore aucune décision à contester.",
    )


@permission("contrat.signer")
@envoi_unique
def repondre(requete: Requete, numero: str, recours_id: int) -> HttpResponseBase:
    """Answer an appeal by a letter."""
    dossier = dossier_ou_404(requete, numero)
    recours = Recours.objects.filter(dossier=dossier, pk=recours_id).first()
    if recours is None:
        raise Http404
    recours.dossier = dossier
    form = FormulaireReponse(
        requete.POST if requete.method == "POST" else None,
        initial={"version": recours.version, "repondu_le": aujourd_hui(requete.structure)},
    )
    return page(
        requete,
        dossier,
        form,
        recours,
        lambda: repondre_recours(requete.user, recours, **form.cleaned_data),
        titre="Répondre au recours",
        bouton="Répondre et faire la lettre",
        fait="La réponse et sa lettre sont dans le dossier.",
        retour=reverse("web:contrats-decisions", args=[str(dossier)]),
        rappel=[
            ("Décision contestée", recours.contre),
            ("Reçu le", f"{recours.recu_le:%d/%m/%Y}"),
            ("Ce que dit la personne", recours.arguments),
        ],
    )
