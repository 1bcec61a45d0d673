"""Look-ups in the national lists. They hold no personal data: no agent, no perimeter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils.formats import date_format

from imilo.referentiels.cles import cle_commune
from imilo.referentiels.models import (
    CleCommune,
    Code,
    CodePostal,
    Commune,
    Liste,
    Pays,
    TypeCommune,
    valide,
)
from imilo.socle.normalisation import normaliser

LONGUEUR_MAX = 100


@dataclass(frozen=True, slots=True)
class CommuneTrouvee:
    """A commune under one of its names, as it is on the day of the search.

    `valide` tells whether the name and the code were in force on that day; otherwise `disparue_le` is the
    first day they weren't, and `actuelle` (code) and `nom_actuelle` what holds the place today.
    """

    code: str
    nom: str
    type: TypeCommune
    departement: str
    nom_departement: str
    codes_postaux: tuple[str, ...]
    valide: bool
    disparue_le: date | None
    actuelle: str
    nom_actuelle: str

    @property
    def libelle(self) -> str:
        return f"{self.nom} ({self.departement})"

    @property
    def avertissement(self) -> str:
        """Why this commune can't be chosen on that day, and which one to choose; "" when it can."""
        if self.valide:
            return ""
        if self.disparue_le is None:
            return f"{self.nom} n'existait pas encore à cette date."
        jour = date_format(self.disparue_le, "j F Y").replace("1 ", "1er ", 1 if self.disparue_le.day == 1 else 0)
        if self.nom == self.nom_actuelle:
            return f"Le code {self.code} n'est plus celui de {self.nom} depuis le {jour} : c'est {self.actuelle}."
        if self.code == self.actuelle:
            return f"{self.nom} n'existe plus sous ce nom depuis le {jour} : c'est aujourd'hui {self.nom_actuelle}."
        return f"{self.nom} n'est plus une commune depuis le {jour} : elle fait partie de « {self.nom_actuelle} »."


def _trouvees(cles: Iterable[CleCommune], *, le: date) -> list[CommuneTrouvee]:
    """Details of keys whose `commune`, its département and `actuelle` are loaded; one query, postal codes."""
    cles = list(cles)
    porteuses = {c.commune_id: c.commune.actuelle_id or c.commune_id for c in cles}
    # An arrondissement has its own postal codes, what ended is served by those of today's commune.
    codes: dict[str, list[str]] = {}
    for lien in CodePostal.objects.filter(commune_id__in={*porteuses, *porteuses.values()}):
        codes.setdefault(lien.commune_id, []).append(lien.code)
    trouvees = []
    for cle in cles:
        commune = cle.commune
        actuelle = commune.actuelle or commune
        en_vigueur = (cle.du is None or cle.du <= le) and (cle.au is None or cle.au >= le)
        trouvees.append(
            CommuneTrouvee(
                code=commune.code,
                nom=cle.nom,
                type=TypeCommune(commune.type),
                departement=commune.departement_id,
                nom_departement=commune.departement.nom,
                codes_postaux=tuple(codes.get(commune.code) or codes.get(actuelle.code) or ()),
                valide=en_vigueur,
                disparue_le=cle.au + timedelta(days=1) if cle.au and cle.au < le else None,
                actuelle=actuelle.code,
                nom_actuelle=actuelle.nom,
            )
        )
    return trouvees


def _sans_doublon(cles: Iterable[CleCommune], limite: int) -> list[CleCommune]:
    """The first key of each (commune, name): "Saint-Denis-en-Val" answers to several words of one search."""
    gardees: dict[tuple[str, str], CleCommune] = {}
    for cle in cles:
        gardees.setdefault((cle.commune_id, cle.nom), cle)
        if len(gardees) == limite:
            break
    return list(gardees.values())


def _base() -> QuerySet[CleCommune]:
    return CleCommune.objects.select_related("commune__departement", "commune__actuelle")


def _du_departement(departement: str) -> Q:
    """Condition on rows that name a commune in force: its code begins with that of its département, no join."""
    return Q(commune_id__gte=departement.ljust(5, "0"), commune_id__lte=departement.ljust(5, "9"))


