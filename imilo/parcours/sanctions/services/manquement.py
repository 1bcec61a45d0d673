"""A failing noted, then examined: is there a legitimate reason, what may it cost, who decides."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.decision import Decision, vers_json
from imilo.droit.sanction import ResultatQuantum
from imilo.journal.services import consigner
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.parcours.sanctions import faits
from imilo.parcours.sanctions.etats import Etat
from imilo.parcours.sanctions.models import GenreMessage, Manquement, Origine, Procedure
from imilo.parcours.sanctions.services.commun import (
    CHAMPS,
    exiger_pouvoir,
    exiger_texte,
    garder,
    passer,
    reprendre_procedure,
    verifier_passe,
    verrouiller,
)
from imilo.parcours.sanctions.services.messages import ecrire_message
from imilo.socle.erreurs import RegleViolee


@dataclass(frozen=True)
class ManquementSaisi:
    """What is noted. `refus` counts reasonable offers refused, for that failing alone."""

    manquement: str
    constate_le: date
    faits: str
    origine: str = Origine.CONSEILLER
    refus: int | None = None


@dataclass(frozen=True)
class ExamenSaisi:
    """What is found of the reason and of the situation; None: not known."""

    motif_legitime: bool
    motif_texte: str = ""
    se_poursuit: bool | None = None
    allocation: bool | None = None
    revenu_remplacement: bool | None = None
    rsa: bool | None = None


def _contrat_du_jour(dossier: Dossier, jour: date) -> ContratEngagement | None:
    """The contract that ran on the day of the failing, else the last one concluded before it."""
    conclus = ContratEngagement.objects.conclus().filter(dossier=dossier, debut__lte=jour)
    return conclus.order_by("-debut", "-pk").first()


@transaction.atomic
def noter_manquement(agent: Agent, dossier: Dossier, *, saisi: ManquementSaisi) -> Procedure:
    """Note a failing and its facts. Fact `sanction.constatee`. Raises `RegleViolee`."""
    dossier = verrouiller(dossier)
    le = aujourd_hui(dossier.structure)
    verifier_passe(saisi.constate_le, le, "constate_le", "Un manquement")
    texte = exiger_texte(saisi.faits, "faits", "Décrivez les faits : la personne les lira.")
    contrat = _contrat_du_jour(dossier, saisi.constate_le)
    if contrat is None and saisi.manquement == Manquement.ENGAGEMENTS:
        raise RegleViolee(
            f"Aucun contrat d'engagement n'est signé au {francais.jour(saisi.constate_le)} : il n'y a pas "
            "d'engagement à tenir ce jour-là.",
            "constate_le",
        )
    if saisi.manquement == Manquement.REFUS_OFFRES and saisi.refus is None:
        raise RegleViolee("Dites combien d'offres raisonnables ont été refusées.", "refus")
    procedure = Procedure(
        dossier=dossier,
        structure=dossier.structure,
        contrat=contrat,
        manquement=saisi.manquement,
        origine=saisi.origine,
        constate_le=saisi.constate_le,
        faits=texte,
        refus=saisi.refus if saisi.manquement == Manquement.REFUS_OFFRES else None,
        constate_par=agent,
    )
    faits.verifier_constat(procedure, le=le)
    enregistrer(procedure, champs=CHAMPS, premier=True)
    consigner(agent, "sanction.constatee", procedure, manquement=saisi.manquement, origine=saisi.origine)
    return procedure


@transaction.atomic
def examiner_manquement(agent: Agent, procedure: Procedure, *, version: int, examen: ExamenSaisi) -> Procedure:
    """Say whether there is a legitimate reason, and keep what the law answers.

    Facts `sanction.examinee`, `sanction.sans_suite`. A legitimate reason ends it there (L. 5412-1 I), but for a fraud.
    It may be examined again until the intention is told. Raises `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.CONSTATE,))
    le = aujourd_hui(stockee.dossier.structure)
    for champ, valeur in asdict(examen).items():
        setattr(stockee, champ, valeur)
    stockee.examine_par = agent
    rang = faits.decider_rang(stockee, le=le)
    quantum = faits.decider_quantum(stockee, rang=rang.resultat["rang"] or "premier", le=le)
    if examen.motif_legitime:
        return _sans_suite(agent, stockee, quantum, le)
    if rang.resultat["sanctionnable"] is False:
        raise RegleViolee("\n".join(m.phrase for m in rang.motifs if m.satisfait is False), "se_poursuit")
    if rang.resultat["rang"] is None:
        raise RegleViolee(" ".join(m.phrase for m in rang.motifs if m.satisfait is None), "se_poursuit")
    stockee.rang, stockee.quantum = vers_json(rang), vers_json(quantum)
    consigner(agent, "sanction.examinee", stockee, rang=rang.resultat["rang"])
    return garder(stockee)


def _sans_suite(agent: Agent, procedure: Procedure, quantum: Decision[ResultatQuantum], le: date) -> Procedure:
    if quantum.resultat["sanctionnable"] is not False:
        raise RegleViolee("La loi n'admet pas de raison légitime pour ce manquement (L. 5412-1 IV).", "motif_legitime")
    raison = exiger_texte(procedure.motif_texte, "motif_texte", "Dites quelle est cette raison légitime.")
    procedure.quantum = vers_json(quantum)
    passer(procedure, Etat.SANS_SUITE)
    procedure.close_le, procedure.close_par, procedure.close_raison = le, agent, raison
    consigner(agent, "sanction.sans_suite", procedure)
    return garder(procedure)


@transaction.atomic
def proposer_radiation(agent: Agent, procedure: Procedure, *, version: int, mois: int, motivation: str) -> Procedure:
    """Propose to France Travail a striking off that the mission locale can't pronounce. Fact `sanction.proposee`.

    L. 5426-1 I: only when the law gives nothing to pronounce here, and a striking off to propose. Raises
    `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = reprendre_procedure(procedure, version=version, dans=(Etat.CONSTATE,))
    le = aujourd_hui(stockee.dossier.structure)
    exiger_pouvoir(agent, stockee, le=le)
    if stockee.rang is None:
        raise RegleViolee("Examinez d'abord la raison donnée et la situation.")
    rang = faits.decider_rang(stockee, le=le)
    mesure = faits.Mesure("radiation", mois=mois)
    quantum = faits.decider_quantum(stockee, rang=rang.resultat["rang"] or "premier", le=le, mesure=mesure)
    if quantum.resultat["competente"] or not quantum.resultat["conforme"]:
        raise RegleViolee("Le texte ne permet pas de proposer cette radiation : vérifiez sa durée.", "mois")
    stockee.motivation = exiger_texte(motivation, "motivation", "Dites pourquoi vous proposez cette radiation.")
    stockee.radiation_mois = mois
    stockee.rang, stockee.quantum = vers_json(rang), vers_json(quantum)
    passer(stockee, Etat.PROPOSEE)
    garder(stockee)
    ecrire_message(stockee, GenreMessage.RADIATION, le=le)
    consigner(agent, "sanction.proposee", stockee, mois=mois)
    return stockee
