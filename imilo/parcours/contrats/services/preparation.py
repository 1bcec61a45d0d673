"""Before the signature: examine eligibility, prepare the contract, change it, give it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.droit.cej import FaitsDuree, FaitsForfait, duree, forfait
from imilo.droit.contrat_engagement import FaitsDureeHebdomadaire, duree_hebdomadaire
from imilo.droit.decision import vers_json
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.montants import Montant
from imilo.journal.services import consigner
from imilo.parcours.contrats.eligibilite import EligibiliteCEJ, Reponses, decider, reponses_de
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import (
    SANS_DUREE,
    ActionPrevue,
    Amenagement,
    AutonomieFiscale,
    ContratEngagement,
    ExamenCEJ,
    Logement,
    Soutien,
)
from imilo.parcours.contrats.selectors import dernier_examen
from imilo.parcours.contrats.services.commun import (
    CHAMPS,
    au_champ,
    dossier_suivi,
    est_mineur,
    reprendre_contrat,
)
from imilo.parcours.diagnostics.models import Organisme
from imilo.parcours.diagnostics.selectors import dernier_diagnostic, orientation_actuelle
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

ACTIONS_MAX = 20
MAYOTTE = "976"


@dataclass(frozen=True)
class ContratSaisi:
    """What the form says of the contract. Days included, hours a week; choices are those of the model."""

    debut: date
    fin_prevue: date
    heures_hebdo: Decimal
    objectifs: str
    engagements_jeune: str
    engagements_structure: str
    referent: Agent
    logement: str
    foyer_fiscal: str
    soutien_parental: str = ""
    autonomie_fiscale: str = AutonomieFiscale.AUCUNE
    amenagement: str = Amenagement.AUCUN
    amenagement_raison: str = ""
    representant_nom: str = ""
    representant_qualite: str = ""
    mineur_emancipe: bool = False


@dataclass(frozen=True)
class ActionSaisie:
    """One line of the plan of actions (R. 5411-15)."""

    categorie: str
    intitule: str
    organisme: str = ""
    echeance: date | None = None


@transaction.atomic
def examiner_eligibilite(agent: Agent, dossier: Dossier, *, reponses: Reponses) -> ExamenCEJ:
    """Keep the answers and what the law says of them today. Fact `cej.examine`.

    Raises `RegleViolee`: an appreciation without words, an exception without its reasons.
    """
    dossier = dossier_suivi(dossier)
    le = aujourd_hui(dossier.structure)
    if reponses.difficulte_emploi_durable and not reponses.difficulte_appreciation.strip():
        raise RegleViolee("Écrivez en quelques mots ces difficultés (R. 5131-15).", "difficulte_appreciation")
    if reponses.circonstances_particulieres and not reponses.circonstances_texte.strip():
        raise RegleViolee("Écrivez en quelques mots ces circonstances (R. 5131-16).", "circonstances_texte")
    decision = _decider(dossier, reponses, le)
    examen = ExamenCEJ(
        dossier=dossier,
        structure_id=dossier.structure_id,
        le=le,
        agent=agent,
        eligible=decision.resultat["eligible"],
        decision=vers_json(decision),
        **asdict(reponses),
    )
    enregistrer(examen, champs={}, premier=True)
    issue = {True: "eligible", False: "non_eligible", None: "a_completer"}[examen.eligible]
    consigner(agent, "cej.examine", examen, issue=issue)
    return examen


def _decider(dossier: Dossier, reponses: Reponses, le: date) -> EligibiliteCEJ:
    try:
        return decider(dossier, reponses, le=le)
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, erreur.champ) from erreur


def exiger_eligible(dossier: Dossier, *, le: date) -> tuple[ExamenCEJ, EligibiliteCEJ]:
    """The last examination and the law's answer on the day `le`. Raises `RegleViolee` unless it is yes."""
    examen = dernier_examen(dossier=dossier)
    if examen is None:
        raise RegleViolee("Examinez d'abord avec la personne si elle peut signer un CEJ.")
    decision = _decider(dossier, reponses_de(examen), le)
    if decision.resultat["eligible"] is not True:
        points = [f"{m.phrase} ({m.article})" for m in decision.motifs if m.satisfait is not True]
        raise RegleViolee(" ".join([f"Un CEJ ne peut pas être signé le {le:%d/%m/%Y}.", *points]))
    return examen, decision


