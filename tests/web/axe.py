"""What axe reproaches a page with, and what a page is asked at every width."""

from __future__ import annotations

import json
import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LARGEURS = (1440, 390)
CAPTURES = os.environ.get("CAPTURES", "")  # a folder: each screen is kept there, to be looked at
# Every rule that axe runs by itself; none of them reads the style sheets that it would load again.
OPTIONS = json.dumps({"resultTypes": ["violations"], "preload": False})
# Only what is read below crosses over: the rest is most of the time.
DEMANDER = f"axe.run({OPTIONS}).then(dit => dit.violations.map(faute => [faute.id, faute.nodes[0].html]))"


def fautes_d_axe(page: Page) -> list[tuple[str, str]]:
    """(rule, first element at fault) of each rule that the page breaks."""
    page.wait_for_load_state()  # a click comes back as soon as the next page begins
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    return [(regle, element) for regle, element in page.evaluate(DEMANDER)]


def sans_reproche_ici(page: Page, nom: str = "") -> None:
    """At its present width: nothing for axe, nothing wider than the window."""
    largeur, fautes = page.evaluate("window.innerWidth"), fautes_d_axe(page)
    if CAPTURES:
        page.screenshot(path=Path(CAPTURES) / f"{nom or 'page'}_{largeur}.png", full_page=True)
    assert not fautes, f"{nom} {page.url}, {largeur} px: {fautes}"
    debord = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert debord <= 0, f"{nom} {page.url} overflows by {debord} px at {largeur} px"


def sans_reproche(page: Page, nom: str = "") -> None:
    """The same, wide then narrow; it is wide again after."""
    for largeur in (*LARGEURS, None):
        page.set_viewport_size({"width": largeur or LARGEURS[0], "height": 900})
        if largeur:
            sans_reproche_ici(page, nom)
