"""Reads a form out of a page and gives what a browser would send of it, untouched."""

from __future__ import annotations

from html.parser import HTMLParser

SANS_VALEUR = {"submit", "button", "image", "reset", "file"}


class _Lecteur(HTMLParser):
    """Collects one dictionary per form: names and values as a browser submits them."""

    def __init__(self) -> None:
        super().__init__()
        self.formulaires: list[dict[str, str]] = []
        self.choix: str | None = None
        self.options: dict[str, list[str]] = {}
        self.texte: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {nom: valeur or "" for nom, valeur in attrs}
        if tag == "form":
            self.formulaires.append({})
        if not self.formulaires:
            return
        champs, nom = self.formulaires[-1], a.get("name", "")
        if tag == "input" and nom and a.get("type", "text") not in SANS_VALEUR:
            if a.get("type") not in {"checkbox", "radio"} or "checked" in a:
                champs[nom] = a.get("value", "")
        elif tag == "select":
            self.choix = nom
        elif tag == "option" and self.choix:
            self.options.setdefault(self.choix, []).append(a.get("value", ""))
            if "selected" in a or self.choix not in champs:
                champs[self.choix] = a.get("value", "")
        elif tag == "textarea":
            self.texte = nom
            champs[nom] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.choix = None
        elif tag == "textarea":
            self.texte = None

    def handle_data(self, data: str) -> None:
        if self.texte is not None:
            self.formulaires[-1][self.texte] += data.removeprefix("\n")


def lire_formulaire(page: str, **contient: str | None) -> tuple[dict[str, str], dict[str, list[str]]]:
    """The form that has these fields (with that value, unless None), and the values its lists offer."""
    lecteur = _Lecteur()
    lecteur.feed(page)
    for champs in lecteur.formulaires:
        if all(nom in champs and valeur in {None, champs[nom]} for nom, valeur in contient.items()):
            return champs, lecteur.options
    raise AssertionError(f"no form with {contient} in the page")
