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
    """The addresses to show: fixed ones, and the first dossier of the day that has a decided allowance."""
    dossiers = [str(a.get_attribute("href")) for a in page.locator('main a[href^="/dossiers/"]').all()]
    for dossier in dict.fromkeys(f"/dossiers/{adresse.split('/')[2]}/" for adresse in dossiers):
        page.goto(site + dossier)
        if page.locator('main a[href$="/allocations/"]').count():
            break
    mois = premier(page, 'main a[href$="/allocations/"]')
    page.goto(site + mois)
    return {
        "ma-journee": "/ma-journee",
        "accueil": "/accueil?q=martin",
        "dossier-nouveau": "/dossiers/nouveau",
        "dossier": dossier,
        "acte": f"{dossier}actes/nouveau",
        "eligibilite": f"{dossier}cej/eligibilite",
        "contrat": mois.removesuffix("/allocations/"),
        "allocation": premier(page, 'main table tr:has-text("€") a[href*="/allocations/20"]'),
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
        navigateur = playwright.chromium.launch(
            executable_path=systeme, args=["--no-sandbox", "--disable-gpu", "--lang=fr-FR"]
        )
        capturer(navigateur, sys.argv[1].rstrip("/"))
        navigateur.close()


if __name__ == "__main__":
    main()
