"""Import of the public referential of structures, and of what completes it: SIRET, sites, communes served.

The forms of both files are in docs/formats/structures.md. Importing the same files twice changes nothing.
A line that can't be used is reported and the others are kept; what is no longer in the file is reported too,
never deleted: dossiers belong to structures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from stdnum.fr import siret as stdnum_siret

from imilo.acteurs.models import CODE_STRUCTURE, Secteur, Site, Structure, valider_fuseau
from imilo.journal.services import consigner
from imilo.referentiels.models import Commune
from imilo.socle.lecture_csv import FichierIllisible, Ligne, Rejet, lire

__all__ = ["FichierIllisible", "Rapport", "Rejet", "importer_structures"]

COLONNES = {
    "id",
    "nom_officiel",
    "nom_usuel",
    "nom_region",
    "code_region",
    "nom_departement",
    "code_departement",
    "timezone",
}
COLONNES_COMPLEMENT = {"id", "objet", "siret", "nom", "adresse", "code_commune", "telephone", "courriel", "siege"}
# The referential writes the names of its own regional levels.
PREFIXES = ("Structure régionale ", "Structure départementale ")
OUI = {"oui", "o", "1", "vrai", "true", "x"}
LOT = 1000
ABSENTES_MONTREES = 20


@dataclass
class Compte:
    """How many objects of one kind the file brought."""

    crees: int = 0
    modifies: int = 0
    inchanges: int = 0

    def noter(self, effet: str) -> None:
        setattr(self, effet, getattr(self, effet) + 1)

    def __str__(self) -> str:
        return f"{self.crees} créations, {self.modifies} modifications, {self.inchanges} sans changement"


@dataclass
class Rapport:
    """What an import did. `absentes` are codes of active structures that the file no longer names."""

    structures: Compte = field(default_factory=Compte)
    sites: Compte = field(default_factory=Compte)
    communes: Compte = field(default_factory=Compte)
    rejets: list[Rejet] = field(default_factory=list)
    absentes: list[str] = field(default_factory=list)

    @property
    def change(self) -> bool:
        return any(c.crees or c.modifies for c in (self.structures, self.sites, self.communes))

    def donnees(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return asdict(self)

    def __str__(self) -> str:
        lignes = [f"Structures : {self.structures}.", f"Sites : {self.sites}.", f"Communes : {self.communes}."]
        lignes += [f"Ligne laissée de côté : {rejet}" for rejet in self.rejets]
        if self.absentes:
            autres = len(self.absentes) - ABSENTES_MONTREES
            suite = f" et {autres} autres" if autres > 0 else ""
            montrees = ", ".join(self.absentes[:ABSENTES_MONTREES])
            lignes.append(f"Absentes du fichier, gardées telles quelles : {montrees}{suite}.")
        return "\n".join(lignes)


class LigneRefusee(Exception):
    """Why a line can't be used (French)."""


Avancer = Callable[[int], None]


def importer_structures(chemin: Path, complement: Path | None = None, avancer: Avancer | None = None) -> Rapport:
    """Import the referential `chemin`, then its `complement`, in one transaction. Writes one fact if anything changed.

    Raises `FichierIllisible` when a file isn't a table of the expected form; nothing is imported then.
    """
    rapport = Rapport()
    with transaction.atomic():
        _importer_referentiel(chemin, rapport, avancer)
        if complement is not None:
            _Complement(complement, rapport, avancer).importer()
        if rapport.change:
            consigner(
                None,
                "structures.importees",
                crees=rapport.structures.crees,
                modifies=rapport.structures.modifies,
                rejets=len(rapport.rejets),
            )
    return rapport


def _lire(chemin: Path, colonnes: set[str], rapport: Rapport, avancer: Avancer | None) -> Iterator[Ligne]:
    return lire(chemin, colonnes, rejeter=rapport.rejets.append, avancer=avancer)


def _texte(ligne: Ligne, nom: str, longueur: int, *, requis: bool = False) -> str:
    valeur = ligne.valeurs[nom]
    if requis and not valeur:
        raise LigneRefusee(f"{nom} est vide")
    if len(valeur) > longueur:
        raise LigneRefusee(f"{nom} a plus de {longueur} caractères")
    return valeur


