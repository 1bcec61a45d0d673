"""Before the signature: examine eligibility, prepare the contract, change it, give it up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db import transaction

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.droit.contrat_engagement import FaitsDureeHebdomadaire, duree_hebdomadaire
from imilo.droit.decision import vers_json
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.montants import Montant
from imilo.jeunes.telephones import lire_telephone
from imilo.journal.services import consigner
from imilo.parcours.contrats.eligibilite import EligibiliteCEJ, Reponses, decider, reponses_de
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import (
    SANS_DUREE,
    ActionPrevue,
    Amenagement,
    ContratEngagement,
    ExamenCEJ,
    Logement,
    PhasePacea,
    Projet,
)
from imilo.parcours.contrats.selectors import dernier_examen
from imilo.parcours.contrats.services import cadres
from imilo.parcours.contrats.services.commun import (
    CHAMPS,
    au_champ,
    dossier_suivi,
    est_mineur,
    reprendre_contrat,
    retirer_envoi,
)
from imilo.parcours.contrats.services.saisies import SANS_COLONNE, ActionSaisie, ContratSaisi, PhaseSaisie
from imilo.parcours.diagnostics.models import Organisme
from imilo.parcours.diagnostics.selectors import dernier_diagnostic, orientation_actuelle
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.parcours.liens.models import Fermeture
from imilo.socle.erreurs import Controle, RegleViolee
from imilo.socle.lois import appliquer

ACTIONS_MAX = 20


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


def prealables_manquants(dossier: Dossier) -> list[tuple[str, Lien]]:
    """What comes before any contract and isn't there yet, in words, with its page."""
    manquants = []
    orientation = orientation_actuelle(dossier=dossier)
    if orientation is None or orientation.vers != Organisme.MISSION_LOCALE:
        dit = "Décidez d'abord l'orientation vers la mission locale (L. 5411-5-1)."
        manquants.append((dit, Lien("orientation", (str(dossier),), "Décider l'orientation", "contrat.preparer")))
    if dernier_diagnostic(dossier=dossier) is None:
        dit = "Le contrat s'élabore au vu d'un diagnostic : établissez-le d'abord (L. 5411-6 I)."
        manquants.append((dit, Lien("diagnostic", (str(dossier),), "Établir le diagnostic", "diagnostic.saisir")))
    return manquants


def _exiger_les_prealables(dossier: Dossier) -> None:
    manquants = prealables_manquants(dossier)
    if manquants:
        raise RegleViolee(manquants[0][0])


@dataclass(frozen=True)
class _Reponses:
    """What the law answered on a contract, and what was read of its form."""

    heures: dict[str, object]
    jours: cadres.Jours
    forfait: dict[str, Any] | None
    allocation: Montant | None
    telephone: str


def _examiner(
    contrat: ContratEngagement, saisi: ContratSaisi, actions: Sequence[ActionSaisie], phases: Sequence[PhaseSaisie]
) -> _Reponses:
    """Everything that is to be corrected is told at once. Raises `RegleViolee`."""
    dossier = contrat.dossier
    _exiger_les_prealables(dossier)
    controle = Controle()
    with controle.point():
        if saisi.fin_prevue < saisi.debut:
            raise RegleViolee("La fin du contrat précède son début.", "fin_prevue")
    _verifier_ressources(saisi, controle)
    with controle.point():
        verifier_projet(saisi)
    _verifier_les_personnes(dossier, saisi, controle)
    _verifier_le_plan(actions, saisi, controle)
    with controle.point():
        _ouvrir_le_droit(contrat, saisi, le=aujourd_hui(dossier.structure))
    with controle.point():
        heures = verifier_heures(saisi)
    with controle.point():
        jours = cadres.jours(dossier, saisi, phases)
    with controle.point():
        forfait, allocation = cadres.allocation(dossier, saisi)
    with controle.point():
        departement = dossier.structure.code_departement
        telephone = lire_telephone(saisi.representant_telephone, departement, champ="representant_telephone")
    controle.conclure()
    return _Reponses(heures, jours, forfait, allocation, telephone)