def _verifier(dossier: Dossier, saisi: ContratSaisi, actions: Sequence[ActionSaisie]) -> None:
    orientation = orientation_actuelle(dossier=dossier)
    if orientation is None or orientation.vers != Organisme.MISSION_LOCALE:
        raise RegleViolee("Décidez d'abord l'orientation vers la mission locale (L. 5411-5-1).")
    if dernier_diagnostic(dossier=dossier) is None:
        raise RegleViolee("Le contrat s'élabore au vu d'un diagnostic : établissez-le d'abord (L. 5411-6 I).")
    if saisi.fin_prevue < saisi.debut:
        raise RegleViolee("La fin du contrat précède son début.", "fin_prevue")
    if saisi.logement == Logement.FOYER and not saisi.soutien_parental:
        raise RegleViolee("Indiquez le soutien que ses parents lui apportent (L. 5131-6).", "soutien_parental")
    le = aujourd_hui(dossier.structure)
    if not agents_de(structure=dossier.structure, le=le, profils=REFERENTS).filter(pk=saisi.referent.pk).exists():
        raise RegleViolee(f"{saisi.referent} n'accompagne pas de jeunes dans cette structure.", "referent")
    if saisi.mineur_emancipe and not est_mineur(dossier, le=le):
        raise RegleViolee("Cette personne est majeure : ne cochez pas « mineur émancipé ».", "mineur_emancipe")
    if not actions:
        raise RegleViolee("Ajoutez au moins une action : le contrat a un plan d'action (L. 5411-6 II 3°).", "actions")
    if len(actions) > ACTIONS_MAX:
        raise RegleViolee(f"Un plan d'action compte au plus {ACTIONS_MAX} lignes.", "actions")


def _verifier_heures(saisi: ContratSaisi) -> dict[str, object]:
    """The decision of the weekly hours. Raises `RegleViolee` (L. 5411-6 II)."""
    sans_duree = saisi.amenagement in SANS_DUREE
    if sans_duree and saisi.heures_hebdo != 0:
        raise RegleViolee("Sans durée hebdomadaire, indiquez 0 heure ; sinon, une durée réduite.", "heures_hebdo")
    if saisi.amenagement == Amenagement.INDIVIDUEL and not saisi.amenagement_raison.strip():
        raise RegleViolee("Une durée réduite a sa raison individuelle : écrivez-la.", "amenagement_raison")
    try:
        # The assessment was checked, and the words of the choice state the request, the difficulties and the age.
        faits = FaitsDureeHebdomadaire(
            saisi.heures_hebdo,
            saisi.amenagement,  # type: ignore[arg-type]  # same values
            diagnostic_realise=True,
            a_sa_demande=sans_duree,
            difficultes_averees=sans_duree,
            enfant_assez_jeune=saisi.amenagement == Amenagement.PARENT_ISOLE,
        )
        decision = appliquer(duree_hebdomadaire, faits, saisi.debut)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {"heures": "heures_hebdo"}) from erreur
    if not decision.resultat["conforme"]:
        raise RegleViolee(f"{decision.motifs[0].phrase} ({decision.motifs[0].article})", "heures_hebdo")
    if saisi.amenagement != Amenagement.AUCUN and saisi.heures_hebdo >= decision.resultat["minimum"]:
        raise RegleViolee("Cette durée n'est pas réduite : choisissez « durée normale ».", "amenagement")
    return vers_json(decision)


def _verifier_duree(saisi: ContratSaisi) -> tuple[dict[str, object], Echeance]:
    """The decision of the duration, and the last day chosen within it. Raises `RegleViolee` (R. 5131-16)."""
    try:
        decision = appliquer(duree, FaitsDuree(debut=saisi.debut, fin=saisi.fin_prevue), saisi.debut)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {"fin": "fin_prevue"}) from erreur
    limite = decision.resultat["dernier_jour_possible"]
    if decision.resultat["conforme"] is not True or limite is None:
        motif = decision.motifs[-1]
        raise RegleViolee(f"{motif.phrase} ({motif.article})", "fin_prevue")
    return vers_json(decision), limite.au_plus_tard(saisi.fin_prevue)


