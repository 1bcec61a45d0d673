"""The columns of each list, and what one line says of a person. Described in docs/formats."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from imilo.acteurs.models import Structure
from imilo.droit.age import annees
from imilo.droit.baremes import bareme
from imilo.jeunes.annuaire import porte_un_nir
from imilo.jeunes.dates import lire_date
from imilo.jeunes.identite import Identite, anomalies, nettoyer
from imilo.jeunes.models import Sexe
from imilo.jeunes.nir import lire_nir
from imilo.jeunes.telephones import e164
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.parcours.arrivees.signalements import Signalement
from imilo.parcours.fiche.regles import INE
from imilo.referentiels.models import Commune
from imilo.socle.erreurs import RegleViolee
from imilo.socle.normalisation import normaliser

VERSION = "1"
UAI = re.compile(r"[0-9]{7}[A-Z]")
SEXES = {
    **dict.fromkeys(("f", "femme", "feminin", "2", "fille"), Sexe.FEMME),
    **dict.fromkeys(("m", "h", "homme", "masculin", "1", "garcon"), Sexe.HOMME),
    **dict.fromkeys(("", "x", "inconnu", "non precise"), Sexe.INCONNU),
}
OUI, NON = {"oui", "o", "1", "vrai", "x"}, {"", "non", "n", "0", "faux"}
REPRESENTANTS = ("1", "2")
PARTIES = ("nom", "lien", "telephone", "courriel")
LIBRES = ("adresse", "dernier_etablissement_nom", "classe", "situation", "origine", "motif", "courriel")
"""What people write as they please: a social security number may be kept in none of them."""
T = TypeVar("T")

QUI = ("nom_naissance", "prenom", "date_naissance")
PERSONNE = (
    *QUI, "identifiant", "ine", "nom_usage", "sexe", "code_commune_naissance", "telephone", "telephone_2", "courriel",
    "adresse", "code_postal", "code_commune", "rqth",
    *(f"representant_{n}_{partie}" for n in REPRESENTANTS for partie in PARTIES),
)  # fmt: skip
ECOLE = ("dernier_etablissement_uai", "dernier_etablissement_nom", "classe", "date_sortie")
DEBUT, MAJORITE = "cej.age.minimum", "age.majorite"  # a mission locale receives from 16 years on
SYNONYMES = {
    "nom_naissance": ("nom", "nom de famille", "nom de l'élève", "nom patronymique"),
    "prenom": ("prénom 1", "prénoms", "prénom de l'élève"),
    "date_naissance": ("naissance", "né le", "née le", "né(e) le", "date de naissance", "ddn"),
    "identifiant": ("numéro", "n°", "id", "identifiant élève"),
    "sexe": ("genre", "civilité"),
    "telephone": ("tél", "téléphone portable", "portable", "mobile", "tel portable"),
    "telephone_2": ("téléphone 2", "téléphone fixe", "fixe", "autre téléphone"),
    "courriel": ("mail", "e-mail", "email", "adresse mail", "mél"),
    "adresse": ("adresse 1", "rue", "voie"),
    "code_postal": ("cp", "code postal"),
    "code_commune": ("code insee", "commune insee", "insee"),
    "dernier_etablissement_nom": ("établissement", "dernier établissement", "lycée", "collège"),
    "dernier_etablissement_uai": ("uai", "rne", "code établissement"),
    "classe": ("dernière classe", "division", "formation"),
    "date_sortie": ("date de sortie", "sortie", "depuis le"),
    "rqth": ("travailleur handicapé", "reconnaissance travailleur handicapé"),
    "representant_1_nom": ("responsable légal", "représentant légal", "responsable légal 1", "nom du responsable",
                           "nom du responsable légal", "parent", "parent 1"),
    "representant_1_lien": ("lien de parenté", "lien", "lien responsable 1"),
    "representant_1_telephone": ("téléphone du responsable", "téléphone responsable", "tél responsable 1",
                                 "téléphone des parents", "téléphone parents", "tél parent 1"),
    "representant_1_courriel": ("courriel du responsable", "mail du responsable", "mail responsable", "mail parents",
                                "mail responsable 1", "mail parent 1"),
    "representant_2_nom": ("responsable légal 2", "parent 2"),
    "representant_2_lien": ("lien responsable 2",),
    "representant_2_telephone": ("tél responsable 2", "tél parent 2"),
    "representant_2_courriel": ("mail responsable 2", "mail parent 2"),
    "motif": ("observation", "commentaire", "remarque"),
}  # fmt: skip


@dataclass(frozen=True)
class Format:
    """One list: the columns that the first line must name, and all that are read."""

    source: Source
    libelle: str
    requises: frozenset[str]
    colonnes: tuple[str, ...]
    article: str

    @property
    def requises_triees(self) -> list[str]:
        return [nom for nom in self.colonnes if nom in self.requises]


FORMATS = {
    f.source: f
    for f in (
        Format(
            Source.DECROCHEURS,
            "Sorties de l'école sans diplôme",
            frozenset({"version", "identifiant", *QUI, "dernier_etablissement_uai", "date_sortie"}),
            ("version", *PERSONNE, *ECOLE),
            "article L. 313-7 du code de l'éducation",
        ),
        Format(
            Source.OBLIGATION,
            "Obligation de formation des 16-18 ans",
            frozenset({"version", "identifiant", *QUI, "date_sortie"}),
            ("version", *PERSONNE, *ECOLE, "situation"),
            "article L. 114-1 du code de l'éducation",
        ),
        Format(Source.LISTE, "Autre liste", frozenset(QUI), (*PERSONNE, *ECOLE, "origine", "motif"), ""),
    )
}


class LigneRefusee(Exception):
    """Why a line can't be used (French)."""


