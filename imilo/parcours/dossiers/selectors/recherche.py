"""Is this person known? One's own dossiers in full, elsewhere only that a dossier exists and whom to call."""

from __future__ import annotations

from dataclasses import dataclass

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.annuaire import Demande, Ligne, chercher, lire_demande
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles

LIMITE = 20


@dataclass(frozen=True)
class Resultats:
    """`ici`: dossiers of the structure, with person and référent, the likeliest first; `ailleurs`: lines of the
    directory; `plus`: there were others, a more precise search is needed."""

    demande: Demande
    ici: tuple[Dossier, ...] = ()
    ailleurs: tuple[Ligne, ...] = ()
    plus: bool = False

    @property
    def nombre(self) -> int:
        return len(self.ici) + len(self.ailleurs)


def rechercher(*, agent: Agent, structure: Structure, texte: str) -> Resultats:
    """Who answers to what was typed in the one box. Two queries; none for too little to look for."""
    demande = lire_demande(texte, departement=structure.code_departement, le=aujourd_hui(structure))
    lignes = chercher(demande, limite=LIMITE + 1)
    gardees = lignes[:LIMITE]
    visibles = (
        dossiers_visibles(agent=agent, structure=structure)
        .select_related("jeune", "referent")
        .in_bulk([ligne.dossier_id for ligne in gardees if ligne.dossier_id is not None])
    )
    return Resultats(
        demande,
        tuple(visibles[ligne.dossier_id] for ligne in gardees if ligne.dossier_id in visibles),
        tuple(ligne for ligne in gardees if not ligne.ici),
        len(lignes) > LIMITE,
    )
