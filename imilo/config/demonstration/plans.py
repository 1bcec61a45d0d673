"""What the larger sizes hold: how many dossiers, where, with which counsellors."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any

from imilo.acteurs.models import Affectation, Agent, Delegation, Portee, Structure
from imilo.acteurs.profils import Profil
from imilo.acteurs.selectors import pouvoir_de_signer
from imilo.config.demonstration.equipe import DELEGATIONS
from imilo.config.demonstration.lignes import Lieu, Redaction
from imilo.config.demonstration.masse import LOT, Masse, Numeros, partager
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personas import TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.journal.partitions import preparer
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import TOUTES, perimetre

CLES_DIFFEREES = 50_000  # dossiers written in bulk from which search keys are made at the end, all at once
PAR_CONSEILLER = 800  # dossiers of ten years: a third of them active
PREFIXES = {Profil.CONSEILLER: "conseil", Profil.DIRECTION: "direction", Profil.GESTIONNAIRE: "allocations"}
DOMAINE = "agents.imilo.example"  # none of them signs in: the sandbox offers the personas only


@dataclass(frozen=True)
class Plan:
    """`dossiers` in all; `actes` in the mean; `annees` of history; with `conseillers`, all in one structure.

    `faits` writes the journal of each dossier and act.
    """

    dossiers: int
    actes: float
    annees: int
    faits: bool
    conseillers: int | None = None

    def avec(self, *, dossiers: int | None, actes: float | None, faits: bool) -> Plan:
        """The same with what was asked for."""
        return replace(
            self,
            dossiers=self.dossiers if dossiers is None else dossiers,
            actes=self.actes if actes is None else actes,
            faits=self.faits or faits,
        )


@dataclass(frozen=True)
class Commande:
    """A bulk load as it was asked for: all that writes the same dossiers again. Kept with its progress."""

    taille: str
    plan: Plan
    jour: date
    graine: str
    deja: int  # dossiers of the small demonstration
    deja_a_tours: int
    lot: int = LOT
    cles_differees: bool = False  # search keys are made when all is written

    def en_json(self) -> dict[str, Any]:
        return {**asdict(self), "jour": self.jour.isoformat()}

    @classmethod
    def depuis(cls, ecrite: dict[str, Any]) -> Commande:
        return cls(**{**ecrite, "plan": Plan(**ecrite["plan"]), "jour": date.fromisoformat(ecrite["jour"])})

    def ecrits(self, lots: int) -> int:
        """How many dossiers the base holds after so many batches."""
        return min(self.deja + lots * self.lot, self.plan.dossiers)

    @property
    def ligne(self) -> str:
        """The command line that asks for it."""
        plan = self.plan
        suite = "" if plan.conseillers else f" --dossiers {plan.dossiers}"
        return f"imilo demo --taille {self.taille}{suite} --actes {plan.actes:g}{' --faits' if plan.faits else ''}"


def commander(taille: str, plan: Plan, territoires: dict[str, Territoire], *, jour: date, graine: str) -> Commande:
    """Make what the bulk load needs beside dossiers: agents, delegations, partitions of the journal.

    Raises `Empechement` when there are fewer numbers than dossiers.
    """
    with perimetre(TOUTES):
        deja = Dossier.objects.count()
        a_tours = Dossier.objects.filter(structure=territoires[TOURS].structure).count()
    commande = Commande(taille, plan, jour, graine, deja, a_tours, LOT)
    parts = _parts(commande, territoires)
    en_masse = sum(n for _, n in parts)
    Numeros(en_masse)
    commande = replace(commande, cles_differees=en_masse >= CLES_DIFFEREES)
    debut = jour - timedelta(days=365 * plan.annees + 31)
    if plan.faits:
        preparer(debut, jour)
    _creer_les_agents(parts, plan, Random(f"{graine}/agents"), debut)  # noqa: S311  # invented data, the same each time
    return commande


def preparer_masse(commande: Commande, territoires: dict[str, Territoire], *, lots_faits: int = 0) -> Masse:
    """What will write the dossiers; `lots_faits` batches are written already."""
    plan = commande.plan
    hasard = Random(f"{commande.graine}/noms")  # noqa: S311  # invented data, the same each time
    redaction = Redaction(hasard, commande.jour, plan.actes, 365 * plan.annees)
    lieux = [_lieu(t, n, commande.jour) for t, n in _parts(commande, territoires) if n]
    graine = f"{commande.graine}/lot"
    return Masse(
        lieux,
        redaction,
        commande.deja + 1,
        graine,
        lot=commande.lot,
        faits=plan.faits,
        cles_differees=commande.cles_differees,
        deja=lots_faits,
    )


def _parts(commande: Commande, territoires: dict[str, Territoire]) -> list[tuple[Territoire, int]]:
    """How many dossiers go to each territory."""
    plan = commande.plan
    if plan.conseillers:
        return [(territoires[TOURS], max(plan.dossiers - commande.deja_a_tours, 0))]
    choisis = list(territoires.values())
    return list(zip(choisis, partager(max(plan.dossiers - commande.deja, 0), choisis), strict=True))


def _en_poste(structure: Structure, profil: Profil) -> list[Agent]:
    return list(
        Agent.objects.filter(affectations__structure=structure, affectations__profil=profil).order_by("pk").distinct()
    )


def _lieu(territoire: Territoire, dossiers: int, jour: date) -> Lieu:
    """A territory with its counsellors, and by what powers contracts and allowances are signed there."""
    structure = territoire.structure
    conseillers = _en_poste(structure, Profil.CONSEILLER)
    gestionnaire = _en_poste(structure, Profil.GESTIONNAIRE)[0]
    contrats = pouvoir_de_signer(agent=conseillers[0], structure=structure, portee=Portee.CONTRATS, le=jour)
    allocations = pouvoir_de_signer(agent=gestionnaire, structure=structure, portee=Portee.ALLOCATIONS, le=jour)
    assert contrats is not None
    assert allocations is not None
    return Lieu(
        territoire,
        [agent.pk for agent in conseillers],
        dossiers,
        gestionnaire_id=gestionnaire.pk,
        qualite=contrats.mention.removeprefix(f"{contrats.nom}, "),
        pouvoir=allocations.mention,
    )


def _creer_les_agents(parts: list[tuple[Territoire, int]], plan: Plan, hasard: Random, debut: date) -> None:
    """As many counsellors as it takes beside the personas; a director and a manager of allowances."""
    noms = Noms(hasard, familles=4_000, longue=True)
    nouveaux: list[tuple[Territoire, Profil, Agent]] = []
    for territoire, dossiers in parts:
        structure = territoire.structure
        conseillers = plan.conseillers or max(1, round(dossiers / PAR_CONSEILLER))
        voulus = {Profil.CONSEILLER: conseillers, Profil.DIRECTION: 1, Profil.GESTIONNAIRE: 1}
        for profil, combien in voulus.items():
            deja = len(_en_poste(structure, profil))
            nouveaux += [
                (territoire, profil, _agent(territoire, profil, n, noms, hasard)) for n in range(combien - deja)
            ]
    Agent.objects.bulk_create([agent for _, _, agent in nouveaux], batch_size=1000)
    Affectation.objects.bulk_create(
        [
            Affectation(
                agent=agent,
                structure=t.structure,
                site=t.sites[0],
                profil=profil,
                du=debut,
                representant_legal=profil == Profil.DIRECTION,
            )
            for t, profil, agent in nouveaux
        ],
        batch_size=1000,
    )
    Delegation.objects.bulk_create(
        [
            Delegation(structure=t.structure, delegant=agent, profil=a_profil, portee=portee, du=debut)
            for t, profil, agent in nouveaux
            if profil == Profil.DIRECTION
            for portee, a_profil in DELEGATIONS
        ],
        batch_size=1000,
    )


def _agent(territoire: Territoire, profil: Profil, n: int, noms: Noms, hasard: Random) -> Agent:
    structure = territoire.structure
    return Agent(
        courriel=f"{PREFIXES[profil]}{n + 1}-{structure.code_departement.lower()}@{DOMAINE}",
        nom=noms.famille(hasard),
        prenom=noms.prenom(hasard, hasard.choice("FM")),
        siret=structure.siret,
    )