def _verifier_les_personnes(dossier: Dossier, saisi: ContratSaisi, controle: Controle) -> None:
    le = aujourd_hui(dossier.structure)
    with controle.point():
        if not agents_de(structure=dossier.structure, le=le, profils=REFERENTS).filter(pk=saisi.referent.pk).exists():
            raise RegleViolee(f"{saisi.referent} n'accompagne pas de jeunes dans cette structure.", "referent")
    with controle.point():
        if saisi.mineur_emancipe and not est_mineur(dossier, le=le):
            raise RegleViolee("Cette personne est majeure : ne cochez pas « mineur émancipé ».", "mineur_emancipe")


def _verifier_le_plan(actions: Sequence[ActionSaisie], saisi: ContratSaisi, controle: Controle) -> None:
    with controle.point():
        if not actions:
            raise RegleViolee(
                "Ajoutez au moins une action : le contrat a un plan d'action (L. 5411-6 II 3°).", "actions"
            )
        if len(actions) > ACTIONS_MAX:
            raise RegleViolee(f"Un plan d'action compte au plus {ACTIONS_MAX} lignes.", "actions")
    with controle.point():
        verifier_echeances(actions, debut=saisi.debut)


def verifier_echeances(actions: Iterable[ActionSaisie | ActionPrevue], *, debut: date) -> None:
    """The plan is of the contract: no action is due before it. Raises `RegleViolee` at the action's own field."""
    controle = Controle()
    for n, action in enumerate(actions, start=1):
        with controle.point():
            if action.echeance is not None and action.echeance < debut:
                dit = f"Le contrat commence le {debut:%d/%m/%Y} : choisissez ce jour ou un autre, plus tard."
                raise RegleViolee(dit, f"actions.{n}.echeance")
    controle.conclure()


def _verifier_ressources(saisi: ContratSaisi, controle: Controle) -> None:
    """What the allowance of a CEJ depends on."""
    if saisi.cadre != Cadre.CEJ:
        return
    with controle.point():
        if not saisi.logement:
            raise RegleViolee("Indiquez où vit la personne (L. 5131-6).", "logement")
    with controle.point():
        if not saisi.foyer_fiscal:
            raise RegleViolee("Indiquez le foyer fiscal (D. 5131-19).", "foyer_fiscal")
    with controle.point():
        if saisi.logement == Logement.FOYER and not saisi.soutien_parental:
            raise RegleViolee("Indiquez le soutien que ses parents lui apportent (L. 5131-6).", "soutien_parental")


def verifier_projet(saisi: ContratSaisi) -> None:
    """A settled project has its day. What it lacks of the reasonable offer is told before the signature, and dated.

    L. 5411-6-1 I asks for the offer at once, R. 5411-15-1 gives six months: it is no ground to refuse a contract.
    """
    if saisi.projet == Projet.ETABLI and saisi.projet_etabli_le is None:
        raise RegleViolee("Indiquez depuis quel jour le projet est établi.", "projet_etabli_le")


def verifier_heures(saisi: ContratSaisi) -> dict[str, object]:
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


def _ecrire(
    contrat: ContratEngagement,
    saisi: ContratSaisi,
    actions: Sequence[ActionSaisie],
    phases: Sequence[PhaseSaisie],
    *,
    reponses: _Reponses,
    premier: bool,
) -> None:
    for champ in ContratSaisi.__dataclass_fields__:
        if champ not in SANS_COLONNE:
            setattr(contrat, champ, getattr(saisi, champ))
    if contrat.logement == Logement.HORS_FOYER:
        contrat.soutien_parental = ""
    contrat.representant_telephone = reponses.telephone
    contrat.heures, jours = reponses.heures, reponses.jours
    contrat.duree, contrat.fin_prevue, contrat.decision_fin = jours.decision, jours.fin, jours.decision_fin
    contrat.forfait, contrat.allocation_maximum = reponses.forfait, reponses.allocation
    enregistrer(contrat, champs=CHAMPS, premier=premier)
    contrat.actions.all().delete()
    contrat.phases.all().delete()
    for modele, lignes in ((ActionPrevue, actions), (PhasePacea, phases)):
        for ligne in lignes:
            objet = modele(contrat=contrat, dossier=contrat.dossier, structure_id=contrat.structure_id, **asdict(ligne))
            enregistrer(objet, champs={"phase_sans_recouvrement": "phases"}, premier=True)


