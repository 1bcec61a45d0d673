"""Steps of a story: the CEJ and its monthly allowances."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from imilo.config.demonstration import recits
from imilo.config.demonstration.histoires import Action, Recit, aujourd_hui
from imilo.droit.delais import mois_plus
from imilo.parcours.allocations.models import DecisionAllocation, Declaration
from imilo.parcours.allocations.services import (
    RessourceSaisie,
    SituationDuMois,
    decider_allocation,
    declarer_ressources,
    notifier_decision,
)
from imilo.parcours.contrats.eligibilite import Reponses
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement, ModeSignature, Soutien
from imilo.parcours.contrats.services import (
    ActionSaisie,
    ContratSaisi,
    SignatureSaisie,
    examiner_eligibilite,
    modifier_contrat,
    preparer_contrat,
    signer_contrat,
    terminer_contrat,
)
from imilo.parcours.contrats.textes import textes

SALAIRES = ("0", "0", "0", "180.00", "412.50", "600.00", "955.20")


def examiner(recit: Recit) -> None:
    examiner_eligibilite(
        recit.referent,
        recit.dossier,
        reponses=Reponses(
            etudiant=False,
            en_formation=False,
            difficulte_emploi_durable=True,
            difficulte_appreciation=recit.hasard.choice(recits.DIFFICULTES_EMPLOI),
        ),
    )


def preparer(*, dans: int, mois: int) -> Action:
    """Prepare a contract that starts `dans` days later, for `mois` months."""

    def action(recit: Recit) -> None:
        le = aujourd_hui(recit)
        saisi = _saisi(recit, debut=le + timedelta(days=dans), mois=mois)
        contrat = preparer_contrat(recit.referent, recit.dossier, saisi=saisi, actions=_actions(recit, saisi.debut))
        recit.contrat_id = contrat.pk

    return action


def revoir(*, dans: int, mois: int) -> Action:
    """Change the contract in preparation: other actions, another duration."""

    def action(recit: Recit) -> None:
        contrat = _contrat(recit)
        saisi = _saisi(recit, debut=aujourd_hui(recit) + timedelta(days=dans), mois=mois)
        actions = _actions(recit, saisi.debut)
        modifier_contrat(recit.referent, contrat, version=contrat.version, saisi=saisi, actions=actions)

    return action


def _saisi(recit: Recit, *, debut: date, mois: int) -> ContratSaisi:
    h, mots = recit.hasard, textes(debut)
    chez_ses_parents = h.random() < 0.55
    mineur = _mineur(recit, debut)
    return ContratSaisi(
        debut=debut,
        fin_prevue=mois_plus(debut, mois) - timedelta(days=1),
        heures_hebdo=Decimal(15),
        objectifs=recit.projet.objectif,
        engagements_jeune="\n".join(mots.engagements_jeune),
        engagements_structure="\n".join(mots.engagements_structure),
        referent=recit.referent,
        logement=Logement.FOYER if chez_ses_parents else Logement.HORS_FOYER,
        soutien_parental=h.choice((Soutien.AUCUN, Soutien.LIMITE)) if chez_ses_parents else "",
        foyer_fiscal=FoyerFiscal.NON_IMPOSABLE if h.random() < 0.8 else FoyerFiscal.PREMIERE_TRANCHE,
        representant_nom="Dominique Exemple" if mineur else "",
        representant_qualite="parent" if mineur else "",
    )


def _mineur(recit: Recit, le: date) -> bool:
    naissance = recit.personne.naissance
    return le < naissance.replace(year=naissance.year + 18, day=min(naissance.day, 28)) + timedelta(days=3)


def _actions(recit: Recit, debut: date) -> list[ActionSaisie]:
    choisies = recits.ACTIONS[:2] + tuple(recit.hasard.sample(recits.ACTIONS[2:], 2))
    return [
        ActionSaisie(categorie, intitule.format(metier=recit.projet.metier), organisme, debut + timedelta(days=60))
        for categorie, intitule, organisme in choisies
    ]


def _contrat(recit: Recit) -> ContratEngagement:
    contrat = ContratEngagement.objects.get(pk=recit.contrat_id)
    contrat.dossier = recit.dossier
    return contrat


def signer(recit: Recit) -> None:
    """Signed on screen, by delegation of the legal representative."""
    contrat = _contrat(recit)
    saisie = SignatureSaisie(
        mode=ModeSignature.ECRAN,
        signe_le=aujourd_hui(recit),
        acceptation_jeune=contrat.dossier.jeune.nom_complet,
        acceptation_representant=contrat.representant_nom,
        traits_jeune=[[[20, 60], [60, 30], [100, 70], [160, 40]]],
    )
    signer_contrat(recit.referent, contrat, version=contrat.version, saisie=saisie)


def terminer(motif: str) -> Action:
    """End the contract that day; on its term, its last day is the planned one."""

    def action(recit: Recit) -> None:
        contrat = _contrat(recit)
        fin_le = contrat.fin_prevue if motif == "TERME" else aujourd_hui(recit)
        terminer_contrat(recit.referent, contrat, version=contrat.version, fin_le=fin_le, motif=motif)

    return action


def declarer(mois: date, *, salaire: str | None = None) -> Action:
    """The resources of `mois` (its first day), which prepares the decision; `salaire` in euros, else drawn."""

    def action(recit: Recit) -> None:
        contrat = _contrat(recit)
        montant = Decimal(salaire or recit.hasard.choice(SALAIRES))
        ressources = [RessourceSaisie("salaire", montant)] if montant else []
        situation = SituationDuMois(
            logement=contrat.logement, foyer_fiscal=contrat.foyer_fiscal, soutien_parental=contrat.soutien_parental
        )
        deja = Declaration.objects.filter(contrat=contrat, mois=mois).first()
        declarer_ressources(
            recit.referent,
            contrat,
            mois=mois,
            situation=situation,
            ressources=ressources,
            version=deja.version if deja else None,
        )

    return action


def _decision(recit: Recit, mois: date) -> DecisionAllocation:
    decision = DecisionAllocation.objects.select_related("declaration").get(contrat_id=recit.contrat_id, mois=mois)
    decision.contrat = _contrat(recit)
    return decision


def decider(mois: date) -> Action:
    def action(recit: Recit) -> None:
        decision = _decision(recit, mois)
        decider_allocation(recit.gestionnaire, decision, version=decision.version)

    return action


def notifier(mois: date) -> Action:
    def action(recit: Recit) -> None:
        decision = _decision(recit, mois)
        notifier_decision(
            recit.gestionnaire,
            decision,
            version=decision.version,
            notifiee_le=aujourd_hui(recit),
            moyen=recit.hasard.choice(("ESPACE_PERSONNEL", "MAIN_PROPRE", "LRAR")),
        )

    return action
