"""A browser without a screen: follows the sign-in over real HTTP, keeps cookies, fills forms."""

from __future__ import annotations

import re
from types import TracebackType
from urllib.parse import urljoin

import httpx

from imilo.acteurs.models import Agent


class Navigateur:
    """One person's browser on a live server (`live_server.url`)."""

    def __init__(self, site: str) -> None:
        self.site = site
        self.http = httpx.Client(base_url=site, follow_redirects=True, timeout=20)

    def __enter__(self) -> Navigateur:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, valeur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def aller(self, adresse: str) -> httpx.Response:
        return self.http.get(adresse)

    def envoyer(self, page: httpx.Response, adresse: str = "", **champs: str) -> httpx.Response:
        """Post a form of `page` with the hidden fields that the page carries."""
        for nom in ("csrfmiddlewaretoken", "jeton_unique"):
            if trouve := re.search(rf'name="{nom}" value="([^"]+)"', page.text):
                champs.setdefault(nom, trouve[1])
        vers = urljoin(str(page.url), adresse)
        return self.http.post(vers, data=champs, headers={"Referer": str(page.url)})

    def choisir_persona(self, agent: Agent, *, facteur: str = "mfa", suite: str = "") -> httpx.Response:
        """From the sign-in page to the answer of the site, through the sandbox provider."""
        page = self.aller("/connexion/proconnect" + (f"?suite={suite}" if suite else ""))
        assert page.status_code == 200, page.text
        return self.envoyer(page, persona=str(agent.pk), facteur=facteur)


def demander(page: httpx.Response) -> str:
    """The words of a page, tags and scripts aside."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).replace("&#x27;", "'").split())