@dataclass
class Lecteur:
    """Reads the lines of one list for one structure, on the day `le`. `communes` are the INSEE codes that exist."""

    format: Format
    structure: Structure
    le: date
    communes: frozenset[str]
    correspondance: Mapping[str, str]  # our column -> theirs, for a list that isn't in our form

    def __post_init__(self) -> None:
        self.vus: dict[str, int] = {}

    def lire(self, numero: int, valeurs: Mapping[str, str]) -> Signalement:
        """What the line says. Raises `LigneRefusee`, with everything that is wrong with it."""
        dit = {nom: valeurs.get(self.correspondance.get(nom, nom), "") for nom in self.format.colonnes}
        fautes: list[str] = []
        if "version" in self.format.requises and dit["version"] != VERSION:
            raise LigneRefusee(f"version « {dit['version'][:20]} » inconnue : la version lue est {VERSION}")
        if vides := sorted(nom for nom in self.format.requises if not dit[nom]):
            fautes.append(f"{', '.join(vides)} : vide")
        signalement = self._signalement(dit, fautes)
        if signalement is None:
            raise LigneRefusee(" ; ".join(fautes))
        if (deja := self.vus.setdefault(signalement.cle, numero)) != numero:
            raise LigneRefusee(f"cette personne est déjà à la ligne {deja}")
        return signalement

    def _signalement(self, dit: dict[str, str], fautes: list[str]) -> Signalement | None:
        """None when something is wrong, which `fautes` then says."""

        def lu(lecture: Callable[..., T], *arguments: Any) -> T | None:
            try:
                return lecture(*arguments)
            except LigneRefusee as refus:
                fautes.append(str(refus))
                return None

        naissance = lu(self._jour, dit, "date_naissance") if dit["date_naissance"] else None
        sortie = lu(self._jour, dit, "date_sortie") if dit.get("date_sortie") else None
        if naissance is not None:
            if sortie is not None and sortie <= naissance:
                fautes.append("date_sortie précède la naissance")
            lu(self._verifier_l_age, naissance)
        identite = lu(self._identite, dit, naissance, lu(_sexe, dit["sexe"]))
        rqth = lu(_oui, dit["rqth"])
        champs = self._coordonnees(dit, lu)
        cle = lu(_cle, dit, identite)
        lu(_uai, dit)
        lu(_sans_nir, dit)
        if fautes or identite is None or cle is None:
            return None
        return Signalement(
            cle=cle,
            nom=identite.nom_naissance,
            nom_usage=identite.nom_usage,
            prenom=identite.prenom,
            sexe=identite.sexe,
            naissance=identite.naissance,
            naissance_commune_id=identite.naissance_commune_id,
            rqth=bool(rqth),
            depuis=sortie,
            origine=self._origine(dit),
            details=_details(dit),
            pour_la_fiche=_pour_la_fiche(dit, sortie),
            a_risque=bool(rqth) or self.format.source == Source.OBLIGATION,
            **champs,
        )

    def _coordonnees(self, dit: dict[str, str], lu: Callable[..., Any]) -> dict[str, Any]:
        """Where the person lives and who answers for them; `lu` keeps what is wrong with each."""
        return {
            "ine": lu(_ine, dit["ine"]),
            "telephone": lu(self._telephone, dit["telephone"], "telephone"),
            "telephone_2": lu(self._telephone, dit["telephone_2"], "telephone_2"),
            "courriel": lu(_courriel, dit["courriel"], "courriel"),
            "adresse": lu(self._court, dit, "adresse", 200),
            "code_postal": lu(_postal, dit["code_postal"]),
            "commune_id": lu(self._commune, dit["code_commune"], "code_commune"),
            "representants": lu(self._representants, dit),
        }

    def _identite(self, dit: dict[str, str], naissance: date | None, sexe: Sexe | None) -> Identite | None:
        """Without a birth date, what else is wrong is said all the same: the day asked stands in for it."""
        identite = nettoyer(
            Identite(
                nom_naissance=dit["nom_naissance"],
                nom_usage=dit["nom_usage"],
                prenom=dit["prenom"],
                sexe=sexe or Sexe.INCONNU,
                naissance=naissance or self.le,
                naissance_commune_id=self._commune(dit["code_commune_naissance"], "code_commune_naissance"),
            )
        )
        # A commune of birth that had ended by then is of no harm here: the dossier's form will ask.
        muets = {"naissance_commune"} | {nom for nom in QUI if not dit[nom]} | (set() if naissance else {"naissance"})
        graves = [a for a in anomalies(identite, le=self.le) if a.champ not in muets]
        if graves:
            raise LigneRefusee(" ; ".join(f"{a.champ} : {a.message}" for a in graves))
        return identite if naissance else None

    def _jour(self, dit: dict[str, str], nom: str) -> date:
        jour, reste = lire_date(dit[nom], le=self.le)
        if jour is None or reste.strip():
            raise LigneRefusee(f"{nom} « {dit[nom][:20]} » n'est pas une date, par exemple 31/12/2008")
        if jour > self.le:
            raise LigneRefusee(f"{nom} est dans l'avenir")
        return jour

    def _verifier_l_age(self, naissance: date) -> None:
        """The obligation runs to the majority (code de l'éducation, L. 114-1), from the age that we receive at."""
        if self.format.source != Source.OBLIGATION:
            return
        age = annees(naissance, self.le)
        debut, majorite = (int(bareme(nom, self.le).valeur) for nom in (DEBUT, MAJORITE))
        if age >= majorite:
            raise LigneRefusee(f"{age} ans : l'obligation de formation s'arrête à {majorite} ans")
        if age < debut:
            raise LigneRefusee(f"{age} ans : l'obligation de formation commence à {debut} ans")

    def _commune(self, code: str, nom: str) -> str | None:
        if not code:
            return None
        propre = code.upper().zfill(5)
        if propre not in self.communes:
            raise LigneRefusee(f"{nom} « {code[:20]} » n'est pas un code de commune de l'INSEE")
        return propre

    def _telephone(self, texte: str, nom: str) -> str:
        if not texte:
            return ""
        # A spreadsheet takes the first zero for nothing.
        entier = f"0{texte}" if len(texte) == 9 and texte.isdigit() else texte
        numero = e164(entier, self.structure.code_departement)
        if not numero:
            raise LigneRefusee(f"{nom} « {texte[:20]} » n'est pas un numéro de téléphone")
        return numero

    def _representants(self, dit: dict[str, str]) -> list[dict[str, str]]:
        trouves = []
        for n in REPRESENTANTS:
            nom = f"representant_{n}_"
            lu = {
                "nom": self._court(dit, f"{nom}nom", 200),
                "lien": self._court(dit, f"{nom}lien", 50),
                "telephone": self._telephone(dit[f"{nom}telephone"], f"{nom}telephone"),
                "courriel": _courriel(dit[f"{nom}courriel"], f"{nom}courriel"),
            }
            if any(lu.values()):
                trouves.append({partie: texte for partie, texte in lu.items() if texte})
        return trouves

    def _origine(self, dit: dict[str, str]) -> str:
        parties = (dit.get("dernier_etablissement_nom"), dit.get("dernier_etablissement_uai"), dit.get("origine"))
        return " ".join(p for p in parties if p)[: _longueur("origine")]

    @staticmethod
    def _court(dit: dict[str, str], nom: str, longueur: int) -> str:
        if len(dit[nom]) > longueur:
            raise LigneRefusee(f"{nom} a plus de {longueur} caractères")
        return dit[nom]


