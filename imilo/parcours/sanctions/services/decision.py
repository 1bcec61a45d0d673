"""The decision: within its delays or taken on late, within what the law permits, notified, and told to partners."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.droit.sanction import ResultatProcedure, ResultatQuantum
from imilo.journal.services import consigner
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import GenreDocument
from imilo.parcours.sanctions import faits, pdf
from imilo.parcours.sanctions.etats import PRISES, Etat
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import GenreMessage, MessagePartenaire, Nature, Procedure
from imilo.parcours.sanctions.reglages import premiers_mois_permis
from imilo.parcours.sanctions.services.commun import (
    exiger_pouvoir,
    exiger_texte,
    garder,
    passer,
    reprendre_procedure,
    verifier_moyen,
)
from imilo.parcours.sanctions.services.intention import verifier_mesure, verifier_reception
from imilo.parcours.sanctions.services.messages import ecrire_message
from imilo.socle.erreurs import RegleViolee


def premiers_mois(le: date) -> list[date]:
    """The months from which a measure decided on `le` may run: that one or the next ones, never one before it.

    How many is a setting of ours: no article says in which month a measure begins.
    """
    return [mois_plus(debut_du_mois(le), n) for n in range(premiers_mois_permis())]


@transaction.atomic
def assumer_le_retard(agent: Agent, procedure: Procedure, *, version: int, raison: str) -> Procedure:
    """Take on, with its reason, a decision that comes after the fifteen days. Fact `sanction.retard_assume`.

    The text sets the delay (R. 5412-7-1) without saying what comes of it: somebody entitled answers for it. Raises
    `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.NOTIFIEE,))
    le = aujourd_hui(stockee.dossier.structure)
    exiger_pouvoir(agent, stockee, le=le)
    if not faits.derouler(stockee, le=le).resultat["en_retard"]:
        raise RegleViolee("Le délai pour décider n'est pas dépassé : il n'y a pas de retard à assumer.")
    stockee.retard_raison = exiger_texte(raison, "raison", "Dites pourquoi la décision vient hors délai.")
    stockee.retard_assume_le, stockee.retard_assume_par = le, agent
    consigner(agent, "sanction.retard_assume", stockee)
    return garder(stockee)


def _exiger_le_moment(procedure: Procedure, deroulement: Decision[ResultatProcedure]) -> None:
    """Raises `RegleViolee` when it is too early, or too late and nobody took it on."""
    resultat = deroulement.resultat
    if not resultat["peut_decider"]:
        limite = resultat["limite_observations"]
        if resultat["etat"] == "audition":
            raise RegleViolee("La personne a demandé à être entendue : la décision vient après son audition.")
        attente = f"jusqu'au {francais.jour(limite)} inclus" if limite else "dix jours à partir de la réception"
        raise RegleViolee(f"La personne peut répondre {attente} : la décision vient après.")
    if resultat["en_retard"] and procedure.retard_assume_le is None:
        limite = resultat["limite_decision"]
        assert limite is not None
        raise RegleViolee(
            f"La décision devait être prise au plus tard le {francais.jour(limite)}. Pour la prendre quand même, une "
            "personne habilitée doit d'abord assumer ce retard et dire pourquoi ; sinon, arrêtez la procédure."
        )


def _radiation(quantum: Decision[ResultatQuantum], mesure: Mesure) -> int | None:
    """How many months of striking off France Travail is asked for, with this measure."""
    if not quantum.resultat["entraine_radiation"]:
        return None
    radiation = next(m for m in quantum.resultat["mesures"] if m["nature"] == "radiation")
    fixe = radiation["mois_minimum"] == radiation["mois_maximum"]
    return radiation["mois_minimum"] if fixe else mesure.mois or radiation["mois_minimum"]


def _poser_la_mesure(
    procedure: Procedure, mesure: Mesure, quantum: Decision[ResultatQuantum], premier_mois: date | None, le: date
) -> None:
    procedure.nature, procedure.part = mesure.nature, mesure.part
    procedure.mois, procedure.fin_le = mesure.mois, mesure.fin_le
    procedure.radiation_mois = _radiation(quantum, mesure)
    if not procedure.retenue:
        return
    if premier_mois not in premiers_mois(le):
        raise RegleViolee(
            "Une sanction ne revient pas en arrière, et ne se remet pas à plus tard : choisissez un mois de la liste.",
            "premier_mois",
        )
    procedure.premier_mois = premier_mois
    if mesure.mois is not None:
        procedure.terme = faits.decider_levee(procedure, conforme_le=None, le=le).resultat["terme"]


@transaction.atomic
def decider_sanction(
    agent: Agent,
    procedure: Procedure,
    *,
    version: int,
    mesure: Mesure,
    motivation: str,
    premier_mois: date | None = None,
) -> Procedure:
    """Pronounce the sanction, today, and write its letter. Fact `sanction.decidee`.

    Within what `sanction.quantum` permits, and never heavier than what the person was told of and could answer.
    `premier_mois` is the first day of the first month withheld, for a suspension or a suppression. Raises
    `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.NOTIFIEE,))
    le = aujourd_hui(stockee.dossier.structure)
    pouvoir = exiger_pouvoir(agent, stockee, le=le)
    _exiger_le_moment(stockee, faits.derouler(stockee, le=le))
    rang = faits.decider_rang(stockee, le=le)
    quantum = verifier_mesure(stockee, mesure, rang=rang.resultat["rang"] or "premier", le=le)
    if faits.plus_lourde(mesure, Mesure.envisagee(stockee)):
        raise RegleViolee(
            "Cette sanction est plus lourde que celle annoncée : la personne n'a pas pu y répondre. Réduisez-la, ou "
            "arrêtez cette procédure et recommencez par un nouveau courrier.",
            "nature",
        )
    stockee.motivation = exiger_texte(motivation, "motivation", "Dites pourquoi : une sanction est motivée.")
    _poser_la_mesure(stockee, mesure, quantum, premier_mois, le)
    stockee.decidee_le, stockee.decidee_par, stockee.pouvoir = le, agent, pouvoir.mention
    stockee.rang, stockee.quantum_decide = vers_json(rang), vers_json(quantum)
    stockee.deroulement = vers_json(faits.derouler(stockee, le=le))
    stockee.decision_document = enregistrer_document(
        agent,
        dossier=stockee.dossier,
        genre=GenreDocument.SANCTION,
        titre=pdf.objet_de_la_decision(stockee),
        contenu=pdf.courrier_de_decision(stockee, a=timezone.now()),
        type_mime=PDF,
    )
    passer(stockee, Etat.DECIDEE)
    consigner(agent, "sanction.decidee", stockee, nature=mesure.nature, mois=mesure.mois)
    return garder(stockee)


