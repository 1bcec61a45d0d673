"""Appeals against any decision of the dossier: received, dated, answered by a letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.contrats.courriers import Courrier, pdf_du_courrier
from imilo.parcours.contrats.models import IssueRecours, NatureRecours, Recours
from imilo.parcours.contrats.models.decisions import CanalRecours
from imilo.parcours.contrats.selectors import pouvoir_de_repondre
from imilo.parcours.contrats.services.commun import dossier_du_recours
from imilo.parcours.dossiers.decisions import DecisionGardee
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Document, Dossier, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.socle.erreurs import NonHabilite, RegleViolee


@dataclass(frozen=True)
class RecoursSaisi:
    """What was received: its nature, how, on which day, what the person says."""

    nature: str
    canal: str
    recu_le: date
    arguments: str


@transaction.atomic
def recevoir_recours(agent: Agent, dossier: Dossier, *, contre: DecisionGardee, saisi: RecoursSaisi) -> Recours:
    """Write an appeal against a decision kept in this dossier. Fact `recours.recu`. Raises `RegleViolee`.

    Whether it comes in time is for who answers: nothing is refused at the door.
    """
    dossier = dossier_du_recours(dossier)
    if saisi.nature not in NatureRecours.values:
        raise RegleViolee("Choisissez la nature du recours.", "nature")
    if saisi.canal not in CanalRecours.values:
        raise RegleViolee("Choisissez comment il a été reçu.", "canal")
    if saisi.recu_le > aujourd_hui(dossier.structure):
        raise RegleViolee("Un recours ne se note pas d'avance.", "recu_le")
    if saisi.recu_le < contre.jour:
        raise RegleViolee(f"La décision est du {contre.jour:%d/%m/%Y} : un recours vient après.", "recu_le")
    if not saisi.arguments.strip():
        raise RegleViolee("Écrivez ce que dit la personne.", "arguments")
    recours = Recours(
        dossier=dossier,
        structure_id=dossier.structure_id,
        source=contre.source,
        objet=contre.objet,
        contre=f"{contre.titre}, du {contre.jour:%d/%m/%Y}"[:300],
        nature=saisi.nature,
        canal=saisi.canal,
        recu_le=saisi.recu_le,
        arguments=saisi.arguments.strip(),
        recu_par=agent,
    )
    enregistrer(recours, champs={}, premier=True)
    consigner(agent, "recours.recu", recours, nature=saisi.nature)
    return recours


@transaction.atomic
def repondre_recours(
    agent: Agent, recours: Recours, *, version: int, repondu_le: date, issue: str, reponse: str
) -> Recours:
    """Answer an appeal, under a dated power, by a letter. Fact `recours.repondu`.

    Raises `RegleViolee`, `NonHabilite`, `VersionPerimee`. What the answer changes is decided apart.
    """
    dossier = dossier_du_recours(recours.dossier)
    stocke = reprendre(recours, version=version)
    _verifier_reponse(stocke, dossier, repondu_le=repondu_le, issue=issue, reponse=reponse)
    pouvoir = pouvoir_de_repondre(agent=agent, structure=dossier.structure, le=repondu_le)
    if pouvoir is None:
        raise NonHabilite(f"{agent} n'a pas de délégation pour répondre à un recours au nom de l'État.")
    stocke.issue, stocke.reponse, stocke.repondu_le = issue, reponse.strip(), repondu_le
    stocke.repondu_par, stocke.pouvoir = agent, pouvoir.mention
    stocke.document = _lettre_de_reponse(agent, stocke, dossier)
    stocke.version += 1
    enregistrer(stocke, champs={"recours_reponse_entiere": "repondu_le"})
    consigner(agent, "recours.repondu", stocke, issue=issue)
    return stocke


def _verifier_reponse(recours: Recours, dossier: Dossier, *, repondu_le: date, issue: str, reponse: str) -> None:
    if recours.issue:
        raise RegleViolee("Ce recours a déjà sa réponse.")
    if issue not in IssueRecours.values:
        raise RegleViolee("Choisissez l'issue du recours.", "issue")
    if not reponse.strip():
        raise RegleViolee("Écrivez la réponse et ses raisons.", "reponse")
    if repondu_le > aujourd_hui(dossier.structure):
        raise RegleViolee("Une réponse ne se date pas d'avance.", "repondu_le")
    if repondu_le < recours.recu_le:
        raise RegleViolee(
            f"Le recours a été reçu le {recours.recu_le:%d/%m/%Y} : la réponse vient après.", "repondu_le"
        )


def _lettre_de_reponse(agent: Agent, recours: Recours, dossier: Dossier) -> Document:
    """The letter of an answered appeal: what was contested, the issue, its reasons."""
    assert recours.repondu_le is not None
    courrier = Courrier(
        titre="Réponse à votre recours",
        texte=(
            f"Vous avez contesté le {recours.recu_le:%d/%m/%Y} : {recours.contre}.",
            f"{IssueRecours(recours.issue).label}.",
        ),
        motifs=((recours.reponse, ""),),
        pouvoir=recours.pouvoir,
        le=recours.repondu_le,
        reference=f"recours {recours.pk}",
    )
    return enregistrer_document(
        agent,
        dossier=dossier,
        genre=GenreDocument.NOTIFICATION,
        titre=f"Réponse au recours du {recours.recu_le:%d/%m/%Y}",
        contenu=pdf_du_courrier(courrier, dossier, a=timezone.now()),
        type_mime=PDF,
    )
