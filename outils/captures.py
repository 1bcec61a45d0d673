"""Screenshots of the main pages for `docs/captures`, wide and narrow, from a running demonstration.

.venv/bin/python outils/captures.py http://127.0.0.1:8000 [name …]
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

OU = Path(__file__).resolve().parent.parent / "docs" / "captures"
LARGEURS = {1440: 900, 390: 844}
CONSEILLERE, DIRECTION = "Camille Larivaud", "Hélène Montbrizac"
JEUNE = ("jeune-lien", "jeune-activite")  # under a personal link: the door, and what is behind it


def connecter(page: Page, site: str, qui: str) -> None:
    page.goto(f"{site}/connexion")
    page.click("text=S'identifier avec ProConnect")
    page.get_by_role("button", name=f"Se connecter comme {qui}", exact=True).click()
    page.wait_for_url("**/ma-journee**")


def premier(page: Page, selecteur: str) -> str:
    adresse = page.locator(selecteur).first.get_attribute("href")
    assert adresse, selecteur
    return adresse


def de_la_conseillere(page: Page, site: str) -> dict[str, str]:
    """The addresses to show: fixed ones, and the first dossier of the day that has a decided allowance."""
    dossiers = [str(a.get_attribute("href")) for a in page.locator('main a[href^="/dossiers/"]').all()]
    for dossier in dict.fromkeys(f"/dossiers/{adresse.split('/')[2]}/" for adresse in dossiers):
        page.goto(site + dossier)
        if page.locator('main a[href$="/allocations/"]').count():
            break
    mois = premier(page, 'main a[href$="/allocations/"]')
    page.goto(site + mois)
    allocation = premier(page, 'main table tr:has-text("€") a[href*="/allocations/20"]')
    page.goto(f"{site}/sanctions/?etat=levee")
    return {
        "ma-journee": "/ma-journee",
        "accueil": "/accueil?q=martin",
        "dossier-nouveau": "/dossiers/nouveau",
        "dossier": dossier,
        "acte": f"{dossier}actes/nouveau",
        "diagnostic": f"{dossier}diagnostic",
        "eligibilite": f"{dossier}cej/eligibilite",
        "contrat": mois.removesuffix("/allocations/"),
        "allocation": allocation,
        "portefeuille": "/portefeuille/",
        "semaine": "/semaine/",
        "sanction": premier(page, "main table th a"),
        "recours": "/recours?etat=tous",
    }


def de_la_direction(page: Page, site: str) -> dict[str, str]:
    """What the whole structure has to see to."""
    return {"sanctions": "/sanctions/", "mois": "/allocations/", "paiements": "/paiements/"}


def du_jeune(page: Page, site: str, dossier: str, contexte: BrowserContext) -> None:
    """Send them a link, and open it as they do: its page, the code that arrives, what is behind."""
    page.goto(f"{site}{dossier}activites")
    page.get_by_role("button", name="Envoyer un lien pour déclarer").click()
    page.goto(site + dossier)
    qui = page.locator("h1").first.inner_text()
    boite = f"{site}/bac-a-sable/messages?qui={qui.split()[-1]}"
    page.goto(boite)
    recus = page.locator("main section li")
    lien = premier(page, 'main section li a[href*="/l/"]')
    telephone = contexte.new_page()
    telephone.goto(lien if lien.startswith("http") else site + lien)
    garder(telephone, JEUNE[0])
    telephone.get_by_role("button", name="Recevoir mon code").click()
    telephone.wait_for_url("**/code")
    page.goto(boite)
    code = next(trouve for texte in recus.all_inner_texts() if (trouve := re.search(r"\b[0-9]{6}\b", texte)))
    telephone.fill('input[name="code"]', code[0])
    telephone.get_by_role("button", name="Continuer").click()
    telephone.wait_for_url("**/activite")
    garder(telephone, JEUNE[1])


def garder(page: Page, nom: str) -> None:
    taille = page.viewport_size
    assert taille is not None
    debord = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    page.screenshot(path=OU / f"{nom}-{taille['width']}.png", full_page=True)
    print(f"{nom} {taille['width']}" + (f" : déborde de {debord} px" if debord > 0 else ""))


def capturer(navigateur: Browser, site: str, noms: list[str]) -> None:
    """Every page, or those of these names."""
    for largeur, hauteur in LARGEURS.items():

        def contexte(largeur: int = largeur, hauteur: int = hauteur) -> BrowserContext:
            return navigateur.new_context(viewport={"width": largeur, "height": hauteur}, locale="fr-FR")

        for qui, adresses in ((CONSEILLERE, de_la_conseillere), (DIRECTION, de_la_direction)):
            with contexte() as agent:
                page = agent.new_page()
                connecter(page, site, qui)
                a_montrer = adresses(page, site)
                for nom, chemin in a_montrer.items():
                    if not noms or nom in noms:
                        page.goto(site + chemin)
                        garder(page, nom)
                if qui == CONSEILLERE and (not noms or set(noms) & set(JEUNE)):
                    with contexte() as le_sien:
                        du_jeune(page, site, a_montrer["dossier"], le_sien)


def main() -> None:
    OU.mkdir(parents=True, exist_ok=True)
    site, *noms = sys.argv[1:]
    with sync_playwright() as playwright:
        systeme = shutil.which("chromium")
        navigateur = playwright.chromium.launch(
            executable_path=systeme, args=["--no-sandbox", "--disable-gpu", "--lang=fr-FR"]
        )
        capturer(navigateur, site.rstrip("/"), noms)
        navigateur.close()


if __name__ == "__main__":
    main()
