"""Is this person known? One's own dossiers in full, elsewhere only that a dossier exists and whom to call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.annuaire import Demande, Ligne, chercher, lire_demande
from imilo.parcours.dossiers import renvois
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles

LIMITE = 20


@dataclass(frozen=True)
class Resultats:
    """`ici`: dossiers of the structure, with person and référent, the likeliest first; `ailleurs`: lines of the
    directory; `proches`: the dossiers of `ici` found by a spelling near the one typed; `plus`: there were others,
    a more precise search is needed; `nir_refuse`: a NIR was typed, that the profile may not look for; `reserves`:
    lines of dossiers of the structure that are closed to the agent."""

    demande: Demande
    ici: tuple[Dossier, ...] = ()
    ailleurs: tuple[Ligne, ...] = ()
    proches: frozenset[int] = frozenset()
    plus: bool = False
    nir_refuse: bool = False
    reserves: tuple[Ligne, ...] = ()

    @property
    def nombre(self) -> int:
        return len(self.ici) + len(self.ailleurs) + len(self.reserves)

    def sans_ailleurs(self) -> Resultats:
        """The same, other structures left out."""
        return replace(self, ailleurs=())


def rechercher(
    *,
    agent: Agent,
    structure: Structure,
    texte: str,
    profil: str | None = None,
    limite: int = LIMITE,
    ailleurs: bool = True,
) -> Resultats:
    """Who answers to what was typed in the one box. Two queries; none for too little to look for.

    `profil` is the agent's of the day: a NIR is looked for with the action `nir.chercher` only.
    """
    demande = lire_demande(texte, departement=structure.code_departement, le=aujourd_hui(structure))
    nir_refuse = bool(demande.nir) and not peut(profil, "nir.chercher")
    if nir_refuse:
        demande = replace(demande, nir="")
    if demande.numero and (actuel := renvois.numero_actuel(structure.pk, demande.numero)):
        demande = replace(demande, numero=actuel)  # the dossier was merged: its number leads to the kept one
    lignes = chercher(demande, limite=limite + 1, ailleurs=ailleurs)
    gardees = lignes[:limite]
    visibles = (
        dossiers_visibles(agent=agent, structure=structure)
        .select_related("jeune", "referent", "adresse_commune")
        .in_bulk([ligne.dossier_id for ligne in gardees if ligne.dossier_id is not None])
    )
    return Resultats(
        demande,
        tuple(visibles[ligne.dossier_id] for ligne in gardees if ligne.dossier_id in visibles),
        tuple(ligne for ligne in gardees if not ligne.ici),
        frozenset(ligne.dossier_id for ligne in gardees if ligne.dossier_id is not None and ligne.erreurs),
        len(lignes) > limite,
        nir_refuse,
        tuple(ligne for ligne in gardees if ligne.ici and ligne.dossier_id not in visibles),
    )
