"""The goals, and whether they are met."""

from __future__ import annotations

from dataclasses import dataclass

from bench.debit import Debits
from bench.droit import Mesure
from bench.mesures import Temps

PORTEFEUILLE_MS, PORTEFEUILLE_REQUETES = 150.0, 12
SUR_CONSTANTE, SUR_VIDE, JOURNAL = 0.60, 0.25, 0.10
OPENFISCA = 100


@dataclass(frozen=True)
class But:
    """One goal: what is measured, its limit, and whether it holds."""

    nom: str
    mesure: str
    limite: str
    atteint: bool


def juger(temps: list[Temps], debits: Debits, journal: dict[str, float]) -> list[But]:
    portefeuille = next(t for t in temps if t.nom.startswith("Portefeuille"))
    return [
        But(
            "Portefeuille de 300 jeunes : temps (p95)",
            f"{portefeuille.p95:.0f} ms",
            f"≤ {PORTEFEUILLE_MS:.0f} ms",
            portefeuille.p95 <= PORTEFEUILLE_MS,
        ),
        But(
            "Portefeuille de 300 jeunes : requêtes",
            str(portefeuille.requetes),
            f"≤ {PORTEFEUILLE_REQUETES}",
            portefeuille.requetes <= PORTEFEUILLE_REQUETES,
        ),
        But(
            "GET /sue/dossiers/{id} / même porte, réponse constante",
            f"{debits.sur_constante:.0%}",
            f"≥ {SUR_CONSTANTE:.0%}",
            debits.sur_constante >= SUR_CONSTANTE,
        ),
        But(
            "GET /sue/dossiers/{id} / vue JSON vide",
            f"{debits.sur_vide:.0%}",
            f"≥ {SUR_VIDE:.0%}",
            debits.sur_vide >= SUR_VIDE,
        ),
        But(
            "Part du journal dans la page d'un dossier",
            f"{journal['part']:.1%}",
            f"≤ {JOURNAL:.0%}",
            journal["part"] <= JOURNAL,
        ),
    ]


def juger_droit(mesure: Mesure) -> But:
    return But(
        f"Allocations d'un mois pour {mesure.lignes} jeunes / OpenFisca-France, du revenu du foyer",
        f"{mesure.rapport:.0f} fois plus vite",
        f"≥ {OPENFISCA} fois",
        mesure.rapport >= OPENFISCA,
    )
