"""What the larger sizes hold: how many dossiers, where, with which counsellors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from imilo.acteurs.models import Affectation, Agent
from imilo.acteurs.profils import Profil
from imilo.config.demonstration.lignes import Lieu, Redaction
from imilo.config.demonstration.masse import Masse, Numeros, partager
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personas import PERSONAS, TOURS
from imilo.config.demonstration.territoire import Territoire
from imilo.journal.partitions import preparer
from imilo.parcours.dossiers.models import Dossier
from imilo.socle.perimetre import TOUTES, perimetre

PAR_CONSEILLER = 800  # dossiers of ten years: a third of them active
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


def preparer_masse(plan: Plan, territoires: dict[str, Territoire], *, jour: date, graine: str) -> Masse:
    """Everything but the dossiers: counsellors, partitions of the journal; returns what will write them.

    Raises `Empechement` when there are fewer numbers than dossiers.
    """
    hasard = Random(f"{graine}/masse")  # noqa: S311  # invented data, the same each time
    with perimetre(TOUTES):
        deja = Dossier.objects.count()
        a_tours = Dossier.objects.filter(structure=territoires[TOURS].structure).count()
    if plan.conseillers:
        parts = [(territoires[TOURS], max(plan.dossiers - a_tours, 0))]
    else:
        choisis = list(territoires.values())
        parts = list(zip(choisis, partager(max(plan.dossiers - deja, 0), choisis), strict=True))
    Numeros(sum(n for _, n in parts))
    profondeur = 365 * plan.annees
    debut = jour - timedelta(days=profondeur + 31)
    if plan.faits:
        preparer(debut, jour)
    lieux = _lieux(parts, plan, hasard, debut)
    return Masse(lieux, Redaction(hasard, jour, plan.actes, profondeur), premier_rang=deja + 1, faits=plan.faits)


def _lieux(parts: list[tuple[Territoire, int]], plan: Plan, hasard: Random, debut: date) -> list[Lieu]:
    """Each territory with its counsellors: those of the personas, and as many as it takes."""
    noms = Noms(hasard, familles=4_000)
    personas = {p.courriel for p in PERSONAS if p.profil == Profil.CONSEILLER}
    connus: dict[int, list[int]] = {}
    for structure_id, agent_id in Affectation.objects.filter(agent__courriel__in=personas).values_list(
        "structure_id", "agent_id"
    ):
        connus.setdefault(structure_id, []).append(agent_id)
    nouveaux: list[tuple[Territoire, Agent]] = []
    for territoire, dossiers in parts:
        voulus = plan.conseillers or max(1, round(dossiers / PAR_CONSEILLER))
        manquent = max(voulus - len(connus.get(territoire.structure.pk, ())), 0)
        nouveaux += [(territoire, _agent(territoire, n, noms, hasard)) for n in range(manquent)]
    Agent.objects.bulk_create([agent for _, agent in nouveaux], batch_size=1000)
    Affectation.objects.bulk_create(
        [
            Affectation(agent=agent, structure=t.structure, site=t.sites[0], profil=Profil.CONSEILLER, du=debut)
            for t, agent in nouveaux
        ],
        batch_size=1000,
    )
    for territoire, agent in nouveaux:
        connus.setdefault(territoire.structure.pk, []).append(agent.pk)
    return [Lieu(t, connus[t.structure.pk], n) for t, n in parts if n]


def _agent(territoire: Territoire, n: int, noms: Noms, hasard: Random) -> Agent:
    structure = territoire.structure
    return Agent(
        courriel=f"conseil{n + 1}-{structure.code_departement.lower()}@{DOMAINE}",
        nom=noms.familles(hasard, 1)[0],
        prenom=noms.prenoms(hasard, hasard.choice("FM"), 1)[0],
        siret=structure.siret,
    )
