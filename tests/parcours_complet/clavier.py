"""A person without a mouse: what they can reach, by which key, and whether they see where they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from playwright.sync_api import Error, Page, expect

ATTENTE = 30_000  # milliseconds: machines of continuous integration are slow
PAS = 150  # key presses to reach something on one page, at most

# What has the focus, and whether it shows. The design system hides radios and boxes and draws them on their label.
ICI = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) { return null; }
  const montre = (style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0
    && !/^transparent$|, 0\\)$/.test(style.outlineColor);
  // The button of a calendar, inside the field, has a ring that the browser draws and no script sees.
  const calendrier = ["date", "time"].includes(e.type) && !e.matches(":focus");
  const porteurs = [getComputedStyle(e)];
  for (const l of e.labels || []) { porteurs.push(getComputedStyle(l), getComputedStyle(l, "::before")); }
  const boites = [e, ...(e.labels || [])].map((b) => b.getBoundingClientRect());
  const texte = (e.getAttribute("aria-label") || e.innerText || e.title || "").replace(/\\s+/g, " ").trim();
  if (!e.dataset.pas) { window.imiloPas = (window.imiloPas || 0) + 1; e.dataset.pas = window.imiloPas; }
  return {
    pas: e.dataset.pas, balise: e.tagName.toLowerCase(), id: e.id, nom: e.name || "", genre: e.type || "",
    texte: texte.slice(0, 80), valeur: e.value || "", coche: !!e.checked, main: !!e.closest("main"),
    visible: calendrier || porteurs.some(montre),
    place: boites.some((b) => b.width > 1 && b.height > 1 && b.right > 0 && b.bottom > 0 && b.top < innerHeight),
  };
}"""


@dataclass
class Arret:
    """An element that takes the focus."""

    pas: str
    balise: str
    id: str
    nom: str
    genre: str
    texte: str
    valeur: str
    coche: bool
    main: bool
    visible: bool
    place: bool

    def __str__(self) -> str:
        return f"{self.balise}[{self.nom or self.id or self.texte}]"


