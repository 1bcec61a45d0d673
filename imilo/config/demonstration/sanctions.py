"""Failings and sanctions of the small demonstration: a procedure in each state, a draw of controls, told last."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import cycle

import pghistory

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.sanctions import personnes, services
from imilo.parcours.sanctions.faits import Mesure
from imilo.parcours.sanctions.models import ControleAleatoire, Manquement, MessagePartenaire, Origine, Procedure
from imilo.parcours.sanctions.services import ExamenSaisi, ManquementSaisi
from imilo.socle.perimetre import perimetre

FAITS = (
    "Absente à l'atelier « entretien d'embauche » et aux deux rendez-vous suivants, sans prévenir.",
    "Aucune candidature envoyée en un mois, alors que le plan d'action en prévoit trois par semaine.",
    "Immersion arrêtée au deuxième jour, sans explication malgré trois appels.",
)
EXAMEN = ExamenSaisi(
    motif_legitime=False,
    motif_texte="N'a pas répondu aux trois messages laissés.",
    se_poursuit=False,
    allocation=True,
    revenu_remplacement=False,
    rsa=False,
)
SUSPENSION = Mesure("suspension", Decimal("0.30"), 1)
AVANT = 45  # a contract that runs since so many days may have been failed
AVANT_LE_MOIS = 10  # days before the month, when a suspension of it was decided


def sanctions(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """Tours shows each state of a procedure; La Réunion, one sanction told to France Travail."""
    for departement, direction, recits in (
        (TOURS, "helene.montbrizac", TOUS),
        (REUNION, "ludovic.grondalin", (_notifiee_et_transmise,)),
    ):
        structure = territoires[departement].structure
        with perimetre(structure.pk):
            lieu = Lieu(structure, equipe[direction], jour)
            _controler(lieu)
            for recit, dossier in zip(recits, cycle(_dossiers(structure, jour)), strict=False):
                recit(lieu, dossier)


@dataclass(frozen=True)
class Lieu:
    """A structure, who decides there, and the day of the demonstration."""

    structure: Structure
    direction: Agent
    jour: date

    @contextmanager
    def il_y_a(self, jours: int, qui: Agent) -> Iterator[date]:
        """Services believe that it is so many days ago, in the afternoon, and that `qui` is there."""
        le = self.jour - timedelta(days=jours)
        instant = datetime.combine(le, time(16, 20), tzinfo=self.structure.zone)
        with a_l_instant(instant), pghistory.context(agent=qui.pk, structure=self.structure.pk):
            yield le


def _dossiers(structure: Structure, jour: date) -> list[Dossier]:
    """Adults whose contract runs long enough, the first numbers first."""
    contrats = ContratEngagement.objects.en_cours(le=jour).filter(debut__lte=jour - timedelta(days=AVANT))
    dossiers = Dossier.objects.filter(
        structure=structure, statut=Statut.ACTIF, referent__isnull=False, pk__in=contrats.values("dossier_id")
    ).select_related("jeune", "structure", "referent")
    return [d for d in dossiers.order_by("numero") if _majeur(d, jour)]


def _sans_contrat(lieu: Lieu) -> Dossier:
    """An adult followed for some weeks who never had a contract, hence no allowance."""
    suivis = Dossier.objects.filter(
        structure=lieu.structure,
        statut=Statut.ACTIF,
        referent__isnull=False,
        premier_accueil__lte=lieu.jour - timedelta(days=AVANT),
    ).exclude(pk__in=ContratEngagement.objects.filter(structure=lieu.structure).values("dossier_id"))
    relies = suivis.select_related("jeune", "structure", "referent").order_by("numero")
    return next(d for d in relies if _majeur(d, lieu.jour))


def _majeur(dossier: Dossier, jour: date) -> bool:
    avant = jour - timedelta(days=AVANT)
    seul = Procedure(dossier=dossier)
    return not personnes.est_mineur(seul, le=avant) and not personnes.est_protege(dossier, le=avant)


def _referent(dossier: Dossier) -> Agent:
    assert dossier.referent is not None
    return dossier.referent


def _constatee(lieu: Lieu, dossier: Dossier, *, jours: int, rang: int = 0, origine: str = Origine.ABSENCE) -> Procedure:
    agent = _referent(dossier)
    with lieu.il_y_a(jours, agent) as le:
        saisi = ManquementSaisi(Manquement.ENGAGEMENTS, le, FAITS[rang % len(FAITS)], origine)
        return services.noter_manquement(agent, dossier, saisi=saisi)


def _examinee(lieu: Lieu, procedure: Procedure, *, jours: int) -> Procedure:
    agent = _referent(procedure.dossier)
    with lieu.il_y_a(jours, agent):
        return services.examiner_manquement(agent, procedure, version=procedure.version, examen=EXAMEN)


def _envisagee(lieu: Lieu, dossier: Dossier, *, jours: int, rang: int) -> Procedure:
    """Noted on that day, examined two days later, told the day after."""
    procedure = _examinee(lieu, _constatee(lieu, dossier, jours=jours, rang=rang), jours=jours - 2)
    with lieu.il_y_a(jours - 3, lieu.direction):
        return services.envisager_sanction(lieu.direction, procedure, version=procedure.version, mesure=SUSPENSION)


def _recue(lieu: Lieu, dossier: Dossier, *, jours: int, rang: int = 0) -> Procedure:
    """Received four days after the failing."""
    procedure = _envisagee(lieu, dossier, jours=jours, rang=rang)
    agent = _referent(dossier)
    with lieu.il_y_a(jours - 4, agent) as le:
        return services.noter_reception(
            agent, procedure, version=procedure.version, personne_le=le, moyen="MAIN_PROPRE"
        )


def _prononcee(lieu: Lieu, procedure: Procedure, *, jours: int) -> Procedure:
    with lieu.il_y_a(jours, lieu.direction) as le:
        return services.decider_sanction(
            lieu.direction,
            procedure,
            version=procedure.version,
            mesure=SUSPENSION,
            motivation="Trois absences sans prévenir, et aucune réponse à nos appels.",
            premier_mois=mois_plus(debut_du_mois(le), 1),
        )


def _decidee(lieu: Lieu, dossier: Dossier, *, rang: int = 0, jours: int = 21, notee: int = 20) -> Procedure:
    """Decided so many days ago (three weeks), received the day after, which is noted `notee` days ago."""
    procedure = _prononcee(lieu, _recue(lieu, dossier, jours=jours + 19, rang=rang), jours=jours)
    agent = _referent(dossier)
    recue_le = lieu.jour - timedelta(days=jours - 1)
    with lieu.il_y_a(notee, agent):
        return services.noter_remise_de_la_decision(
            agent, procedure, version=procedure.version, personne_le=recue_le, moyen="LRAR"
        )


def notee_en_retard(structure: Structure, direction: Agent, dossier: Dossier, *, mois: date, jour: date) -> None:
    """Thirty per cent of `mois` suspended ten days before it began; the receipt is noted the day before `jour` only."""
    lieu = Lieu(structure, direction, jour)
    _decidee(lieu, dossier, jours=(jour - mois).days + AVANT_LE_MOIS, notee=1)


def sanctionnable(dossier: Dossier, *, mois: date) -> bool:
    """Whether an adult, never sanctioned, whose procedure may begin before this month."""
    jamais = not Procedure.objects.filter(dossier=dossier).exists()
    return jamais and dossier.referent is not None and _majeur(dossier, mois)


def _notifiee_et_transmise(lieu: Lieu, dossier: Dossier) -> None:
    """France Travail was told of it."""
    procedure = _decidee(lieu, dossier)
    message = MessagePartenaire.objects.get(procedure=procedure)
    with lieu.il_y_a(19, lieu.direction) as le:
        services.noter_transmission(
            lieu.direction, message, version=message.version, transmis_le=le, moyen="Messagerie sécurisée"
        )


def _a_examiner(lieu: Lieu, dossier: Dossier) -> None:
    _constatee(lieu, dossier, jours=2, rang=1, origine=Origine.HEURES)


def _examinee_hier(lieu: Lieu, dossier: Dossier) -> None:
    _examinee(lieu, _constatee(lieu, dossier, jours=5, rang=2), jours=1)


def _a_remettre(lieu: Lieu, dossier: Dossier) -> None:
    _envisagee(lieu, dossier, jours=4, rang=0)


def _en_reponse(lieu: Lieu, dossier: Dossier) -> None:
    """The ten days run; the person has written."""
    procedure = _recue(lieu, dossier, jours=9, rang=1)
    agent = _referent(dossier)
    with lieu.il_y_a(2, agent) as le:
        services.noter_observations(
            agent,
            procedure,
            version=procedure.version,
            observations_le=le,
            observations="J'ai perdu mon téléphone et je n'ai pas reçu les messages.",
        )


def _a_decider(lieu: Lieu, dossier: Dossier) -> None:
    _recue(lieu, dossier, jours=20, rang=2)


def _hors_delai(lieu: Lieu, dossier: Dossier) -> None:
    _recue(lieu, dossier, jours=38, rang=1)


def _levee(lieu: Lieu, dossier: Dossier) -> None:
    procedure = _decidee(lieu, dossier, rang=2)
    agent = _referent(dossier)
    with lieu.il_y_a(12, agent):
        procedure = services.definir_conditions(
            agent, procedure, version=procedure.version, conditions="Venir à l'atelier CV du mardi, deux fois."
        )
    with lieu.il_y_a(3, lieu.direction) as le:
        services.lever_suspension(lieu.direction, procedure, version=procedure.version, conforme_le=le)


def _sans_suite(lieu: Lieu, dossier: Dossier) -> None:
    """A legitimate reason: nothing goes on."""
    procedure = _constatee(lieu, dossier, jours=15, rang=0)
    agent = _referent(dossier)
    with lieu.il_y_a(13, agent):
        services.examiner_manquement(
            agent,
            procedure,
            version=procedure.version,
            examen=ExamenSaisi(motif_legitime=True, motif_texte="Certificat d'hospitalisation vu.", se_poursuit=False),
        )


def _a_remettre_decidee(lieu: Lieu, dossier: Dossier) -> None:
    """Decided yesterday: its letter is to be handed over."""
    _prononcee(lieu, _recue(lieu, dossier, jours=22, rang=0), jours=1)


def _retiree(lieu: Lieu, dossier: Dossier) -> None:
    """A certificate came after the decision: it is as if nothing had been pronounced."""
    procedure = _prononcee(lieu, _recue(lieu, dossier, jours=44, rang=1), jours=27)
    with lieu.il_y_a(23, lieu.direction):
        raison = "Un certificat médical reçu depuis couvre les trois jours d'absence."
        services.retirer_sanction(lieu.direction, procedure, version=procedure.version, raison=raison)


def _abandonnee(lieu: Lieu, dossier: Dossier) -> None:
    """What the person answered is enough: nothing is pronounced."""
    procedure = _recue(lieu, dossier, jours=25, rang=1)
    with lieu.il_y_a(8, lieu.direction):
        raison = "Elle a montré ses candidatures : elles avaient été envoyées sans être déclarées."
        services.abandonner(lieu.direction, procedure, version=procedure.version, raison=raison)


def _radiation_proposee(lieu: Lieu, _: Dossier) -> None:
    """False declarations by somebody who receives nothing: France Travail alone may act (L. 5426-1 I)."""
    dossier = _sans_contrat(lieu)
    agent = _referent(dossier)
    with lieu.il_y_a(18, agent) as le:
        faits = "Trois ateliers déclarés comme suivis ; l'organisme ne l'y a vue à aucun."
        saisi = ManquementSaisi(Manquement.FRAUDE, le, faits, Origine.DECLARATION)
        procedure = services.noter_manquement(agent, dossier, saisi=saisi)
    with lieu.il_y_a(16, agent):
        examen = replace(EXAMEN, allocation=False)
        procedure = services.examiner_manquement(agent, procedure, version=procedure.version, examen=examen)
    with lieu.il_y_a(14, lieu.direction):
        motivation = "Les feuilles de présence de l'organisme ne portent pas son nom."
        services.proposer_radiation(lieu.direction, procedure, version=procedure.version, mois=6, motivation=motivation)


Recit = Callable[[Lieu, Dossier], None]
TOUS: tuple[Recit, ...] = (
    _notifiee_et_transmise,
    _levee,  # next to the other one decided: never the same person
    _a_decider,
    _en_reponse,
    _hors_delai,
    _a_examiner,
    _a_remettre,
    _examinee_hier,
    _a_remettre_decidee,
    _radiation_proposee,
    # Over: told last, of somebody who may have another one by then.
    _sans_suite,
    _abandonnee,
    _retiree,
)


def _controler(lieu: Lieu) -> None:
    """Draw a quarter of the contracts ten days ago; the first control is done."""
    with lieu.il_y_a(10, lieu.direction) as le:
        for part in (Decimal("0.10"), Decimal("0.25")):  # the direction changed its mind
            services.regler_part(lieu.direction, structure=lieu.structure, part=part)
        tirage = services.tirer_controles(
            lieu.direction,
            structure=lieu.structure,
            mois=debut_du_mois(le),
            part=Decimal("0.25"),
            graine=f"demonstration-{lieu.structure.code}",
        )
        premier = ControleAleatoire.objects.filter(tirage=tirage).select_related("dossier")[0]
    with lieu.il_y_a(6, lieu.direction):
        services.noter_controle(
            lieu.direction,
            premier,
            version=premier.version,
            resultat="conforme",
            constat="Présences des quatre dernières semaines et actions du plan vérifiées.",
        )
