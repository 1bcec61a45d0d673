"""Server time of the pages: whole requests in this process, middlewares and commits included, one at a time."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from itertools import cycle, islice
from statistics import median, quantiles
from typing import Any
from unittest.mock import patch

from bench.cas import Cas

CHAUFFE, MESURES = 5, 60


@dataclass(frozen=True)
class Temps:
    """Server times of one kind of request, in milliseconds, and its queries (the most seen)."""

    nom: str
    p50: float
    p95: float
    requetes: int
    mesures: int = MESURES


def client(cas: Cas) -> Any:
    """A browser signed in as the persona."""
    from django.test import Client

    from imilo.acteurs.models import Agent

    navigateur = Client(raise_request_exception=True)
    navigateur.force_login(Agent.objects.get(pk=cas.agent_id))
    return navigateur


def chronometrer(nom: str, appels: Sequence[Callable[[], Any]], *, combien: int = MESURES) -> Temps:
    """Time each call in turn, after a warm-up; then count the queries of some."""
    suite = cycle(appels)
    for appel in islice(suite, CHAUFFE):
        verifier(nom, appel())
    durees = []
    for appel in islice(suite, combien):
        debut = time.perf_counter()
        appel()
        durees.append((time.perf_counter() - debut) * 1000)
    return Temps(nom, round(median(durees), 2), round(quantiles(durees, n=20)[-1], 2), compter(appels[:5]), combien)


def verifier(nom: str, reponse: Any) -> None:
    """A page that isn't there isn't fast."""
    if reponse.status_code != 200:
        raise RuntimeError(f"{nom} : réponse {reponse.status_code}")


def compter(appels: Sequence[Callable[[], Any]]) -> int:
    """The most queries that one of these calls makes, transactions and perimeters left aside."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    comptes = []
    for appel in appels:
        with CaptureQueriesContext(connection) as capture:
            appel()
        utiles = [q for q in capture.captured_queries if not _de_transaction(q["sql"])]
        comptes.append(len(utiles))
    return max(comptes)


def _de_transaction(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))


def adresse_du_dossier(numero: int) -> str:
    from django.urls import reverse

    return reverse("web:dossier", args=[f"{numero:07d}"])


def pages(cas: Cas) -> list[Temps]:
    """The screens of the issue, in a process that loaded what a worker of the server loads."""
    import_module("imilo.config.wsgi")
    from django.urls import reverse

    navigateur = client(cas)
    accueil = reverse("web:accueil")

    def ouvrir(adresse: str, **parametres: str) -> Callable[[], Any]:
        return lambda: navigateur.get(adresse, parametres)

    dossiers = [ouvrir(adresse_du_dossier(numero)) for numero in cas.numeros]
    return [
        chronometrer("Page d'un dossier", dossiers),
        chronometrer("Portefeuille de 300 jeunes", [ouvrir(reverse("web:portefeuille"))], combien=40),
        chronometrer("Semaine d'un conseiller", [ouvrir(reverse("web:semaine"))], combien=40),
        chronometrer("Ma journée", [ouvrir(reverse("web:journee"))], combien=40),
        chronometrer("Recherche par nom et prénom", [ouvrir(accueil, q=q) for q in cas.noms]),
        chronometrer("Recherche par date de naissance", [ouvrir(accueil, q=q) for q in cas.naissances]),
        chronometrer("Recherche par téléphone", [ouvrir(accueil, q=q) for q in cas.telephones]),
    ]


def lecture_par_l_api(cas: Cas) -> Temps:
    from django.test import Client

    navigateur = Client()
    entetes = {"X-Gravitee-Api-Key": cas.cle}
    appels = [lambda n=n: navigateur.get(f"/api/sue/dossiers/{n}", headers=entetes) for n in cas.justifies[:200]]
    return chronometrer("GET /api/sue/dossiers/{id}", appels, combien=200)


@contextmanager
def sans_consultation(*modules: str) -> Iterator[None]:
    """The same requests without their line in the journal."""
    rustines = [patch(f"{module}.consulter", lambda *_a, **_k: None) for module in modules]
    for rustine in rustines:
        rustine.start()
    try:
        yield
    finally:
        for rustine in rustines:
            rustine.stop()


def part_du_journal(cas: Cas, *, combien: int = 150) -> dict[str, float]:
    """What the line of the journal adds to a page of a dossier (its commit included), in per cent of the request.

    The two ways alternate on the same dossiers, each first in its turn, and the median of their differences is
    kept: a machine that slows down slows both.
    """
    navigateur = client(cas)

    def mesurer(adresse: str) -> float:
        debut = time.perf_counter()
        navigateur.get(adresse)
        return (time.perf_counter() - debut) * 1000

    durees, ecarts = [], []
    for rang, numero in enumerate(islice(cycle(cas.numeros), combien + CHAUFFE)):
        adresse = adresse_du_dossier(numero)
        paire: dict[bool, float] = {}
        for avec in (True, False) if rang % 2 else (False, True):
            with nullcontext() if avec else sans_consultation("imilo.web.dossier.fiche"):
                paire[avec] = mesurer(adresse)
        if rang >= CHAUFFE:
            durees.append(paire[True])
            ecarts.append(paire[True] - paire[False])
    page, ecart = median(durees), max(median(ecarts), 0.0)
    return {"page_ms": round(page, 3), "journal_ms": round(ecart, 3), "part": round(ecart / page, 4)}
