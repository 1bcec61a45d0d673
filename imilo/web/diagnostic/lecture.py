"""An assessment as it is read: by the counsellor, by two versions side by side, by the person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from imilo.parcours.diagnostics.grille import (
    NON_EXPLORE,
    contraintes,
    libelle_contrainte,
    libelle_element,
    libelle_pour_vous,
    sujets,
)
from imilo.parcours.diagnostics.models import (
    Constat,
    Contrainte,
    Diagnostic,
    Element,
    Impact,
    Valeur,
    ValeurContrainte,
    ValeurObjectif,
    ValeurSituation,
)
from imilo.referentiels.models import Liste
from imilo.referentiels.rome import libelle_rome
from imilo.referentiels.selectors import libelle


@dataclass(frozen=True)
class Ligne:
    """One datum: what it is about, what was found, why; who found it and when. `cle` finds it in another version."""

    cle: str
    quoi: str
    constat: str
    texte: str
    auteur: str
    le: date
    ton: str = ""  # of the badge: success, warning, info, or none
    suite: str = ""  # what goes with the finding: impact, priority

    @property
    def dit(self) -> tuple[str, str, str]:
        return self.constat, self.suite, self.texte


@dataclass(frozen=True)
class Section:
    titre: str
    lignes: list[Ligne]


TONS = {
    Valeur.POINT_FORT: "success",
    Valeur.BESOIN: "warning",
    ValeurContrainte.OUI: "warning",
    ValeurContrainte.CLOTUREE: "success",
}


def sections(d: Diagnostic) -> list[Section]:
    """What was explored, or written, by section; empty sections are left out. `d` is loaded with all its data."""
    toutes = [
        Section("Besoins et points forts", list(_themes(d))),
        Section("Contraintes", list(_contraintes(d))),
        Section("Métiers visés", list(_metiers(d))),
        Section("Autonomie numérique", list(_appreciations(d, "numerique"))),
        Section("Pouvoir d'agir", list(_appreciations(d, "agir"))),
    ]
    return [s for s in toutes if s.lignes]


def _ligne(c: Constat, d: Diagnostic, cle: str, *dit: str, texte: str = "", ton: str = "", suite: str = "") -> Ligne:
    """`dit`: what it is about, and what was found."""
    quoi, constat = dit
    auteur = c.constate_par if c.constate_par is not None else d.agent
    return Ligne(cle, quoi, constat, texte, str(auteur), c.constate_le or d.etabli_le, ton, suite)


def _themes(d: Diagnostic) -> Iterator[Ligne]:
    for t in d.themes.all():
        if t.valeur != Valeur.NON_EXPLORE or t.texte:
            quoi = libelle(Liste.THEME_DEMANDE, t.theme)
            ton = TONS.get(Valeur(t.valeur), "")
            yield _ligne(t, d, f"theme.{t.theme}", quoi, t.get_valeur_display(), texte=t.texte, ton=ton)


def _contraintes(d: Diagnostic) -> Iterator[Ligne]:
    for c in d.contraintes.all():
        if c.valeur == ValeurContrainte.NON_ABORDEE and not c.texte:
            continue
        suite = [f"impact {c.get_impact_display().lower()}"] if c.impact != Impact.NON_RENSEIGNE else []
        suite += ["à traiter en premier"] if c.prioritaire else []
        nom = libelle_contrainte(c.code)
        ton = TONS.get(ValeurContrainte(c.valeur), "")
        yield _ligne(
            c, d, f"contrainte.{c.code}", nom, c.get_valeur_display(), texte=c.texte, ton=ton, suite=", ".join(suite)
        )
        for e in c.elements.all():
            quoi = f"{nom} : {_minuscule(libelle_element(c.code, e.genre, e.code))}"
            nature = "Objectif " if e.genre == Element.OBJECTIF else ""
            dit = f"{nature}{e.get_valeur_display().lower()}" if nature else e.get_valeur_display()
            yield _ligne(e, d, f"{e.genre}.{c.code}.{e.code}", quoi, dit)


def _metiers(d: Diagnostic) -> Iterator[Ligne]:
    for m in d.metiers.all():
        yield _ligne(m, d, f"metier.{m.rome}", f"{libelle_rome(m.rome)} ({m.rome})", f"Choix n° {m.rang}")


def _appreciations(d: Diagnostic, groupe: str) -> Iterator[Ligne]:
    for a in d.appreciations.all():
        sujet = sujets().get(a.sujet)
        if sujet is not None and sujet.groupe == groupe and a.valeur != NON_EXPLORE:
            dit = sujet.echelle.get(a.valeur, a.valeur)
            yield _ligne(a, d, f"appreciation.{a.sujet}", sujet.libelle, dit, texte=a.texte)


def _minuscule(texte: str) -> str:
    return texte[:1].lower() + texte[1:]


@dataclass(frozen=True)
class Difference:
    """One datum in two versions; None where a version doesn't speak of it."""

    quoi: str
    avant: Ligne | None
    apres: Ligne | None

    @property
    def change(self) -> bool:
        return (self.avant.dit if self.avant else None) != (self.apres.dit if self.apres else None)


