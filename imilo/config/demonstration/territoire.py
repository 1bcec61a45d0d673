"""The demonstration's structures: one invented mission locale per département, overseas included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from imilo.acteurs.models import Site, Structure
from imilo.config.demonstration import fictif
from imilo.referentiels.models import Departement

FUSEAUX = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
SANS_HABITANTS = ("984", "989")  # nobody lives there all year
PAR_DEFAUT = 10_000  # inhabitants, where the geographic code has no count

COMMUNES = """
SELECT departement_id, array_agg(code ORDER BY population DESC NULLS LAST, code), COALESCE(sum(population), 0)
FROM referentiels_commune WHERE type = 'actuelle' GROUP BY departement_id
"""
SECTEURS = """
INSERT INTO acteurs_secteur (structure_id, commune_id)
SELECT s.id, c.code FROM acteurs_structure s JOIN referentiels_commune c ON c.departement_id = s.code_departement
WHERE s.id = ANY(%s) AND c.type = 'actuelle' ORDER BY s.id, c.code
"""


@dataclass(frozen=True)
class Territoire:
    """A structure and its communes (INSEE codes, the most populated first)."""

    structure: Structure
    sites: tuple[Site, ...]
    communes: tuple[str, ...]
    population: int


def code_structure(departement: str) -> str:
    """Eight characters, as 37990S00."""
    return f"{departement.ljust(4, '9')}0S00" if len(departement) == 3 else f"{departement}990S00"


def rang(departement: str) -> int:
    """A number of the département for what is numbered: 2A and 2B stand at 20 and 96."""
    return {"2A": 20, "2B": 96}.get(departement) or int(departement)


def siret_structure(departement: str) -> str:
    return fictif.siret(rang(departement))


def _structure(departement: Departement) -> Structure:
    nom = departement.nom
    return Structure(
        code=code_structure(departement.code),
        nom_officiel=f"{departement.code}-ML DEMONSTRATION {nom.upper()}",
        nom_usuel=f"Mission locale de démonstration – {nom}",
        siret=siret_structure(departement.code),
        code_departement=departement.code,
        nom_departement=nom,
        code_region=departement.region_id,
        nom_region=departement.region.nom,
        fuseau=FUSEAUX.get(departement.code, "Europe/Paris"),
        telephone=f"{fictif.FIXES[0]}{rang(departement.code):04d}",
        courriel=f"accueil-{departement.code.lower()}@demo.imilo.example",
    )


def creer_territoires() -> dict[str, Territoire]:
    """Make the structures that are missing, with sites and sectors; returns them all by département."""
    with connection.cursor() as curseur:
        curseur.execute(COMMUNES)
        communes = {dep: (tuple(codes), int(population)) for dep, codes, population in curseur.fetchall()}
    departements = Departement.objects.select_related("region").exclude(code__in=SANS_HABITANTS).order_by("code")
    voulus = [d for d in departements if d.code in communes]
    connues = set(Structure.objects.values_list("code", flat=True))
    nouvelles = Structure.objects.bulk_create(
        [s for s in (_structure(d) for d in voulus) if s.code not in connues], batch_size=200
    )
    noms = _noms_des_sites({c for d in voulus for c in communes[d.code][0][:3]})
    Site.objects.bulk_create(
        [site for s in nouvelles for site in _sites(s, communes[s.code_departement][0], noms)], batch_size=500
    )
    with connection.cursor() as curseur:
        curseur.execute(SECTEURS, [[s.pk for s in nouvelles]])
    return _lire(communes)


def _lire(communes: dict[str, tuple[tuple[str, ...], int]]) -> dict[str, Territoire]:
    sites: dict[int, list[Site]] = {}
    for site in Site.objects.order_by("structure_id", "pk"):
        sites.setdefault(site.structure_id, []).append(site)
    codes = {code_structure(d): d for d in communes}
    return {
        codes[s.code]: Territoire(
            s,
            tuple(sites.get(s.pk, ())),
            communes[codes[s.code]][0],
            communes[codes[s.code]][1] or PAR_DEFAUT,
        )
        for s in Structure.objects.filter(code__in=codes).order_by("code_departement")
    }


def _noms_des_sites(codes: set[str]) -> dict[str, str]:
    with connection.cursor() as curseur:
        curseur.execute("SELECT code, nom FROM referentiels_commune WHERE code = ANY(%s)", [list(codes)])
        return dict(curseur.fetchall())


def _sites(structure: Structure, communes: tuple[str, ...], noms: dict[str, str]) -> list[Site]:
    """The seat in the largest commune, two offices in the next ones."""
    return [
        Site(
            structure=structure,
            nom=f"{'Siège' if n == 0 else 'Antenne'} – {noms[code]}",
            siret=fictif.siret(rang(structure.code_departement), n + 1),
            adresse=f"{n + 1} place de la Démonstration",
            commune_id=code,
            telephone=structure.telephone,
            siege=n == 0,
        )
        for n, code in enumerate(communes[:3])
    ]


def depuis(jour: date) -> date:
    """First day of office of the demonstration's agents."""
    return jour.replace(year=jour.year - 4, month=1, day=1)
