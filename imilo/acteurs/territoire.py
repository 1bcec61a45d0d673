"""Which mission locale serves a place: the sector declared, else what its département leaves no doubt about."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from imilo.acteurs.models import Secteur, Site, Structure
from imilo.referentiels.models import CodePostal, Commune

Lieu = tuple[str, str]  # INSEE code, postal code; each may be ""


def structures_des_lieux(lieux: Iterable[Lieu]) -> dict[Lieu, Structure | None]:
    """The active structure that serves each place, None where nobody says.

    In this order, each for the commune (for what holds it today when it ended; for all the communes of the postal
    code, when they agree, without a commune): the sector declared (docs/formats/structures.md); among the structures
    of the département that declared none, the one with a site there; else the only one. Never a guess between two.
    """
    voulus = set(lieux)
    communes = _communes(voulus)
    servies = _servies({c for liste in communes.values() for c in liste})
    trouvees: dict[Lieu, Structure | None] = {}
    for lieu, possibles in communes.items():
        structures = {servies.get(c.actuelle_id or c.code) or servies.get(c.code) for c in possibles}
        trouvees[lieu] = structures.pop() if len(structures) == 1 else None
    return {lieu: trouvees.get(lieu) for lieu in voulus}


def _communes(lieux: set[Lieu]) -> dict[Lieu, list[Commune]]:
    codes = {code for code, _ in lieux if code}
    par_code = Commune.objects.in_bulk(list(codes))
    postaux: dict[str, list[Commune]] = {}
    seuls = {postal for code, postal in lieux if postal and code not in par_code}
    for lien in CodePostal.objects.filter(code__in=seuls, commune__au__isnull=True).select_related("commune"):
        postaux.setdefault(lien.code, []).append(lien.commune)
    return {
        (code, postal): [par_code[code]] if code in par_code else postaux[postal]
        for code, postal in lieux
        if code in par_code or postal in postaux
    }


def _servies(communes: set[Commune]) -> dict[str, Structure]:
    """The structure of each commune code that has one; the first code of structure when two declare the same."""
    codes = {c.code for c in communes} | {c.actuelle_id for c in communes if c.actuelle_id}
    secteurs = Secteur.objects.filter(commune_id__in=codes, structure__active=True).select_related("structure")
    servies = {s.commune_id: s.structure for s in secteurs.order_by("-structure__code")}
    reste = {c for c in communes if not {c.code, c.actuelle_id} & servies.keys()}
    return servies | _par_defaut(reste) if reste else servies


def _par_defaut(communes: set[Commune]) -> dict[str, Structure]:
    sans_secteur = Structure.objects.filter(
        ~Q(Exists(Secteur.objects.filter(structure=OuterRef("pk")))),
        active=True,
        code_departement__in={c.departement_id for c in communes},
    ).order_by("code")
    par_departement: dict[str, list[Structure]] = {}
    for structure in sans_secteur:
        par_departement.setdefault(structure.code_departement, []).append(structure)
    sites = set(Site.objects.filter(structure__in=sans_secteur).values_list("structure_id", "commune_id"))
    trouvees = {}
    for commune in communes:
        candidates = par_departement.get(commune.departement_id, [])
        sur_place = [s for s in candidates if {(s.pk, commune.code), (s.pk, commune.actuelle_id)} & sites]
        seules = sur_place or candidates
        if len(seules) == 1:
            trouvees[commune.code] = seules[0]
    return trouvees
