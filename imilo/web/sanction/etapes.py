"""The steps of a procedure: one form, one service each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render

from imilo.parcours.diagnostics.models import Orientation
from imilo.parcours.sanctions import selectors, services
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import Procedure
from imilo.parcours.sanctions.pdf import en_mots
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.sanction import formulaires as f
from imilo.web.sanction.views import Page, page_ou_404


@dataclass(frozen=True)
class Etape:
    """What the page of a step says; `rappel`: what to keep in sight while filling it."""

    titre: str
    bouton: str
    fait: str
    explication: str = ""


def _etape(
    requete: Requete,
    page: Page,
    etape: Etape,
    formulaire: Callable[..., f.FormulaireEtape],
    service: Callable[..., object],
    *,
    rappel: dict[str, str] | None = None,
) -> HttpResponseBase:
    """Show the form of a step, or do it. What is refused stays on the screen with its sentence."""
    envoye = requete.method == "POST"
    form = formulaire(requete.POST if envoye else None, procedure=page.procedure, le=page.le)
    if envoye and form.is_valid():
        try:
            if form.accepte(service, requete.user, page.procedure, **form.arguments()):
                messages.success(requete, etape.fait)
                return HttpResponseRedirect(page.adresse())
        except NonHabilite as erreur:
            form.refuser(RegleViolee(str(erreur)))
    contexte = {
        "dossier": page.dossier,
        "procedure": page.procedure,
        "etape": etape,
        "form": form,
        "rappel": rappel or {},
        "retour": page.adresse(),
    }
    return render(requete, "web/sanction/etape.html", contexte, status=422 if form.is_bound else 200)


def _exiger_pouvoir(requete: Requete, page: Page) -> None:
    """Raises `PermissionDenied` for who hasn't the power of R. 5412-4: the form isn't shown in vain."""
    if selectors.pouvoir_de_sanctionner(agent=requete.user, structure=requete.structure, le=page.le) is None:
        raise PermissionDenied("Cette étape demande d'être représentant légal, ou d'avoir sa délégation.")


def _reproches(procedure: Procedure) -> dict[str, str]:
    return {"Manquement": procedure.get_manquement_display(), "Faits": procedure.faits}


@permission("sanction.suivre")
@envoi_unique
def examiner(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The legitimate reason and the situation."""
    page = page_ou_404(requete, numero, procedure_id)
    p = page.procedure
    deja = any(autre.recue_le is not None and autre.pk != p.pk for autre in selectors.procedures(dossier=page.dossier))
    etape = Etape(
        "Examiner le manquement",
        "Enregistrer l'examen",
        "L'examen est enregistré.",
        "Recueillez d'abord les explications de la personne. Une raison légitime arrête la procédure (L. 5412-1).",
    )

    def formulaire(donnees: Any, **reste: Any) -> f.FormulaireExamen:
        return f.FormulaireExamen(donnees, deja_sanctionnee=deja, initial=_situation(p), **reste)

    return _etape(requete, page, etape, formulaire, services.examiner_manquement, rappel=_reproches(p))


def _mot(reponse: bool | None) -> str:
    return {True: "oui", False: "non", None: ""}[reponse]


def _situation(p: Procedure) -> dict[str, str]:
    """What the examination kept, else what the contract and the orientation say."""
    if p.motif_legitime is not None:
        champs = ("motif_legitime", "se_poursuit", "allocation", "revenu_remplacement", "rsa")
        return {"motif_texte": p.motif_texte, **{c: _mot(getattr(p, c)) for c in champs}}
    orientation = Orientation.objects.filter(dossier=p.dossier_id).first()
    connue: dict[str, str] = {}
    if orientation is not None:
        connue["rsa"] = _mot(orientation.beneficiaire_rsa)
    if p.contrat is not None:
        connue["allocation"] = _mot(bool(p.contrat.allocation_maximum))
    return connue