@dataclass
class Clavier:
    """Keys only. Every stop must show that it has the focus, within the window."""

    page: Page
    frappes: int = 0
    arrets: int = 0
    vus: list[Arret] = field(default_factory=list)

    def touche(self, touche: str) -> None:
        self.frappes += 1
        self.page.keyboard.press(touche)

    def taper(self, texte: str) -> None:
        self.frappes += len(texte)
        self.page.keyboard.type(texte)

    def ici(self) -> Arret | None:
        lu = self.page.evaluate(ICI)
        return Arret(**lu) if lu else None

    def avancer(self, touche: str = "Tab") -> Arret | None:
        """One stop further; a date has three or four inside it."""
        self.touche(touche)
        self.arrets += 1
        arret = self.ici()
        if arret:
            self.vus.append(arret)
            ou = f"{arret} sur {self.page.url}"
            assert arret.visible, f"the focus doesn't show: {ou}"
            assert arret.place, f"the focus is out of the window: {ou}"
        return arret

    def jusqu_a(self, *, nom: str = "", texte: str = "", touche: str = "Tab", pas: int = PAS) -> Arret:
        """Tab up to a field by its name, or to a link or button by the beginning of its words."""
        self.vus = []
        arret = self.ici()
        for _ in range(pas):
            if arret and _est(arret, nom, texte):
                return arret
            arret = self.avancer(touche)
            if arret and arret.pas in [v.pas for v in self.vus[:-1] if v.pas != self.vus[-2].pas]:
                break  # round the page
        raise AssertionError(f"{nom or texte} not reached on {self.page.url}: {', '.join(map(str, self.vus))}")

    def contenu(self) -> None:
        """Past the header, by the skip link: the first stop of the page; unless the page put the focus on a field."""
        if (place := self.ici()) and place.main:
            return
        premier = self.avancer()
        assert premier, "nothing takes the focus"
        assert premier.texte == "Contenu", f"no skip link first on {self.page.url}: {premier}"
        self.touche("Enter")
        expect(self.page.locator("main")).to_be_focused()

    def suivre(self, texte: str, vers: str, *, evitement: bool = True) -> None:
        """Reach a link or a button of the page and press Enter, up to the address that matches `vers`."""
        if evitement:
            self.contenu()
        self.jusqu_a(texte=texte)
        self.entrer(vers)

    def entrer(self, vers: str) -> None:
        try:
            # The fragment of the skip link survives a form and its redirection.
            with self.page.expect_navigation(url=lambda url: bool(re.search(vers, url.split("#")[0]))):
                self.touche("Enter")
        except Error as erreur:
            refus = " | ".join(self.page.locator('[role="alert"]').all_inner_texts())
            raise AssertionError(f"stayed on {self.page.url}, {self.ici()}. {refus}") from erreur

    def remplir(self, **champs: str) -> None:
        for nom, valeur in champs.items():
            self.jusqu_a(nom=nom.replace("__", "-"))
            if self._valeur():
                self.touche("Control+a")
            self.taper(valeur)

    def dater(self, nom: str, jour: date) -> None:
        """In a date field, whose parts are in the order of the browser's own language."""
        for ordre in ("%d%m%Y", "%m%d%Y"):
            self.jusqu_a(nom=nom)
            self.taper(f"{jour:{ordre}}")
            if self._valeur() == f"{jour:%Y-%m-%d}":
                return
            while (arret := self.ici()) and arret.nom == nom:
                self.touche("Shift+Tab")
            self.touche("Tab")
        raise AssertionError(f"{nom}: {self._valeur()!r} instead of {jour}")

    def choisir(self, **champs: str) -> None:
        """In a list, by the first letters of what it shows, then the arrow."""
        for nom, valeur in champs.items():
            self.jusqu_a(nom=nom.replace("__", "-"))
            libelle = self.page.locator(f'main [name="{nom.replace("__", "-")}"] option[value="{valeur}"]')
            self.taper(str(libelle.text_content()).strip()[0])
            for _ in range(PAS):
                if self._valeur() == valeur:
                    break
                self.touche("ArrowDown")
            assert self._valeur() == valeur, nom

    def cocher(self, nom: str, valeur: str = "") -> None:
        arret = self.jusqu_a(nom=nom)
        if arret.genre == "radio":
            for _ in range(10):
                if arret.valeur == valeur:
                    break
                self.touche("ArrowDown")
                suivant = self.ici()
                assert suivant, nom
                arret = suivant
        if not arret.coche:
            self.touche("Space")
        dernier = self.ici()
        assert dernier, nom
        assert dernier.coche, nom

    def deplier(self, texte: str) -> None:
        self.jusqu_a(texte=texte)
        self.touche("Enter")

    def faire_le_tour(self) -> list[str]:
        """Every stop of the page forwards then backwards: the same ones, each once, and round again.

        The page is then loaded anew, for a walk that starts at its top."""
        aller = self._tour("Tab")
        retour = self._tour("Shift+Tab")
        ecart = set(aller) ^ set(retour)
        assert not ecart, f"{self.page.url}: {ecart} reached one way only"
        self.page.reload()
        return aller

    def _tour(self, touche: str) -> list[str]:
        stops: list[str] = []
        self.vus = []
        for _ in range(2 * PAS):
            arret = self.avancer(touche)
            if arret is None or (stops and stops[-1] == arret.pas):
                continue  # the browser's own bar; the parts of a date
            if stops and arret.pas == stops[0]:
                return stops
            assert arret.pas not in stops, f"the focus came back to {arret} on {self.page.url}"
            stops.append(arret.pas)
        raise AssertionError(f"the focus never came round on {self.page.url}: {', '.join(map(str, self.vus))}")

    def _valeur(self) -> str:
        arret = self.ici()
        return arret.valeur if arret else ""


def _est(arret: Arret, nom: str, texte: str) -> bool:
    if not arret.main:
        return False
    return arret.nom == nom if nom else arret.texte.startswith(texte) and arret.balise in ("a", "button", "summary")
