"""How long a new dossier takes to type, by the keystroke-level model: what docs/mesures.md says."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from imilo.web.accueil.formulaires import FormulaireNouveauDossier
from tests.parcours_complet.clavier import Clavier
from tests.parcours_complet.personnes import distribuer, se_connecter

pytestmark = pytest.mark.django_db(transaction=True)

# Card, Moran and Newell (1980): seconds a key for an average typist, seconds to think before each unit of action.
TOUCHE, PENSEE = 0.20, 1.35


class Chronometre(Clavier):
    """Keys pressed, and fields somebody had to think of."""

    pensees = 0

    def remplir(self, **champs: str) -> None:
        self.pensees += len(champs)
        super().remplir(**champs)

    def choisir(self, **champs: str) -> None:
        self.pensees += len(champs)
        super().choisir(**champs)

    def cocher(self, nom: str, valeur: str = "") -> None:
        self.pensees += 1
        super().cocher(nom, valeur)

    def dater(self, nom: str, jour: Any) -> None:
        self.pensees += 1
        super().dater(nom, jour)

    @property
    def secondes(self) -> float:
        return TOUCHE * self.frappes + PENSEE * self.pensees


def chercher(page: Page, site: str) -> Chronometre:
    """From the counter, where the search box has the focus: three words typed, nobody known."""
    conseillere = distribuer().conseillere
    se_connecter(page, site, conseillere)
    page.goto(f"{site}/accueil")
    c = Chronometre(page)
    c.pensees += 1
    c.taper("Morvanec Lina 12/03/2004")
    c.entrer("/accueil")
    c.suivre("Ouvrir un dossier", "/dossiers/nouveau", evitement=False)
    return c


def montrer(c: Chronometre, quoi: str) -> None:
    print(f"{quoi}: {c.frappes} touches, {c.arrets} arrêts, {c.pensees} décisions, {c.secondes:.0f} s")


def test_un_jeune_ordinaire_en_moins_d_une_minute(live_server: Any, page: Page) -> None:
    requis = [nom for nom, champ in FormulaireNouveauDossier.base_fields.items() if champ.required]
    assert requis == ["nom_naissance", "prenom", "sexe", "naissance", "premier_accueil"]
    c = chercher(page, live_server.url)
    c.cocher("sexe", "F")
    c.remplir(naissance_commune_texte="tours")
    c.choisir(nationalite="99100")
    c.remplir(telephone="0612345678", courriel="lina.morvanec@jeunes.example")
    c.remplir(adresse_numero="4", adresse_voie="rue des Halles", adresse_commune_texte="37000")
    c.touche("Enter")
    expect(page.locator('[name="adresse_code_postal"]')).to_have_value("37000")
    c.choisir(venue="FRANCE_TRAVAIL")
    c.dater("notice_remise_le", timezone.localdate())
    c.choisir(niveau_diplome="NV4")
    c.jusqu_a(texte="Ouvrir le dossier")
    c.entrer(r"/dossiers/\d{7}/$")
    montrer(c, "usual")
    assert c.secondes < 60
    assert c.arrets <= 45