def _longueur(champ: str) -> int:
    return int(getattr(Arrivee._meta.get_field(champ), "max_length", 0))


def _cle(dit: dict[str, str], identite: Identite | None) -> str | None:
    """The sender's number of the person; without one, their names and date of birth."""
    if numero := dit["identifiant"]:
        if len(numero) > 100:
            raise LigneRefusee("identifiant a plus de 100 caractères")
        return numero
    if identite is None:
        return None
    return f"{normaliser(identite.nom_naissance)}|{normaliser(identite.prenom)}|{identite.naissance.isoformat()}"


def _details(dit: dict[str, str]) -> dict[str, str]:
    libelles = {"classe": "Dernière classe", "situation": "Situation signalée", "motif": "Motif"}
    return {libelle: dit[nom][:500] for nom, libelle in libelles.items() if dit.get(nom)}


def _pour_la_fiche(dit: dict[str, str], sortie: date | None) -> dict[str, str]:
    """What the full file takes of the school; its keys are those of `arrivees.fiche`."""
    ecole = {
        "etablissement": dit.get("dernier_etablissement_nom", "")[:200],
        "uai": _uai(dit),
        "classe": dit.get("classe", "")[:100],
        "sortie": sortie.isoformat() if sortie else "",
    }
    return {nom: texte for nom, texte in ecole.items() if texte}


