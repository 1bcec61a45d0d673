"""`make bench`: load the database once, measure, print the tables, write the JSON. `python -m bench droit`, `python -m
bench rapprochement` and `python -m bench recherche`: the allowances, the linkage or the search alone, which don't need
that database."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import base, buts, cas, debit, droit, heures, lot_allocations, mesures, rapprochement, recherche

RESULTATS = base.RACINE / "bench" / "resultats"
console = Console()


def principal(parts: list[str]) -> int:
    """Returns 0 when every goal is met, 1 otherwise, 2 for a part that doesn't exist."""
    if len(parts) > 1 or set(parts) - {*SANS_BASE, LOT}:
        console.print(f"Usage : python -m bench [{' | '.join((*SANS_BASE, LOT))}]", markup=False)
        return 2
    resultats = _entete()
    if parts == [LOT]:
        base.preparer_environnement()
        with base.base_ouverte():
            _lot(resultats)
    if not parts:
        base.preparer_environnement()
        console.print(f"Base de mesure : {base.nombre_de_dossiers()} dossiers, dans {base.home()}")
        with base.base_ouverte() as url_admin:
            preparation = subprocess.run(
                [sys.executable, "-m", "bench.cas"], check=True, stdout=subprocess.PIPE, text=True, cwd=base.RACINE
            )
            base.analyser(url_admin)
            resultats |= _mesurer(cas.lire(preparation.stdout))
            _lot(resultats)  # last: it adds twenty thousand contracts
        _afficher(resultats)
    for nom, mesurer in SANS_BASE.items():
        if parts in ([], [nom]):
            mesurer(resultats)
    _afficher_buts(resultats["buts"])
    RESULTATS.mkdir(exist_ok=True)
    fichier = RESULTATS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    fichier.write_text(json.dumps(resultats, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    console.print(f"Mesures écrites dans {fichier.relative_to(base.RACINE)}")
    return 0 if all(but["atteint"] for but in resultats["buts"]) else 1


def _entete() -> dict[str, Any]:
    return {
        "le": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {
            "systeme": platform.platform(),
            "python": platform.python_version(),
            "coeurs": os.cpu_count(),
            "charge_avant": os.getloadavg()[0],
        },
        "buts": [],
    }


def _droit(resultats: dict[str, Any]) -> None:
    """Measure the allowances of a month, and add them to the results and to the goals."""
    console.print("Allocations d'un mois, et OpenFisca-France…")
    mesure = droit.mesurer()
    resultats["droit"] = asdict(mesure)
    resultats["buts"].append(asdict(buts.juger_droit(mesure)))
    table = Table("Calcul", "Durée (s)", "Rapport", title=f"cej.allocation, {mesure.lignes} jeunes")
    table.add_row("Par colonnes", f"{mesure.colonnes_s:.4f}", "1")
    table.add_row("OpenFisca-France, du revenu du foyer", f"{mesure.openfisca_s:.3f}", f"{mesure.rapport:.0f}")
    table.add_row(
        "OpenFisca-France, tranche d'impôt donnée",
        f"{mesure.openfisca_tranche_donnee_s:.4f}",
        f"{mesure.rapport_tranche_donnee:.1f}",
    )
    console.print(table)


def _rapprochement(resultats: dict[str, Any]) -> None:
    """Link the list with the base, and add what it took to the results and to the goals."""
    console.print("Rapprochement d'une liste, et Splink tel que son tutoriel le règle…")
    mesure = rapprochement.mesurer(base.home())
    resultats["rapprochement"] = rapprochement.en_json(mesure)
    resultats["buts"] += [asdict(but) for but in buts.juger_rapprochement(mesure)]
    entetes = ("Lignes", "Secondes", "Processeur (s)", "Mémoire (Mio)", "Précision", "Rappel", "F1")
    table = Table("", *entetes, title=f"Rapprochement avec {mesure.base} personnes")
    for nom, p in [*(("imilo rapprocher", p) for p in mesure.passages), ("Splink, son tutoriel", mesure.reference)]:
        chiffres = (p.secondes, p.secondes_processeur, p.memoire_mio, p.precision, p.rappel, round(p.f1, 5))
        table.add_row(nom, str(p.lignes), *map(str, chiffres))
    console.print(table)


def _recherche(resultats: dict[str, Any]) -> None:
    """Measure the search among millions, and add it to the results and to the goals."""
    console.print(f"Recherche parmi {recherche.nombre_de_dossiers()} dossiers, et pg_trgm…")
    mesure = resultats["recherche"] = recherche.mesurer()
    resultats["buts"] += [asdict(but) for but in buts.juger_recherche(mesure)]
    table = Table("Recherche", "p50 (ms)", "p95 (ms)", "Dans les dix premiers", title=f"{mesure['dossiers']} dossiers")
    for nom in ("fautif_avec_annee", "fautif_sans_annee", "exact", "debuts", "pg_trgm"):
        temps = mesure[nom]
        table.add_row(nom, f"{temps['base_p50']:.2f}", f"{temps['base_p95']:.2f}", f"{temps['rappel']:.4f}")
    console.print(table)


def _lot(resultats: dict[str, Any]) -> None:
    """Decide a network's month, and add what it took to the results and to the goals. The database is open."""
    console.print(f"Décisions d'un mois, {lot_allocations.DECISIONS} dans un réseau…")
    mesure = lot_allocations.mesurer()
    resultats["lot_allocations"] = asdict(mesure)
    resultats["buts"] += [asdict(but) for but in buts.juger_lot(mesure)]
    table = Table("Décisions", "Structures", "Durée (s)", "Par seconde", "Un courrier ensuite (ms)")
    chiffres = (mesure.decisions, mesure.structures, mesure.secondes, f"{mesure.par_seconde:.0f}", mesure.courrier_ms)
    table.add_row(*map(str, chiffres))
    console.print(table)


LOT = "allocations"
SANS_BASE = {"droit": _droit, "rapprochement": _rapprochement, "recherche": _recherche}
"""Parts that don't need the database of the pages."""


def _mesurer(prepare: cas.Cas) -> dict[str, Any]:
    os.environ["IMILO_ROLE"] = "app"
    import django

    django.setup()
    console.print("Pages…")
    temps = [*mesures.pages(prepare), mesures.lecture_par_l_api(prepare)]
    console.print("Heures d'une semaine…")
    ledger = heures.mesurer(date.fromisoformat(base.bilan()["jour"]))
    console.print("Journal…")
    journal = mesures.part_du_journal(prepare)
    console.print("Débits…")
    debits = debit.mesurer(prepare)
    return {
        "demonstration": base.bilan(),
        "temps": [asdict(t) for t in temps],
        "heures": asdict(ledger),
        "journal": journal,
        "debits": asdict(debits),
        "buts": [asdict(b) for b in (*buts.juger(temps, debits, journal), buts.juger_heures(ledger))],
    }


def _afficher(resultats: dict[str, Any]) -> None:
    table = Table("Demande", "p50 (ms)", "p95 (ms)", "Requêtes", title="Temps de serveur")
    for t in resultats["temps"]:
        table.add_row(t["nom"], f"{t['p50']:.1f}", f"{t['p95']:.1f}", str(t["requetes"]))
    console.print(table)
    d = resultats["debits"]
    table = Table("Vue", "Demandes par seconde", title=f"Débit du serveur, {d['clients']} clients")
    table.add_row("GET /api/sue/dossiers/{id}", f"{d['dossier']:.0f}")
    table.add_row("Même porte, réponse constante", f"{d['constante']:.0f}")
    table.add_row("Vue JSON vide", f"{d['vide']:.0f}")
    console.print(table)


def _afficher_buts(tous: list[dict[str, Any]]) -> None:
    table = Table("", "But", "Mesure", "Limite", title="Buts")
    for b in tous:
        table.add_row("✓" if b["atteint"] else "✗", b["nom"], b["mesure"], b["limite"])
    console.print(table)


if __name__ == "__main__":
    raise SystemExit(principal(sys.argv[1:]))