@permission("sanction.decider")
@envoi_unique
def envisager(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The intention and its letter."""
    page = page_ou_404(requete, numero, procedure_id)
    _exiger_pouvoir(requete, page)
    etape = Etape(
        "Envisager une sanction",
        "Faire le courrier",
        "Le courrier est prêt. Remettez-le par un moyen qui donne une date certaine, puis notez sa réception.",
        "Rien n'est encore décidé : la personne est informée des faits et de la sanction envisagée, et peut répondre.",
    )
    permis = {"Ce que permet le texte": _permises(page.procedure)}
    rappel = {**_reproches(page.procedure), **permis}
    return _etape(requete, page, etape, f.FormulaireIntention, services.envisager_sanction, rappel=rappel)


def _permises(p: Procedure) -> str:
    motifs = (p.quantum or {}).get("motifs", [])
    return "\n".join(m["phrase"] for m in motifs if m["code"].endswith(("_allocation", "_inscription")))


@permission("sanction.suivre")
@envoi_unique
def reception(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The day the letter of intention was received."""
    page = page_ou_404(requete, numero, procedure_id)
    etape = Etape(
        "Le courrier a été reçu",
        "Enregistrer la réception",
        "La réception est enregistrée.",
        "Le délai de réponse court à partir de ce jour. Sans date certaine, il ne court pas (R. 5412-7).",
    )
    rappel = {"À remettre aussi à": page.procedure.representants} if page.procedure.representants else {}
    return _etape(requete, page, etape, f.FormulaireReception, services.noter_reception, rappel=rappel)


@permission("sanction.suivre")
@envoi_unique
def reponse(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """Observations, or a hearing asked."""
    page = page_ou_404(requete, numero, procedure_id)
    etape = Etape(
        "La personne a répondu",
        "Enregistrer la réponse",
        "La réponse est enregistrée.",
        "Elle peut écrire, demander à être entendue, ou les deux. Elle vient avec la personne de son choix.",
    )
    return _etape(requete, page, etape, f.FormulaireReponse, services.noter_observations)


@permission("sanction.suivre")
@envoi_unique
def audition(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The hearing."""
    page = page_ou_404(requete, numero, procedure_id)
    etape = Etape("L'audition", "Enregistrer l'audition", "L'audition est enregistrée. La décision peut être prise.")
    return _etape(requete, page, etape, f.FormulaireAudition, services.noter_audition)


@permission("sanction.decider")
@envoi_unique
def retard(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """Take on a decision out of its delay."""
    page = page_ou_404(requete, numero, procedure_id)
    _exiger_pouvoir(requete, page)
    etape = Etape(
        "Assumer le retard",
        "Assumer ce retard",
        "Le retard est assumé : la décision peut être prise. Sa raison sera dans le courrier.",
        "Le délai de la loi est dépassé. Votre nom et votre raison sont gardés, et montrés à la personne.",
    )
    return _etape(requete, page, etape, f.FormulaireRaison, services.assumer_le_retard)


@permission("sanction.decider")
@envoi_unique
def decider(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The decision and its letter."""
    page = page_ou_404(requete, numero, procedure_id)
    _exiger_pouvoir(requete, page)
    p = page.procedure
    if not p.envisagee_nature:
        return HttpResponseRedirect(page.adresse())
    etape = Etape(
        "Décider",
        "Prendre la décision",
        "La décision est prise et son courrier est prêt. Remettez-le, puis notez sa réception.",
        "Vous pouvez prononcer ce qui a été annoncé, ou moins. Pour ne rien prononcer, arrêtez la procédure.",
    )
    rappel = {**_reproches(p), "Sanction annoncée": en_mots(Mesure.envisagee(p))}
    reponses = "\n\n".join(filter(None, (p.observations, p.audition_compte_rendu)))
    rappel["Ce que la personne a répondu"] = reponses or "Rien à ce jour."
    return _etape(requete, page, etape, f.FormulaireDecision, services.decider_sanction, rappel=rappel)


@permission("sanction.suivre")
@envoi_unique
def remise(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The day the decision was received."""
    page = page_ou_404(requete, numero, procedure_id)
    etape = Etape(
        "La décision a été reçue",
        "Enregistrer la remise",
        "La remise est enregistrée.",
        "La sanction prend effet, et les délais de recours courent. France Travail doit en être informé.",
    )
    rappel = {"À remettre aussi à": page.procedure.representants} if page.procedure.representants else {}
    return _etape(requete, page, etape, f.FormulaireReception, services.noter_remise_de_la_decision, rappel=rappel)


@permission("sanction.suivre")
@envoi_unique
def conditions(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """What the person has to do for the suspension to end."""
    page = page_ou_404(requete, numero, procedure_id)
    etape = Etape(
        "Ce qu'il faut faire pour que la suspension s'arrête",
        "Enregistrer ce qui est convenu",
        "C'est enregistré. Dès que c'est fait, la suspension peut être levée.",
        "À définir avec la personne (R. 5412-1). En faire une partie peut suffire.",
    )

    def formulaire(donnees: Any, **reste: Any) -> f.FormulaireConditions:
        return f.FormulaireConditions(donnees, initial={"conditions": page.procedure.conditions}, **reste)

    return _etape(requete, page, etape, formulaire, services.definir_conditions)


@permission("sanction.decider")
@envoi_unique
def lever(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """The end of a suspension."""
    page = page_ou_404(requete, numero, procedure_id)
    _exiger_pouvoir(requete, page)
    etape = Etape(
        "Lever la suspension",
        "Lever la suspension",
        "La suspension est levée et son courrier est prêt. France Travail doit en être informé.",
    )
    rappel = {"Ce qui était convenu": page.procedure.conditions}
    return _etape(requete, page, etape, f.FormulaireLevee, services.lever_suspension, rappel=rappel)


@permission("sanction.suivre")
@envoi_unique
def arreter(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """No sanction: the procedure stops."""
    page = page_ou_404(requete, numero, procedure_id)
    etape = Etape(
        "Arrêter la procédure",
        "Arrêter",
        "La procédure est arrêtée. Rien n'est prononcé.",
        "Aucune sanction ne sera prononcée pour ce manquement. La raison est gardée.",
    )
    return _etape(requete, page, etape, f.FormulaireRaison, services.abandonner)


@permission("sanction.decider")
@envoi_unique
def retirer(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """Withdraw a sanction."""
    page = page_ou_404(requete, numero, procedure_id)
    _exiger_pouvoir(requete, page)
    etape = Etape(
        "Retirer la sanction",
        "Retirer la sanction",
        "La sanction est retirée. Les mois déjà décidés sont à régulariser dans les allocations.",
        "Après un recours, ou une erreur : la sanction est effacée de ses effets, et ne compte plus.",
    )
    return _etape(requete, page, etape, f.FormulaireRaison, services.retirer_sanction)


@permission("sanction.decider")
@envoi_unique
def radiation(requete: Requete, numero: str, procedure_id: int) -> HttpResponseBase:
    """Propose a striking off."""
    page = page_ou_404(requete, numero, procedure_id)
    _exiger_pouvoir(requete, page)
    etape = Etape(
        "Proposer une radiation à France Travail",
        "Écrire la proposition",
        "La proposition est écrite : elle est à transmettre à France Travail.",
        "La mission locale ne prononce rien ici : France Travail mène sa procédure et décide (L. 5426-1).",
    )
    rappel = {**_reproches(page.procedure), "Ce que permet le texte": _permises(page.procedure)}
    return _etape(requete, page, etape, f.FormulaireRadiation, services.proposer_radiation, rappel=rappel)