def comparer(avant: Diagnostic, apres: Diagnostic) -> list[tuple[str, list[Difference]]]:
    """Two versions side by side: each section, each datum that one of them has, in the order of the later one."""
    jadis = {s.titre: s.lignes for s in sections(avant)}
    ici = {s.titre: s.lignes for s in sections(apres)}
    resultat = [("Objectifs", [_objectifs(avant, apres)])]
    for titre in ("Besoins et points forts", "Contraintes", "Métiers visés", "Autonomie numérique", "Pouvoir d'agir"):
        a, b = {x.cle: x for x in jadis.get(titre, [])}, {x.cle: x for x in ici.get(titre, [])}
        cles = [*b, *(c for c in a if c not in b)]
        if cles:
            resultat.append((titre, [Difference((b.get(c) or a[c]).quoi, a.get(c), b.get(c)) for c in cles]))
    return resultat


def _objectifs(avant: Diagnostic, apres: Diagnostic) -> Difference:
    dits = [Ligne("objectifs", "", "", d.objectifs, str(d.agent), d.etabli_le) for d in (avant, apres)]
    return Difference("Objectifs de la personne", *dits)


@dataclass(frozen=True)
class PourVous:
    """The assessment in the person's words: forces, needs, what holds back and what is done about it."""

    forces: list[tuple[str, str]]
    besoins: list[tuple[str, str]]
    freins: list[tuple[str, str, list[str]]]
    regles: list[str]
    autres: list[tuple[str, str]]  # what was written of a subject that isn't explored yet
    metiers: list[str]
    reponses: list[tuple[str, str]]


def pour_vous(d: Diagnostic) -> PourVous:
    """`d` is loaded with all its data. The team's synthesis isn't part of it."""
    themes = [(libelle(Liste.THEME_DEMANDE, t.theme), t.texte, t.valeur) for t in d.themes.all()]
    presentes = [c for c in d.contraintes.all() if c.valeur == ValeurContrainte.OUI]
    closes = [c for c in d.contraintes.all() if c.valeur == ValeurContrainte.CLOTUREE]
    return PourVous(
        forces=[(quoi, texte) for quoi, texte, v in themes if v == Valeur.POINT_FORT],
        besoins=[(quoi, texte) for quoi, texte, v in themes if v == Valeur.BESOIN],
        freins=[(_votre(c), c.texte, list(_elements(c))) for c in presentes],
        regles=[_votre(c) for c in closes],
        autres=[
            *((quoi, texte) for quoi, texte, v in themes if v == Valeur.NON_EXPLORE and texte),
            *(
                (_votre(c), c.texte)
                for c in d.contraintes.all()
                if c.valeur == ValeurContrainte.NON_ABORDEE and c.texte
            ),
        ],
        metiers=[libelle_rome(m.rome) for m in d.metiers.all()],
        reponses=[
            (sujet.pour_vous, sujet.echelle.get(a.valeur, a.valeur))
            for a in d.appreciations.all()
            if (sujet := sujets().get(a.sujet)) is not None and a.valeur != NON_EXPLORE
        ],
    )


def _votre(c: Contrainte) -> str:
    connue = contraintes().get(c.code)
    return connue.pour_vous if connue else c.code


def _elements(c: Contrainte) -> Iterator[str]:
    """What is so, and the goals that run or are reached, in plain words."""
    for e in c.elements.all():
        dit = libelle_pour_vous(c.code, e.code)
        if e.valeur == ValeurSituation.OUI:
            yield dit
        elif e.valeur == ValeurObjectif.EN_COURS:
            yield f"À faire ensemble : {_minuscule(dit)}"
        elif e.valeur == ValeurObjectif.REALISE:
            yield f"Déjà fait : {_minuscule(dit)}"