def _ordre(cle: str, *, le: date, departement: str) -> Case:
    """Rank of a key: the whole name before all ("paris" isn't Cormeilles-en-Parisis, even seen from there), then
    the département's communes, then the others; a name's beginning before a word inside."""
    rangs = [When(cle=cle, rang=0, then=1), When(rang=0, then=4)]
    if departement:
        ici = valide(le) & _du_departement(departement)
        rangs = [When(ici, cle=cle, rang=0, then=0), rangs[0], When(ici, rang=0, then=2), When(ici, then=3), rangs[1]]
    return Case(*rangs, default=5, output_field=IntegerField())


def _par_nom(cle: str, *, le: date, postal: str, limite: int, departement: str) -> list[CleCommune]:
    """Best first: by `_ordre`; then in force first, most peopled first."""
    ordre = _ordre(cle, le=le, departement=departement)
    en_vigueur = ExpressionWrapper(valide(le), output_field=BooleanField())
    tri = ("ordre", "-en_vigueur", "-poids", "cle", "commune_id")

    def meilleures(condition: Q) -> list[CleCommune]:
        # The keys alone are sorted, thousands for a short text; communes are joined to the few that are kept.
        gardees = CleCommune.objects.filter(condition).annotate(ordre=ordre, en_vigueur=en_vigueur).order_by(*tri)
        lues = _base().filter(pk__in=gardees.values("pk")[: 4 * limite])
        return _sans_doublon(lues.annotate(ordre=ordre, en_vigueur=en_vigueur).order_by(*tri), limite)

    du_code = _desservie_par(postal) if postal else Q()
    trouvees = meilleures(Q(cle__startswith=cle) & du_code)
    if not trouvees and " " in cle:
        # Words that don't follow each other: "jean luz". The longest serves the index, the others filter.
        debut, *autres = sorted(cle.split(), key=len, reverse=True)
        for mot in autres:
            du_code &= Q(commune__cle__contains=mot)
        trouvees = meilleures(Q(cle__startswith=debut) & du_code)
    return trouvees


def _desservie_par(postal: str) -> Q:
    """Condition on keys: the commune has this postal code, or today's commune has it when it ended."""
    liens = CodePostal.objects.filter(code__startswith=postal)
    de_l_actuelle = Exists(liens.filter(commune_id=OuterRef("commune__actuelle_id")))
    return Q(Exists(liens.filter(commune_id=OuterRef("commune_id")))) | Q(de_l_actuelle, commune__au__isnull=False)


def _par_code_postal(postal: str, *, le: date, limite: int, departement: str) -> list[CleCommune]:
    liens = CodePostal.objects.filter(code__startswith=postal).filter(
        Q(commune__du__isnull=True) | Q(commune__du__lte=le)
    )
    ici = Case(When(_du_departement(departement), then=0), default=1) if departement else Value(0)
    # A city of twenty postal codes comes once, under the first that fits.
    ordonnes = liens.order_by(ici, "code", "-commune__population", "commune_id").values_list("commune_id", flat=True)
    communes = list(dict.fromkeys(ordonnes[: 20 * limite]))[:limite]
    cles = _base().filter(commune_id__in=communes, rang=0, au__isnull=True)
    return _sans_doublon(sorted(cles, key=lambda c: communes.index(c.commune_id)), limite)


def chercher_communes(texte: str, *, le: date, limite: int = 10, departement: str = "") -> list[CommuneTrouvee]:
    """Communes that `texte` begins to name or whose postal code it begins, best first, `limite` at most.

    Names are taken without accents, hyphens, apostrophes, with "st" for "saint", from any telling word;
    "13001 marseille" narrows the name by the postal code. Municipal arrondissements are communes here.
    Former names and former communes come too, with `valide` false on `le` and what to choose instead:
    for a place of birth, give the day of birth. Communes of `departement` (its code) come before the others;
    only a whole name elsewhere comes before the names they begin. Two queries; [] for a text without letter or digit.
    """
    texte = texte[:LONGUEUR_MAX]
    chiffres = re.fullmatch(r"\s*(\d{2,5})\s*", texte)
    if chiffres:
        return _trouvees(_par_code_postal(chiffres[1], le=le, limite=limite, departement=departement), le=le)
    postal = re.search(r"(?<!\d)\d{5}(?!\d)", texte)
    cle = cle_commune(texte.replace(postal[0], " ") if postal else texte)
    if not cle:
        return []
    du_code = postal[0] if postal else ""
    return _trouvees(_par_nom(cle, le=le, postal=du_code, limite=limite, departement=departement), le=le)


