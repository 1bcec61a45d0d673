"""Screenshots of the main pages for `docs/captures`, wide and narrow, from a running demonstration.

.venv/bin/python outils/captures.py http://127.0.0.1:8000
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

OU = Path(__file__).resolve().parent.parent / "docs" / "captures"
LARGEURS = {1440: 900, 390: 844}
QUI = "Camille Larivaud"


def connecter(page: Page, site: str) -> None:
    page.goto(f"{site}/connexion")
    page.click("text=S'identifier avec ProConnect")
    page.get_by_role("button", name=f"Se connecter comme {QUI}", exact=True).click()
    page.wait_for_url("**/ma-journee**")


def premier(page: Page, selecteur: str) -> str:
    adresse = page.locator(selecteur).first.get_attribute("href")
    assert adresse, selecteur
    return adresse


def pages(page: Page, site: str) -> dict[str, str]:
    """The addresses to show: fixed ones, and a dossier with a contract and an allowance to decide."""
    decision = premier(page, 'main a:has-text("Décider")')
    numero = decision.split("/")[2]
    return {
        "ma-journee": "/ma-journee",
        "accueil": "/accueil?q=martin",
        "dossier-nouveau": "/dossiers/nouveau",
        "dossier": f"/dossiers/{numero}/",
        "acte": f"/dossiers/{numero}/actes/nouveau",
        "eligibilite": f"/dossiers/{numero}/cej/eligibilite",
        "contrat": decision.split("/allocations")[0],
        "allocation": decision,
        "portefeuille": "/portefeuille/",
    }


def capturer(navigateur: Browser, site: str) -> None:
    for largeur, hauteur in LARGEURS.items():
        contexte = navigateur.new_context(viewport={"width": largeur, "height": hauteur}, locale="fr-FR")
        page = contexte.new_page()
        connecter(page, site)
        for nom, chemin in pages(page, site).items():
            page.goto(site + chemin)
            page.screenshot(path=OU / f"{nom}-{largeur}.png", full_page=True)
        contexte.close()


def main() -> None:
    OU.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        systeme = shutil.which("chromium")
        navigateur = playwright.chromium.launch(executable_path=systeme, args=["--no-sandbox", "--disable-gpu"])
        capturer(navigateur, sys.argv[1].rstrip("/"))
        navigateur.close()


if __name__ == "__main__":
    main()