def _sans_nir(dit: Mapping[str, str]) -> None:
    """Refuse a social security number where people write as they please, or given as the number of the person."""
    trouves = [nom for nom in LIBRES if porte_un_nir(dit.get(nom, ""))]
    with suppress(RegleViolee):  # any other number
        trouves += ["identifiant"] if lire_nir(dit["identifiant"]) else []
    if trouves:
        raise LigneRefusee(f"{', '.join(trouves)} : un numéro de sécurité sociale s'y trouve, retirez-le")


def _uai(dit: Mapping[str, str]) -> str:
    """Of the last school, as the full file keeps it."""
    texte = dit.get("dernier_etablissement_uai", "")
    propre = "".join(texte.upper().split())
    if propre and not UAI.fullmatch(propre):
        raise LigneRefusee(f"dernier_etablissement_uai « {texte[:20]} » n'a pas sept chiffres et une lettre")
    return propre


def _ine(texte: str) -> str:
    propre = "".join(texte.upper().split())
    if propre and not INE.fullmatch(propre):
        raise LigneRefusee(f"ine « {texte[:20]} » n'est pas un INE : onze signes, chiffres et lettres")
    return propre


def _sexe(texte: str) -> Sexe:
    sexe = SEXES.get(normaliser(texte))
    if sexe is None:
        raise LigneRefusee(f"sexe « {texte[:20]} » : F, M ou vide")
    return sexe


def _courriel(texte: str, nom: str) -> str:
    if not texte:
        return ""
    try:
        validate_email(texte)
    except ValidationError as erreur:
        raise LigneRefusee(f"{nom} « {texte[:40]} » n'est pas une adresse électronique") from erreur
    if len(texte) > _longueur("courriel"):
        raise LigneRefusee(f"{nom} est trop long")
    return texte


def _postal(texte: str) -> str:
    if not texte:
        return ""
    propre = texte.zfill(5)
    if not (len(propre) == 5 and propre.isascii() and propre.isdigit()):
        raise LigneRefusee(f"code_postal « {texte[:20]} » n'a pas cinq chiffres")
    return propre


def _oui(texte: str) -> bool:
    mot = normaliser(texte)
    if mot not in OUI | NON:
        raise LigneRefusee(f"rqth « {texte[:20]} » : oui, non ou vide")
    return mot in OUI


def communes_connues() -> frozenset[str]:
    """Every INSEE code that is or was a commune: some 40,000, read once for a file."""
    return frozenset(Commune.objects.values_list("code", flat=True))


def conseiller_des_colonnes(entete: Sequence[str], attendues: Sequence[str]) -> dict[str, str]:
    """For a list that isn't in our form: which of its columns each of ours probably is, {ours: theirs}."""
    libres = {normaliser(nom): nom for nom in entete}
    trouvees = {}
    for nom in attendues:
        for autre in (nom, *SYNONYMES.get(nom, ())):
            if (sien := libres.pop(normaliser(autre), None)) is not None:
                trouvees[nom] = sien
                break
    return trouvees
