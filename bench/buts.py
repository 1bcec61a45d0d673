"""The goals, and whether they are met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bench import heures
from bench.debit import Debits
from bench.droit import Mesure
from bench.lot_allocations import MesureLot
from bench.mesures import Temps
from bench.rapprochement import Mesure as Rapprochement

PORTEFEUILLE_MS, PORTEFEUILLE_REQUETES = 150.0, 12
SUR_CONSTANTE, SUR_VIDE, JOURNAL = 0.60, 0.25, 0.10
OPENFISCA = 100
RECHERCHE_MS, RECHERCHE_RAPPEL, PG_TRGM = 20.0, 0.99, 100
LOT_DECISIONS, LOT_SECONDES = 20_000, 60.0
PRECISION, RAPPEL, LINEARITE = 0.999, 0.97, 1.0


@dataclass(frozen=True)
class But:
    """One goal: what is measured, its limit, and whether it holds."""

    nom: str
    mesure: str
    limite: str
    atteint: bool


def juger(temps: list[Temps], debits: Debits, journal: dict[str, float]) -> list[But]:
    portefeuille = next(t for t in temps if t.nom.startswith("Portefeuille"))
    semaine = next(t for t in temps if t.nom.startswith("Semaine"))
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
            "Semaine d'un conseiller : temps (p95)",
            f"{semaine.p95:.0f} ms",
            f"≤ {PORTEFEUILLE_MS:.0f} ms",
            semaine.p95 <= PORTEFEUILLE_MS,
        ),
        But(
            "Semaine d'un conseiller : requêtes",
            str(semaine.requetes),
            f"≤ {PORTEFEUILLE_REQUETES}",
            semaine.requetes <= PORTEFEUILLE_REQUETES,
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


def juger_heures(mesure: heures.Mesure) -> But:
    return But(
        f"Heures d'une semaine pour {mesure.jeunes} jeunes",
        f"{mesure.secondes:.1f} s",
        f"≤ {heures.HEURES_S:.0f} s",
        mesure.secondes <= heures.HEURES_S,
    )


def juger_droit(mesure: Mesure) -> But:
    return But(
        f"Allocations d'un mois pour {mesure.lignes} jeunes / OpenFisca-France, du revenu du foyer",
        f"{mesure.rapport:.0f} fois plus vite",
        f"≥ {OPENFISCA} fois",
        mesure.rapport >= OPENFISCA,
    )


def juger_rapprochement(mesure: Rapprochement) -> list[But]:
    tout, reference = mesure.passages[-1], mesure.reference
    titre = f"Rapprochement de {tout.lignes} lignes avec {mesure.base} personnes"
    rapport = reference.secondes_processeur / tout.secondes_processeur
    return [
        But(
            f"{titre} : justes parmi les sûres", f"{tout.precision:.5f}", f"≥ {PRECISION}", tout.precision >= PRECISION
        ),
        But(f"{titre} : connues retrouvées, sûres", f"{tout.rappel:.5f}", f"≥ {RAPPEL}", tout.rappel >= RAPPEL),
        But(f"{titre} : jumeaux confondus", str(tout.jumeaux_confondus), "0", tout.jumeaux_confondus == 0),
        But(
            f"{titre} : temps d'une ligne / celui dans le quart de la liste",
            f"{mesure.linearite:.2f}",
            f"≤ {LINEARITE}",
            mesure.linearite <= LINEARITE,
        ),
        But(
            f"{titre} : F1 / Splink tel que son tutoriel le règle",
            f"{tout.f1:.4f}",
            f"≥ {reference.f1:.4f}",
            tout.f1 >= reference.f1,
        ),
        But(
            f"{titre} : vitesse / Splink tel que son tutoriel le règle", f"{rapport:.2f} fois", "≥ 1 fois", rapport >= 1
        ),
    ]


def juger_recherche(mesure: dict[str, Any]) -> list[But]:
    """Figures of `imilo bench recherche`: the mistyped names with their year of birth."""
    fautif, titre = mesure["fautif_avec_annee"], f"Nom mal tapé parmi {mesure['dossiers']} dossiers"
    rappel = fautif["rappel_sans_homonymes"]
    return [
        But(
            f"{titre} : temps dans la base (p95)",
            f"{fautif['base_p95']:.1f} ms",
            f"≤ {RECHERCHE_MS:.0f} ms",
            fautif["base_p95"] <= RECHERCHE_MS,
        ),
        But(
            f"{titre} : dans les dix premiers, homonymes à part",
            f"{rappel:.4f}",
            f"≥ {RECHERCHE_RAPPEL}",
            rappel >= RECHERCHE_RAPPEL,
        ),
        *(
            But(
                f"{titre} / pg_trgm ({quoi})",
                f"{mesure[f'rapport_{nom}']:.0f} fois plus vite",
                f"≥ {PG_TRGM} fois",
                mesure[f"rapport_{nom}"] >= PG_TRGM,
            )
            for nom, quoi in (("p50", "médiane"), ("moyenne", "moyenne"))
        ),
    ]


def juger_lot(mesure: MesureLot) -> list[But]:
    """Twenty thousand decisions of a network in under a minute, the command's start included."""
    a_la_minute = mesure.secondes * LOT_DECISIONS / mesure.decisions
    return [
        But(
            f"Décider {LOT_DECISIONS} allocations d'un réseau, par la commande",
            f"{a_la_minute:.0f} s",
            f"≤ {LOT_SECONDES:.0f} s",
            a_la_minute <= LOT_SECONDES,
        )
    ]