def _code(ligne: Ligne) -> str:
    code = ligne.valeurs["id"].upper()
    try:
        CODE_STRUCTURE(code)
    except ValidationError as erreur:
        raise LigneRefusee(f"« {code[:20]} » n'est pas un code de structure (huit lettres ou chiffres)") from erreur
    return code


def _siret(ligne: Ligne, *, requis: bool = False) -> str:
    siret = "".join(ligne.valeurs["siret"].split())
    if not siret and not requis:
        return ""
    if not stdnum_siret.is_valid(siret):
        raise LigneRefusee(f"« {siret[:20]} » n'est pas un SIRET (quatorze chiffres, clé de contrôle)")
    return siret


def _sans_prefixe(nom: str) -> str:
    for prefixe in PREFIXES:
        nom = nom.removeprefix(prefixe)
    return nom


def _champs_de_la_structure(ligne: Ligne) -> dict[str, str]:
    fuseau = _texte(ligne, "timezone", 40, requis=True)
    try:
        valider_fuseau(fuseau)
    except ValidationError as erreur:
        raise LigneRefusee(f"« {fuseau} » n'est pas un fuseau horaire") from erreur
    return {
        "nom_officiel": _texte(ligne, "nom_officiel", 200, requis=True),
        "nom_usuel": _texte(ligne, "nom_usuel", 200),
        "nom_region": _sans_prefixe(_texte(ligne, "nom_region", 100)),
        "code_region": _texte(ligne, "code_region", 3),
        "nom_departement": _sans_prefixe(_texte(ligne, "nom_departement", 100)),
        "code_departement": _texte(ligne, "code_departement", 3).upper(),
        "fuseau": fuseau,
    }


def _ecrire(objet: Structure | Site, champs: dict[str, Any]) -> str:
    """Save what differs. Returns "crees", "modifies" or "inchanges"."""
    nouveau = objet.pk is None
    differents = [nom for nom, valeur in champs.items() if getattr(objet, nom) != valeur]
    for nom in differents:
        setattr(objet, nom, champs[nom])
    if nouveau:
        objet.save()
        return "crees"
    if not differents:
        return "inchanges"
    objet.save(update_fields=[*differents, "modifie_le"])
    return "modifies"


def _importer_referentiel(chemin: Path, rapport: Rapport, avancer: Avancer | None) -> None:
    connues = {s.code: s for s in Structure.objects.all()}
    vues: dict[str, int] = {}
    for ligne in _lire(chemin, COLONNES, rapport, avancer):
        try:
            code = _code(ligne)
            if code in vues:
                raise LigneRefusee(f"la structure {code} est déjà à la ligne {vues[code]}")
            champs = _champs_de_la_structure(ligne)
        except LigneRefusee as refus:
            rapport.rejets.append(Rejet(chemin.name, ligne.numero, str(refus)))
            if (code := ligne.valeurs["id"].upper()) in connues:
                vues.setdefault(code, ligne.numero)  # named by the file, if badly: not absent
            continue
        vues[code] = ligne.numero
        rapport.structures.noter(_ecrire(connues.get(code) or Structure(code=code), champs))
    rapport.absentes = sorted(code for code, s in connues.items() if s.active and code not in vues)


