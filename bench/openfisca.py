"""OpenFisca-France, asked for the allowance of the CEJ in its own variables: the oracle of the tests, and a reference
of the measures. Nothing of the application imports it."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Any

import numpy as np
import numpy.typing as npt
from openfisca_core.periods import Period, period
from openfisca_core.reforms import Reform
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.simulations import Simulation
from openfisca_france import FranceTaxBenefitSystem

Colonne = npt.NDArray[Any]

FORFAIT, MONTANT = "contrat_engagement_jeune_montant_forfaitaire", "contrat_engagement_jeune"
PAR_MOIS = {
    "salaire": "salaire_net",
    "activite_partielle": "indemnites_chomage_partiel",
    "indemnites_journalieres": "indemnites_journalieres_maladie",
    "conge_maternite_paternite_adoption": "indemnites_journalieres_maternite",
    "allocation_chomage": "chomage_net",
    "stage_formation": "revenus_stage_formation_pro",
}
"""The natures of resources that its formula counts by the month, and the variable of each."""
PAR_AN = {"activite_non_salariee": "revenus_non_salarie_nets"}
APPRENTI = "remuneration_apprenti"  # for us, a wage like another
PRESTATIONS = ("rsa", "ppa")
HEURES = "marche_travail.salaire_minimum.smic.nb_heures_travail_mensuel"


def charger() -> Any:
    """Load its law (seconds)."""
    return FranceTaxBenefitSystem()


def en_double(systeme: Any, smic_publies: Mapping[str, tuple[float, float]] | None = None) -> Any:
    """The same law computed in double precision (it keeps single ones, which have no cents beyond 100,000).

    `smic_publies` are, by day, the hourly minimum wage and the monthly one as it is published: its hours of a month
    become the ratio of both.
    """

    class EnDouble(Reform):
        def apply(self) -> None:
            composantes = "indemnites_journalieres"
            for nom in (*PAR_MOIS.values(), *PAR_AN.values(), composantes, APPRENTI, FORFAIT, MONTANT):
                self.variables[nom] = copy(self.variables[nom])
                self.variables[nom].dtype = np.dtype(np.float64)
            if smic_publies is not None:
                self.modify_parameters(_heures_du_smic_publie(smic_publies))

    return EnDouble(systeme)


def _heures_du_smic_publie(smic_publies: Mapping[str, tuple[float, float]]) -> Any:
    def changer(parametres: Any) -> Any:
        heures = parametres
        for nom in HEURES.split("."):
            heures = getattr(heures, nom)
        for jour, (horaire, mensuel) in sorted(smic_publies.items()):
            heures.update(start=period(jour).start, value=mensuel / horaire)
        return parametres

    return changer


def trois_mois_avant(mois: str) -> list[Period]:
    """The months that its formula looks at."""
    return list(period(mois).last_3_months.get_subperiods("month"))


def simuler(
    systeme: Any, mois: str, naissances: Colonne, tranches: Colonne | None, montants: Mapping[str, Colonne]
) -> Simulation:
    """A month of cases: day of birth and bracket of income tax (n,), and by variable its euros, one value for each
    of the three months before, (n,), or a value for each, (3, n). What isn't given was not received.

    Without `tranches`, it computes them from the incomes it has, as it does for any household.
    """
    simulation = SimulationBuilder().build_default_simulation(systeme, len(naissances))
    simulation.set_input("date_naissance", "ETERNITY", naissances)
    if tranches is not None:
        simulation.set_input("ir_tranche", period(mois).n_2, tranches)
    rien = np.zeros(len(naissances))
    for variable in (*PAR_MOIS.values(), APPRENTI, *PRESTATIONS):
        recus = np.broadcast_to(montants.get(variable, rien), (3, len(naissances)))
        for avant, recu in zip(trois_mois_avant(mois), recus, strict=True):
            simulation.set_input(variable, avant, recu)
    for variable in PAR_AN.values():
        simulation.set_input(variable, period(mois).this_year, montants.get(variable, rien))
    return simulation