def commune(code: str) -> Commune | None:
    """The commune or former commune of this INSEE code (any case), with its département and successor."""
    return Commune.objects.select_related("departement", "actuelle").filter(code=code.strip().upper()).first()


def situation_commune(code: str, *, le: date) -> CommuneTrouvee | None:
    """What an INSEE code designated on the day `le`; None for a code that never existed.

    When nothing of that code was in force, the nearest name in time, with `valide` false.
    """
    cles = list(_base().filter(commune_id=code.strip().upper(), rang=0))
    if not cles:
        seule = commune(code)
        if seule is None:
            return None
        cles = [CleCommune(commune=seule, nom=seule.nom, du=seule.du, au=seule.au)]

    def distance(cle: CleCommune) -> int:
        if cle.du and cle.du > le:
            return (cle.du - le).days
        return (le - cle.au).days if cle.au and cle.au < le else 0

    return _trouvees([min(cles, key=distance)], le=le)[0]


def codes_apparentes(code: str) -> frozenset[str]:
    """INSEE codes of the same place: the commune of today, what it took in, its arrondissements.

    A birth number bears the code in force at birth, or that of the arrondissement: compare with these.
    Empty for an unknown code.
    """
    trouvee = commune(code)
    if trouvee is None:
        return frozenset()
    actuelle = trouvee.actuelle_id or trouvee.code
    return frozenset(Commune.objects.filter(Q(code=actuelle) | Q(actuelle_id=actuelle)).values_list("code", flat=True))


def pays(*, le: date) -> QuerySet[Pays]:
    """Countries and territories in force on the day `le`, France first, then by name."""
    en_vigueur = Pays.objects.filter(Q(au__isnull=True) | Q(au__gte=le))
    return en_vigueur.order_by(Case(When(code="99100", then=0), default=1), "cle")


def chercher_pays(texte: str, *, le: date, limite: int = 10) -> list[Pays]:
    """Countries one of whose names has a word that begins like `texte`; two hundred rows, sorted in Python."""
    cle = normaliser(texte[:LONGUEUR_MAX])
    notes = []
    for candidat in pays(le=le) if cle else ():
        noms = [
            candidat.cle,
            *(normaliser(n) for n in candidat.autres_noms.split("|") if n),
        ]
        rangs = [0 if n == cle else 1 if n.startswith(cle) else 2 for n in noms if f" {cle}" in f" {n}"]
        if rangs:
            notes.append((min(rangs), candidat.cle, candidat))
    return [p for _, _, p in sorted(notes, key=lambda n: n[:2])[:limite]]


# Some 150 rows that change with a deployment: read once per process.
_memoire: dict[str, tuple[Code, ...]] = {}


def oublier() -> None:
    """Forget the code lists read so far: after a load."""
    _memoire.clear()


def _entrees(liste: Liste) -> Sequence[Code]:
    if not _memoire:
        tout: dict[str, list[Code]] = {}
        for entree in Code.objects.order_by("liste", "ordre"):
            tout.setdefault(entree.liste, []).append(entree)
        _memoire.update({nom: tuple(entrees) for nom, entrees in tout.items()})
    return _memoire.get(liste, ())


def codes(liste: Liste, le: date) -> list[tuple[str, str]]:
    """(code, label) of what a form offers on the day `le`, in the order of the list."""
    return [
        (e.code, e.libelle)
        for e in _entrees(liste)
        if (e.valide_du is None or e.valide_du <= le) and (e.valide_au is None or e.valide_au >= le)
    ]


def libelle(liste: Liste, code: str) -> str:
    """Label of a code, closed or not; the code itself when it is unknown, "" for an empty one."""
    return next((e.libelle for e in _entrees(liste) if e.code == code), code)
