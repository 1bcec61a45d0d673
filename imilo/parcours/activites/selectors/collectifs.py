"""Collective acts of a structure, and who was there."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.activites.models import Absence
from imilo.parcours.dossiers.models import Acte, ActeCollectif, Dossier
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.socle.normalisation import normaliser

# What the act of each person present shares with the collective act.
PARTAGES = ("le", "heure", "duree", "type", "modalite", "theme", "agent_id")


@dataclass(frozen=True)
class Participant:
    """One person of a collective act: their own act when they came, their absence when they didn't."""

    dossier: Dossier
    ligne: Acte | Absence
    collectif: ActeCollectif

    @property
    def acte(self) -> Acte | None:
        return self.ligne if isinstance(self.ligne, Acte) else None

    @property
    def absence(self) -> Absence | None:
        return self.ligne if isinstance(self.ligne, Absence) else None

    @property
    def mot(self) -> str:
        return self.ligne.compte_rendu if isinstance(self.ligne, Acte) else self.ligne.precision

    @property
    def reprise(self) -> bool:
        """Whether somebody worked on it in the dossier since the collective act was last saved."""
        return self.ligne.modifie_le > self.collectif.modifie_le

    @property
    def a_part(self) -> bool:
        """Whether the act says its hour, duration or kind otherwise than the others: it was corrected alone."""
        acte = self.acte
        return acte is not None and any(getattr(acte, c) != getattr(self.collectif, c) for c in PARTAGES)


def collectifs(*, structure: Structure) -> QuerySet[ActeCollectif]:
    """Collective acts of the structure, the latest first."""
    return ActeCollectif.objects.filter(structure=structure).select_related("agent", "site")


def collectif(*, structure: Structure, collectif_id: int) -> ActeCollectif | None:
    relies = collectifs(structure=structure).select_related("structure", "annule_par")
    return relies.filter(pk=collectif_id).first()


def participants(*, agent: Agent, collectif: ActeCollectif) -> tuple[list[Participant], int]:
    """Who was expected, by name, of the dossiers open to this agent; and how many others there are."""
    visibles = dossiers_visibles(agent=agent, structure=collectif.structure)
    lus: list[Participant] = []
    for modele in (Acte, Absence):
        lignes = modele._default_manager.filter(collectif=collectif, dossier__in=visibles)
        lignes = lignes.select_related("dossier__jeune", "dossier__structure", "agent")
        lignes = lignes.defer("dossier__jeune__nir", "dossier__piece_numero")
        lus += [Participant(x.dossier, x, collectif) for x in lignes]
    lus.sort(key=lambda p: (normaliser(f"{p.dossier.jeune.nom_affiche} {p.dossier.jeune.prenom}"), p.dossier.numero))
    return lus, max(collectif.presents + collectif.absents - len(lus), 0)