class _Complement:
    """The second file: each line is about a structure, one of its sites, or a commune that it serves."""

    def __init__(self, chemin: Path, rapport: Rapport, avancer: Avancer | None) -> None:
        self.chemin, self.rapport, self.avancer = chemin, rapport, avancer
        self.structures = {s.code: s for s in Structure.objects.all()}
        self.par_siret = {s.siret: s.code for s in self.structures.values() if s.siret}
        self.sites = {(s.structure_id, s.nom): s for s in Site.objects.all()}
        self.sieges = {s.structure_id: s.nom for s in self.sites.values() if s.siege}
        self.communes = {c.code: c for c in Commune.objects.only("code", "nom", "au", "actuelle_id")}
        self.servies = set(Secteur.objects.values_list("structure_id", "commune_id"))
        self.a_servir: list[Secteur] = []

    def importer(self) -> None:
        actes = {"structure": self._structure, "site": self._site, "commune": self._commune}
        for ligne in _lire(self.chemin, COLONNES_COMPLEMENT, self.rapport, self.avancer):
            try:
                structure = self.structures.get(_code(ligne))
                if structure is None:
                    raise LigneRefusee(f"la structure {ligne.valeurs['id']} n'est pas connue")
                acte = actes.get(ligne.valeurs["objet"].lower())
                if acte is None:
                    raise LigneRefusee("objet doit être structure, site ou commune")
                acte(ligne, structure)
            except LigneRefusee as refus:
                self.rapport.rejets.append(Rejet(self.chemin.name, ligne.numero, str(refus)))
            if len(self.a_servir) >= LOT:
                self._servir()
        self._servir()

    def _structure(self, ligne: Ligne, structure: Structure) -> None:
        siret = _siret(ligne)
        autre = self.par_siret.get(siret)
        if autre is not None and autre != structure.code:
            raise LigneRefusee(f"le SIRET {siret} est déjà celui de {autre}")
        champs = {"siret": siret or structure.siret, **self._contacts(ligne, structure)}
        ancien = structure.siret
        effet = _ecrire(structure, champs)
        if effet == "modifies":
            self.par_siret.pop(ancien, None)
            # The structure was counted once, as the first file left it.
            self.rapport.structures.modifies += 1
        if structure.siret:
            self.par_siret[structure.siret] = structure.code

    @staticmethod
    def _contacts(ligne: Ligne, objet: Structure | Site) -> dict[str, str]:
        """Telephone and e-mail of a line; a blank one keeps what is known."""
        courriel = _texte(ligne, "courriel", 254)
        try:
            if courriel:
                validate_email(courriel)
        except ValidationError as erreur:
            raise LigneRefusee(f"« {courriel} » n'est pas un courriel") from erreur
        return {
            "telephone": _texte(ligne, "telephone", 20) or objet.telephone,
            "courriel": courriel or objet.courriel,
        }

    def _site(self, ligne: Ligne, structure: Structure) -> None:
        nom = _texte(ligne, "nom", 200, requis=True)
        siege = ligne.valeurs["siege"].lower() in OUI
        deja = self.sieges.get(structure.pk)
        if siege and deja not in (None, nom):
            raise LigneRefusee(f"le siège de {structure.code} est déjà « {deja} »")
        site = self.sites.get((structure.pk, nom)) or Site(structure=structure, nom=nom)
        code_commune = ligne.valeurs["code_commune"]
        champs = {
            "siret": _siret(ligne) or site.siret,
            "adresse": _texte(ligne, "adresse", 300) or site.adresse,
            "commune_id": self._commune_de(code_commune).code if code_commune else site.commune_id,
            "siege": siege,
            **self._contacts(ligne, site),
        }
        self.rapport.sites.noter(_ecrire(site, champs))
        self.sites[structure.pk, nom] = site
        if siege:
            self.sieges[structure.pk] = nom
        elif deja == nom:
            del self.sieges[structure.pk]

    def _commune_de(self, code: str) -> Commune:
        commune = self.communes.get(code.upper())
        if commune is None:
            raise LigneRefusee(f"« {code[:20]} » n'est pas un code de commune de l'INSEE")
        if commune.au is not None:
            actuelle = self.communes.get(commune.actuelle_id or "")
            suite = f" : c'est aujourd'hui {actuelle.nom} ({actuelle.code})" if actuelle else ""
            raise LigneRefusee(f"{commune.nom} ({commune.code}) n'est plus une commune{suite}")
        return commune

    def _commune(self, ligne: Ligne, structure: Structure) -> None:
        commune = self._commune_de(_texte(ligne, "code_commune", 5, requis=True))
        if (structure.pk, commune.pk) in self.servies:
            self.rapport.communes.noter("inchanges")
            return
        self.servies.add((structure.pk, commune.pk))
        self.a_servir.append(Secteur(structure=structure, commune=commune))
        self.rapport.communes.noter("crees")

    def _servir(self) -> None:
        Secteur.objects.bulk_create(self.a_servir)
        self.a_servir.clear()
