"""Contracts of the demonstration in each frame, and what follows them: sent, refused, updated, prolonged, contested."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.parcours.contrats.eligibilite import Reponses
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import (
    CategorieAction,
    ContratEngagement,
    DecisionContrat,
    Financement,
    ModeSignature,
    Projet,
)
from imilo.parcours.contrats.services import (
    ActionSaisie,
    ActualisationSaisie,
    ContratSaisi,
    PhaseSaisie,
    ProlongationSaisie,
    RecoursSaisi,
    SignatureSaisie,
    envoyer_a_signer,
    evaluer_phase,
    examiner_eligibilite,
    noter_remise,
    preparer_actualisation,
    preparer_contrat,
    prolonger_contrat,
    recevoir_recours,
    refuser_cej,
    regler_contrats,
    repondre_recours,
    reprendre_les_activites,
    signer_a_distance,
    signer_actualisation,
    signer_contrat,
    suspendre_contrat,
)
from imilo.parcours.contrats.services.actualisations import TERMES
from imilo.parcours.contrats.textes import textes
from imilo.parcours.diagnostics.models import Diagnostic, Orientation
from imilo.parcours.dossiers import decisions
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.liens.models import LienPersonnel
from imilo.parcours.liens.services import envoyer_code, verifier_code
from imilo.parcours.messagerie.models import MessageSortant
from imilo.parcours.messagerie.selectors import adresses
from imilo.parcours.messagerie.services import partir
from imilo.socle.perimetre import perimetre

ATTENDU = timedelta(days=40)  # for an answer that doesn't come


def contrats(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """What no story told, in each structure: the other frames, a telephone, updates, appeals, a refusal."""
    hier = datetime.combine(jour - timedelta(days=1), time(16), tzinfo=territoires[TOURS].structure.zone)
    for departement, noms in ((TOURS, ("camille.larivaud", "malik.tressange")), (REUNION, ("marie.payetal",))):
        agents = [equipe[nom] for nom in noms]
        structure = territoires[departement].structure
        with perimetre(structure.pk), a_l_instant(hier):
            _regler(agents[0], structure.pk)
            libres = [paire for agent in reversed(agents) for paire in _sans_contrat(agent)]
            _pacea(*libres[0])
            if len(libres) > 2:  # somebody has to stay late, for *Ma journée*
                _commun(*libres[1])
            _suspendre(agents[-1])
            _actualiser(agents[0])
            _recours(agents[0])
            _a_distance(agents[-1])
            _refuser(agents[-1])


def _regler(agent: Agent, structure_id: int) -> None:
    """The mark of the structure, set once and changed once."""
    for nombre in (25, 30):
        regler_contrats(agent, structure_id=structure_id, cej_par_conseiller=nombre)


def _sans_contrat(agent: Agent) -> list[tuple[Agent, Dossier]]:
    """People of the agent, lately oriented and assessed, without a contract."""
    avec = ContratEngagement.objects.values("dossier")
    notifiees = Orientation.objects.filter(notifiee_le__isnull=False, dossier__referent=agent)
    recentes = notifiees.filter(a_signer_avant_le__gte=aujourd_hui(agent.affectations.all()[0].structure))
    candidats = Dossier.objects.filter(pk__in=recentes.values("dossier"), statut=Statut.ACTIF).exclude(pk__in=avec)
    assis = candidats.filter(pk__in=Diagnostic.objects.values("dossier"))
    return [(agent, d) for d in assis.select_related("jeune", "structure").order_by("-numero")]


def _saisi(agent: Agent, dossier: Dossier, *, cadre: Cadre, jours: int) -> ContratSaisi:
    le = aujourd_hui(dossier.structure)
    mots = textes(le)
    return ContratSaisi(
        debut=le,
        fin_prevue=le + timedelta(days=jours),
        heures_hebdo=Decimal(15),
        objectifs="Choisir un métier et trouver une formation près de chez soi.",
        engagements_jeune="\n".join(mots.engagements_jeune),
        engagements_structure="\n".join(mots.engagements_structure),
        referent=agent,
        cadre=cadre,
        periodicite=3,
        projet=Projet.A_PRECISER,
        en_difficulte=True if cadre == Cadre.PACEA else None,
        risque_exclusion=True if cadre == Cadre.PACEA else None,
    )


ACTIONS = (
    ActionSaisie(CategorieAction.ACCOMPAGNEMENT, "Entretien toutes les deux semaines", financement=Financement.ETAT),
    ActionSaisie(
        CategorieAction.RECHERCHE,
        "Atelier de découverte des métiers",
        "Cité des métiers",
        financement=Financement.FSE,
        programme="Programme européen pour l'emploi des jeunes",
    ),
)


IMMERSION = ActionSaisie(CategorieAction.MISE_EN_SITUATION, "Immersion de deux semaines", financement=Financement.ETAT)


def _a_l_ecran(contrat: ContratEngagement) -> SignatureSaisie:
    return SignatureSaisie(
        mode=ModeSignature.ECRAN,
        signe_le=aujourd_hui(contrat.dossier.structure),
        acceptation_jeune=contrat.dossier.jeune.nom_complet,
        acceptation_representant=contrat.representant_nom,
    )


def _signer(agent: Agent, contrat: ContratEngagement) -> ContratEngagement:
    return signer_contrat(agent, contrat, version=contrat.version, saisie=_a_l_ecran(contrat))


def _pacea(agent: Agent, dossier: Dossier) -> None:
    """A PACEA of two phases, the first assessed already; then prolonged."""
    saisi = _saisi(agent, dossier, cadre=Cadre.PACEA, jours=365)
    phases = [
        PhaseSaisie(
            saisi.debut + timedelta(days=debut), saisi.debut + timedelta(days=fin), objectif, "Venir", "Accompagner"
        )
        for debut, fin, objectif in ((0, 45, "Découvrir trois métiers"), (46, 150, "Entrer en formation"))
    ]
    contrat = _signer(agent, preparer_contrat(agent, dossier, saisi=saisi, actions=ACTIONS, phases=phases))
    premiere = contrat.phases.order_by("debut")[0]
    premiere.contrat = contrat
    evaluer_phase(
        agent,
        premiere,
        version=1,
        evaluee_le=saisi.debut,
        evaluation="Deux métiers déjà vus pendant l'atelier de la semaine.",
        atteints=False,
    )
    fin = saisi.fin_prevue + timedelta(days=60)
    prolonger_contrat(agent, contrat, version=contrat.version, saisie=ProlongationSaisie("pacea", fin))


def _commun(agent: Agent, dossier: Dossier) -> None:
    saisi = _saisi(agent, dossier, cadre=Cadre.COMMUN, jours=300)
    _signer(agent, preparer_contrat(agent, dossier, saisi=saisi, actions=ACTIONS))


def _courants(agent: Agent) -> list[ContratEngagement]:
    """The CEJ that run for an agent, oldest first."""
    siens = ContratEngagement.objects.filter(referent=agent, etat=Etat.SIGNE, cadre=Cadre.CEJ).order_by("debut", "pk")
    trouves = list(siens.select_related("dossier__jeune", "dossier__structure"))
    return [c for c in trouves if c.en_cours(le=aujourd_hui(c.dossier.structure))]


def _suspendre(agent: Agent) -> None:
    """Activities suspended for a day, on a contract that runs: they start again."""
    for contrat in _courants(agent)[-1:]:
        le = aujourd_hui(contrat.dossier.structure)
        suspension = suspendre_contrat(agent, contrat, version=contrat.version, debut=le, motif="demande")
        reprendre_les_activites(agent, suspension, version=1, fin=le)


def _actualiser(agent: Agent) -> None:
    """Two updates: one signed, then one that waits for its signatures."""
    for rang, contrat in enumerate([c for c in _courants(agent)[:1] for _ in range(2)]):
        contrat.refresh_from_db()
        termes = ContratSaisi(
            debut=contrat.debut,
            fin_prevue=contrat.fin_prevue,
            referent=agent,
            **{c: getattr(contrat, c) for c in TERMES},
        )
        actualisation = preparer_actualisation(
            agent,
            contrat,
            version=contrat.version,
            saisie=ActualisationSaisie(
                "demande",
                "Le stage de la semaine dernière a plu : le plan ajoute une immersion plus longue.",
                replace(termes, periodicite=3, projet=Projet.A_PRECISER),
                [IMMERSION],
            ),
        )
        if rang == 0:
            signer_actualisation(agent, actualisation, version=1, saisie=_a_l_ecran(contrat))


def _recours(agent: Agent) -> None:
    """Two appeals, one answered, one that has waited for some weeks; and a letter whose reception is noted."""
    for contrat in _courants(agent)[:1]:
        le = aujourd_hui(contrat.dossier.structure)
        prises = [g for g in decisions.decisions(contrat.dossier, permises=lambda _: True) if g.jour <= le]
        for rang, gardee in enumerate(sorted(prises, key=lambda g: g.jour)[:2]):
            recu_le = max(gardee.jour, le - rang * ATTENDU)
            saisi = RecoursSaisi("gracieux", "courrier", recu_le, "Je ne comprends pas cette décision.")
            recours = recevoir_recours(agent, contrat.dossier, contre=gardee, saisi=saisi)
            if rang == 0:
                reponse = "La décision suit la loi ; nous vous l'expliquons au prochain rendez-vous."
                repondre_recours(agent, recours, version=1, repondu_le=le, issue="rejete", reponse=reponse)
    for decision in DecisionContrat.objects.filter(agent=agent).order_by("-pk")[:1]:
        le = aujourd_hui(decision.dossier.structure)
        noter_remise(agent, decision, version=1, remise_le=max(le, decision.le), moyen="MAIN_PROPRE")


def _a_distance(agent: Agent) -> None:
    """A contract sent to a telephone, read and signed there: the mission locale has to sign."""
    a_signer = ContratEngagement.objects.filter(referent=agent, etat=Etat.PREPARE)
    for contrat in a_signer.select_related("dossier__jeune", "dossier__structure")[:1]:
        if not adresses(contrat.dossier) or contrat.representant_nom:
            return
        envoye = envoyer_a_signer(agent, contrat, version=contrat.version)
        lien = LienPersonnel.objects.get(objet_id=envoye.pk, genre="signature")
        envoyer_code(lien)
        message = MessageSortant.objects.filter(dossier_id=lien.dossier_id, genre="code").latest("pk")
        recu = re.match(r"\d+", message.corps)
        assert recu is not None
        assert verifier_code(lien, recu[0]).session
        lien.refresh_from_db()
        signer_a_distance(lien, nom=contrat.dossier.jeune.nom_complet, lu=True)
        for message_id in list(MessageSortant.objects.filter(etat="en_attente").values_list("pk", flat=True)):
            partir(message_id, envoye.structure_id)


def _refuser(agent: Agent) -> None:
    """A CEJ refused to somebody who studies, by its letter."""
    avec = ContratEngagement.objects.values("dossier")
    autres = Dossier.objects.filter(referent=agent, statut=Statut.ACTIF).exclude(pk__in=avec).order_by("numero")
    for dossier in autres.select_related("jeune", "structure")[:1]:
        examiner_eligibilite(agent, dossier, reponses=Reponses(etudiant=True, en_formation=False))
        refuser_cej(agent, dossier, precision="Vos études sont prises en compte : nous en reparlons à leur fin.")
