"""A month of allowances of the CEJ for 200,000 people: our columns, and OpenFisca-France's vectorised run on the same
cases, on the same machine, in turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np
from openfisca_core.periods import period

from bench import openfisca
from imilo.droit import colonnes

LIGNES, MOIS = 200_000, "2025-06"
TOURS, TOURS_LONGS = 15, 3
SALAIRES_DU_FOYER = np.array([0.0, 20_000.0, 60_000.0])  # a year: no tax, the first bracket, beyond
ECART = 2.6
"""In cents, between our amounts and its own: its 151.67 hours, the rounding, its single precision (docs/droit)."""


@dataclass(frozen=True)
class Mesure:
    """Medians, in seconds of processor: both work in one thread, and a busy machine then weighs on neither.

    Its own loading, and the building of its simulations, are left aside; our checks of the columns aren't.

    `openfisca_s` computes the bracket of each household from its income, as it does for any household;
    `openfisca_tranche_donnee_s` is given it, with every other value that its formula asks for: that formula alone.
    """

    lignes: int
    ressources: int
    colonnes_s: float
    openfisca_s: float
    openfisca_tranche_donnee_s: float
    rapport: float
    rapport_tranche_donnee: float
    tours: int = TOURS
    tours_longs: int = TOURS_LONGS


@dataclass(frozen=True)
class Cas:
    """The same cases for both: our columns, and for it births, brackets, and euros by variable."""

    nos_colonnes: dict[str, Any]
    naissances: Any
    tranches: Any
    montants: dict[str, Any]


def tirer(lignes: int) -> Cas:
    """Draw people of 16 to 25 in metropolitan France, half of them with one or two resources that both count."""
    hasard = np.random.default_rng(20250601)
    naissances = np.datetime64(MOIS) - hasard.integers(16 * 366, 26 * 365, lignes).astype("m8[D]")
    le_2 = naissances - naissances.astype("M8[M]") == np.timedelta64(1, "D")
    naissances[le_2] -= 1  # it counts them of age a day early (docs/droit/oracle.md)
    tranches = hasard.choice(3, lignes, p=[0.75, 0.2, 0.05])
    nombre = hasard.choice(3, lignes, p=[0.5, 0.35, 0.15])
    ligne = np.repeat(np.arange(lignes), nombre)
    connues = list(openfisca.PAR_MOIS)
    rang = hasard.choice(len(connues), len(ligne), p=[0.6, 0.05, 0.05, 0.05, 0.15, 0.1])
    centimes = hasard.integers(1, 160_000, len(ligne))
    montants = {variable: np.zeros(lignes) for variable in openfisca.PAR_MOIS.values()}
    for numero, nature in enumerate(connues):
        choisies = rang == numero
        np.add.at(montants[openfisca.PAR_MOIS[nature]], ligne[choisies], centimes[choisies] / 100)
    nos_colonnes = {
        "mois": MOIS,
        "date_naissance": naissances,
        "foyer": tranches.astype(np.int8),
        "mayotte": np.zeros(lignes, np.bool_),
        "ressource_ligne": ligne,
        "ressource_nature": colonnes.coder("ressource_nature", connues)[rang],
        "ressource_centimes": centimes,
        "contrat_debut": np.datetime64("2024-07-01") + hasard.integers(0, 330, lignes),  # signed before the month
    }
    return Cas(nos_colonnes, naissances, tranches, montants)


def mesurer(lignes: int = LIGNES) -> Mesure:
    """Measure both; RuntimeError when the amounts aren't the same."""
    cas, systeme = tirer(lignes), openfisca.charger()
    _demander(_simuler(systeme, tirer(100), tranches=False))  # what it reads of its law for a month, it reads once
    donnees, revenus, nous = [], [], []
    for tour in range(TOURS):
        nous.append(_chronometrer(lambda: _calculer(cas)))
        donnees.append(_chronometrer(_demande(_simuler(systeme, cas, tranches=True))))
        if tour < TOURS_LONGS:
            revenus.append(_chronometrer(_demande(_simuler(systeme, cas, tranches=False))))
    _verifier(_calculer(cas), [donnees[-1][1], revenus[-1][1]])
    n, d, r = (median(duree for duree, _ in mesures) for mesures in (nous, donnees, revenus))
    return Mesure(
        lignes,
        len(cas.nos_colonnes["ressource_ligne"]),
        round(n, 5),
        round(r, 3),
        round(d, 5),
        round(r / n, 1),
        round(d / n, 2),
    )


def _calculer(cas: Cas) -> Any:
    return colonnes.allocation(colonnes.ColonnesAllocation(**cas.nos_colonnes)).montant


def _simuler(systeme: Any, cas: Cas, *, tranches: bool) -> Any:
    donnees = cas.tranches if tranches else None
    simulation = openfisca.simuler(systeme, MOIS, cas.naissances, donnees, cas.montants)
    if tranches:
        simulation.set_input("indemnites_volontariat", MOIS, np.zeros(len(cas.naissances)))
    else:
        simulation.set_input("salaire_imposable", period(MOIS).n_2, SALAIRES_DU_FOYER[cas.tranches])
    return simulation


def _demande(simulation: Any) -> Callable[[], Any]:
    return lambda: _demander(simulation)


def _demander(simulation: Any) -> Any:
    return simulation.calculate(openfisca.MONTANT, MOIS)


def _chronometrer(appel: Callable[[], Any]) -> tuple[float, Any]:
    debut = time.process_time()
    rendu = appel()
    return time.process_time() - debut, rendu


def _verifier(notres: Any, leurs: list[Any]) -> None:
    """Another answer is another work."""
    for leur in leurs:
        ecart = float(np.abs(leur.astype(np.float64) * 100 - notres).max())
        if ecart > ECART:
            raise RuntimeError(f"Les montants diffèrent de {ecart / 100:.2f} € : ce ne sont pas les mêmes cas.")
