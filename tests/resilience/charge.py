"""A counsellor who never gives up: signs in and records acts over real HTTP while the application is killed.

An act is *acknowledged* once the server answered its form with a redirection. A form without an answer is
sent again as it is, with its token, as a browser's user would do: it must count once.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx

from tests.resilience.formulaire import lire_formulaire

PAUSE = 0.2
T = TypeVar("T")


class PasDeReponse(Exception):
    """No answer, or a failure: nothing can be said of what was sent."""


@dataclass
class Conseillere:
    """One counsellor at work in a thread. `reconnus` are the acts the server accepted, in order."""

    adresse: str
    agent: int
    numero: str
    reconnus: list[str] = field(default_factory=list)
    renvois: int = 0
    erreur: BaseException | None = None
    fin: threading.Event = field(default_factory=threading.Event)
    client: httpx.Client = field(init=False)
    fil: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.adresse, timeout=20, trust_env=False)
        self.fil = threading.Thread(target=self._travailler, daemon=True)

    def commencer(self) -> None:
        self.fil.start()

    def finir(self) -> None:
        self.fin.set()
        self.fil.join(60)
        self.client.close()
        if self.erreur is not None:
            raise self.erreur

    def attendre(self, nombre: int, delai: float = 180.0) -> None:
        """Wait until `nombre` more acts are acknowledged."""
        but, limite = len(self.reconnus) + nombre, time.monotonic() + delai
        while len(self.reconnus) < but:
            assert self.erreur is None, self.erreur
            assert time.monotonic() < limite, f"only {len(self.reconnus)} acts of {but} after {delai} s"
            time.sleep(0.05)

    def _travailler(self) -> None:
        try:
            while not self.fin.is_set():
                self._un_acte(f"acte {len(self.reconnus) + 1} de {random.randrange(10**9)}")
        except BaseException as erreur:  # noqa: BLE001  # told to the test by `finir`
            self.erreur = erreur

    def _un_acte(self, texte: str) -> None:
        chemin = f"/dossiers/{self.numero}/actes/nouveau"
        formulaire = self._insister(lambda: self._formulaire(chemin, texte))
        if formulaire is not None and self._insister(lambda: self._envoyer(chemin, formulaire)):
            self.reconnus.append(texte)

    def _insister(self, action: Callable[[], T]) -> T | None:
        """Try until it answers; None when the test is over first."""
        while not self.fin.is_set():
            try:
                return action()
            except PasDeReponse:
                self.renvois += 1
                time.sleep(PAUSE)
        return None

    def _demander(self, methode: str, chemin: str, donnees: dict[str, str] | None = None) -> httpx.Response:
        """One request. A failure of the server isn't an answer; a session that was never kept is opened again."""
        try:
            reponse = self.client.request(methode, chemin, data=donnees)
        except httpx.TransportError as erreur:
            raise PasDeReponse from erreur
        if reponse.status_code >= 500:
            raise PasDeReponse(reponse.text[:500])
        return reponse

    def _formulaire(self, chemin: str, texte: str) -> dict[str, str]:
        reponse = self._demander("GET", chemin)
        if reponse.status_code == 302:
            self._se_connecter()
            reponse = self._demander("GET", chemin)
        assert reponse.status_code == 200, (reponse.status_code, reponse.headers.get("location"))
        champs, offres = lire_formulaire(reponse.text, compte_rendu=None)
        for nom in ("type", "modalite", "theme"):
            champs[nom] = offres[nom][-1]
        return champs | {"duree": "30", "compte_rendu": texte}

    def _envoyer(self, chemin: str, formulaire: dict[str, str]) -> bool:
        reponse = self._demander("POST", chemin, formulaire)
        if reponse.status_code == 302 and "connexion" in reponse.headers["location"]:
            self._se_connecter()
            raise PasDeReponse
        assert reponse.status_code == 302, (reponse.status_code, formulaire, reponse.text)
        return True

    def _se_connecter(self) -> None:
        """The whole protocol, as a browser follows it: leave, choose a persona, come back with a code."""
        depart = self._demander("GET", "/connexion/proconnect")
        page = self._demander("GET", depart.headers["location"])
        envoi, _ = lire_formulaire(page.text, persona=str(self.agent))
        retour = self._demander("POST", depart.headers["location"], envoi | {"facteur": "mfa"})
        arrivee = self._demander("GET", retour.headers["location"])
        if arrivee.status_code != 302:
            raise PasDeReponse(arrivee.text[:500])