def _forfait(dossier: Dossier, saisi: ContratSaisi) -> tuple[dict[str, object], Montant | None]:
    """The flat amount and the most that the allowance may be (R. 5131-16), None when it isn't open."""
    commune = dossier.adresse_commune
    departement = commune.departement_id if commune else dossier.structure.code_departement
    faits = FaitsForfait(
        date_naissance=dossier.jeune.naissance,
        precision_naissance=dossier.jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        foyer=saisi.foyer_fiscal,  # type: ignore[arg-type]  # same values
        autonomie_fiscale=saisi.autonomie_fiscale,  # type: ignore[arg-type]  # same values
        mayotte=departement == MAYOTTE,
        emancipe=saisi.mineur_emancipe,
    )
    try:
        decision = appliquer(forfait, faits, saisi.debut)
    except FaitInvalide as erreur:
        raise au_champ(erreur, {"foyer": "foyer_fiscal"}) from erreur
    soutenu = saisi.logement == Logement.FOYER and saisi.soutien_parental == Soutien.SUFFISANT
    ouvert = decision.resultat["ouvert"] and not soutenu
    return vers_json(decision), decision.resultat["forfait"] if ouvert else None


def _ecrire(contrat: ContratEngagement, saisi: ContratSaisi, actions: Sequence[ActionSaisie], *, premier: bool) -> None:
    for champ in ContratSaisi.__dataclass_fields__:
        setattr(contrat, champ, getattr(saisi, champ))
    if contrat.logement == Logement.HORS_FOYER:
        contrat.soutien_parental = ""
    contrat.heures = _verifier_heures(saisi)
    contrat.duree, contrat.fin_prevue = _verifier_duree(saisi)
    contrat.forfait, contrat.allocation_maximum = _forfait(contrat.dossier, saisi)
    enregistrer(contrat, champs=CHAMPS, premier=premier)
    contrat.actions.all().delete()
    for action in actions:
        ligne = ActionPrevue(
            contrat=contrat, dossier=contrat.dossier, structure_id=contrat.structure_id, **asdict(action)
        )
        enregistrer(ligne, champs={}, premier=True)


@transaction.atomic
def preparer_contrat(
    agent: Agent, dossier: Dossier, *, saisi: ContratSaisi, actions: Sequence[ActionSaisie]
) -> ContratEngagement:
    """Write a contract to be signed. Fact `contrat.prepare`.

    Raises `RegleViolee`: no orientation or assessment yet, not eligible today, more than twelve months,
    too few hours a week without a ground, or another contract in preparation.
    """
    dossier = dossier_suivi(dossier)
    _verifier(dossier, saisi, actions)
    examen, decision = exiger_eligible(dossier, le=aujourd_hui(dossier.structure))
    contrat = ContratEngagement(
        dossier=dossier,
        structure_id=dossier.structure_id,
        jeune_id=dossier.jeune_id,
        examen=examen,
        eligibilite=vers_json(decision),
        prepare_par=agent,
    )
    _ecrire(contrat, saisi, actions, premier=True)
    consigner(agent, "contrat.prepare", contrat)
    return contrat


@transaction.atomic
def modifier_contrat(
    agent: Agent, contrat: ContratEngagement, *, version: int, saisi: ContratSaisi, actions: Sequence[ActionSaisie]
) -> ContratEngagement:
    """Change a contract that isn't signed. Fact `contrat.modifie`. Raises `RegleViolee`, `VersionPerimee`."""
    dossier = dossier_suivi(contrat.dossier)
    stocke = reprendre(contrat, version=version)
    if stocke.etat != Etat.PREPARE:
        raise RegleViolee("Un contrat signé ne se modifie pas.")
    _verifier(dossier, saisi, actions)
    stocke.dossier = dossier
    stocke.examen, decision = exiger_eligible(dossier, le=aujourd_hui(dossier.structure))
    stocke.eligibilite = vers_json(decision)
    stocke.version += 1
    _ecrire(stocke, saisi, actions, premier=False)
    consigner(agent, "contrat.modifie", stocke)
    return stocke


@transaction.atomic
def abandonner_contrat(agent: Agent, contrat: ContratEngagement, *, version: int) -> ContratEngagement:
    """Give up a contract that nobody signed. Fact `contrat.abandonne`. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = reprendre_contrat(contrat, version=version, vers=Etat.ANNULE)
    stocke.etat = Etat.ANNULE
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    consigner(agent, "contrat.abandonne", stocke)
    return stocke