def droit_au_jour(contrat: ContratEngagement, *, le: date) -> None:
    """Decide again, on the day of the signature, what opened the contract. Raises `RegleViolee`."""
    if contrat.cadre == Cadre.CEJ:
        contrat.examen, decision = exiger_eligible(contrat.dossier, le=le)
        contrat.eligibilite = vers_json(decision)
    elif contrat.cadre == Cadre.PACEA:
        faits = (contrat.eligibilite or {}).get("faits", {})
        contrat.eligibilite = cadres.exiger_pacea(
            contrat.dossier,
            en_difficulte=faits.get("en_difficulte"),
            risque_exclusion=faits.get("risque_exclusion"),
            le=le,
        )
    else:
        cadres.exiger_l_age_au(contrat.dossier, le=le)


def _ouvrir_le_droit(contrat: ContratEngagement, saisi: ContratSaisi, *, le: date) -> None:
    """What the frame asks before anything is signed: the examination of the CEJ, the conditions of the PACEA."""
    if saisi.cadre == Cadre.CEJ:
        contrat.examen, decision = exiger_eligible(contrat.dossier, le=le)
        contrat.eligibilite = vers_json(decision)
    elif saisi.cadre == Cadre.PACEA:
        contrat.eligibilite = cadres.exiger_pacea(
            contrat.dossier, en_difficulte=saisi.en_difficulte, risque_exclusion=saisi.risque_exclusion, le=le
        )


@transaction.atomic
def preparer_contrat(
    agent: Agent,
    dossier: Dossier,
    *,
    saisi: ContratSaisi,
    actions: Sequence[ActionSaisie],
    phases: Sequence[PhaseSaisie] = (),
) -> ContratEngagement:
    """Write a contract to be signed, in its frame. Fact `contrat.prepare`.

    Raises `RegleViolee`: no orientation or assessment yet, not eligible today, days or hours that its frame doesn't
    allow, or another contract in preparation.
    """
    dossier = dossier_suivi(dossier)
    contrat = ContratEngagement(
        dossier=dossier, structure_id=dossier.structure_id, jeune_id=dossier.jeune_id, prepare_par=agent
    )
    reponses = _examiner(contrat, saisi, actions, phases)
    _ecrire(contrat, saisi, actions, phases, reponses=reponses, premier=True)
    consigner(agent, "contrat.prepare", contrat)
    return contrat


@transaction.atomic
def modifier_contrat(
    agent: Agent,
    contrat: ContratEngagement,
    *,
    version: int,
    saisi: ContratSaisi,
    actions: Sequence[ActionSaisie],
    phases: Sequence[PhaseSaisie] = (),
    resigner: bool = False,
) -> ContratEngagement:
    """Change a contract that isn't signed by all: what was sent to sign, and signed of it, no longer counts.

    `resigner`: the agent knows that whoever signed it will sign again. Fact `contrat.modifie`.
    Raises `RegleViolee`, `VersionPerimee`.
    """
    dossier = dossier_suivi(contrat.dossier)
    stocke = reprendre(contrat, version=version)
    if stocke.etat != Etat.PREPARE:
        raise RegleViolee("Un contrat signé ne se modifie pas : préparez son actualisation.")
    if saisi.cadre != stocke.cadre:
        raise RegleViolee("Le cadre d'un contrat ne change pas : abandonnez ce projet, puis préparez-en un autre.")
    stocke.dossier = dossier
    reponses = _examiner(stocke, saisi, actions, phases)
    retirer_envoi(agent, stocke, pour=Fermeture.CHANGE, resigner=resigner)
    stocke.version += 1
    _ecrire(stocke, saisi, actions, phases, reponses=reponses, premier=False)
    consigner(agent, "contrat.modifie", stocke)
    return stocke


@transaction.atomic
def abandonner_contrat(agent: Agent, contrat: ContratEngagement, *, version: int) -> ContratEngagement:
    """Give up a contract that nobody signed. Fact `contrat.abandonne`. Raises `RegleViolee`, `VersionPerimee`."""
    stocke = reprendre_contrat(contrat, version=version, vers=Etat.ANNULE)
    retirer_envoi(agent, stocke, pour=Fermeture.ABANDONNE)
    stocke.etat = Etat.ANNULE
    stocke.version += 1
    enregistrer(stocke, champs=CHAMPS)
    consigner(agent, "contrat.abandonne", stocke)
    return stocke