@transaction.atomic
def noter_remise_de_la_decision(
    agent: Agent,
    procedure: Procedure,
    *,
    version: int,
    personne_le: date | None,
    representants_le: date | None = None,
    moyen: str,
) -> Procedure:
    """Note who received the decision, and when: it then takes effect. Fact `sanction.notifiee`.

    A month withheld never comes before the one in which the decision is received: the measure starts later then, for
    as long. France Travail is told of it by the outbox. Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.DECIDEE,))
    le = aujourd_hui(stockee.dossier.structure)
    verifier_reception(stockee, personne_le, representants_le, depuis=stockee.decidee_le, le=le)
    verifier_moyen(moyen, le)
    if personne_le is not None:
        stockee.decision_notifiee_le, stockee.decision_moyen = personne_le, moyen
    if representants_le is not None:
        stockee.decision_representants_le, stockee.decision_moyen = representants_le, moyen
    deroulement = faits.derouler(stockee, le=le)
    stockee.deroulement = vers_json(deroulement)
    if deroulement.resultat["etat"] == "notifiee":
        _rendre_executoire(stockee, le)
    consigner(agent, "sanction.notifiee", stockee, moyen=moyen.lower())
    return garder(stockee)


def _rendre_executoire(procedure: Procedure, le: date) -> None:
    recu = procedure.recue_le
    assert recu is not None
    if procedure.premier_mois is not None and procedure.premier_mois < debut_du_mois(recu):
        procedure.premier_mois = debut_du_mois(recu)
        if procedure.mois is not None:
            procedure.terme = faits.decider_levee(procedure, conforme_le=None, le=le).resultat["terme"]
    passer(procedure, Etat.EXECUTOIRE)
    assert procedure.quantum_decide is not None
    if procedure.retenue:
        ecrire_message(procedure, GenreMessage.SANCTION, le=le)
    if procedure.radiation_mois is not None:
        ecrire_message(procedure, GenreMessage.RADIATION, le=le)


@transaction.atomic
def retirer_sanction(agent: Agent, procedure: Procedure, *, version: int, raison: str) -> Procedure:
    """Withdraw a sanction pronounced (an appeal, a mistake): it is as if it had never been. Fact `sanction.retiree`.

    It no longer counts in a rank, and withholds nothing more; months already decided are to be put right by the
    allowances. Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=tuple(e for e in PRISES if e != Etat.RETIREE))
    le = aujourd_hui(stockee.dossier.structure)
    exiger_pouvoir(agent, stockee, le=le)
    stockee.close_raison = exiger_texte(raison, "raison", "Dites pourquoi la sanction est retirée.")
    stockee.close_le, stockee.close_par = le, agent
    passer(stockee, Etat.RETIREE)
    garder(stockee)
    if MessagePartenaire.objects.filter(procedure=stockee).exists():
        ecrire_message(stockee, GenreMessage.RETRAIT, le=le)
    consigner(agent, "sanction.retiree", stockee)
    return stockee


def mesures_permises(procedure: Procedure) -> list[Nature]:
    """What may be chosen at the decision: what was announced, and what is lighter."""
    if procedure.envisagee_nature in (Nature.AVERTISSEMENT, Nature.RADIATION):
        return [Nature(procedure.envisagee_nature)]
    degres = [Nature.SUSPENSION, Nature.SUPPRESSION]
    return degres[: degres.index(Nature(procedure.envisagee_nature)) + 1]
