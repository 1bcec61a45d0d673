"""The columns of each list, and what one line says of a person. Described in docs/formats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from imilo.acteurs.models import Structure
from imilo.droit.age import annees
from imilo.droit.baremes import bareme
from imilo.jeunes.dates import lire_date
from imilo.jeunes.identite import Identite, anomalies, nettoyer
from imilo.jeunes.models import Sexe
from imilo.jeunes.telephones import e164
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.parcours.arrivees.signalements import Signalement
from imilo.referentiels.models import Commune
from imilo.socle.normalisation import normaliser

VERSION = "1"
SEXES = {
    **dict.fromkeys(("f", "femme", "feminin", "2", "fille"), Sexe.FEMME),
    **dict.fromkeys(("m", "h", "homme", "masculin", "1", "garcon"), Sexe.HOMME),
    **dict.fromkeys(("", "x", "inconnu", "non precise"), Sexe.INCONNU),
}
OUI, NON = {"oui", "o", "1", "vrai", "x"}, {"", "non", "n", "0", "faux"}
REPRESENTANTS = ("1", "2")
PARTIES = ("nom", "lien", "telephone", "courriel")

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
    "motif": ("observation", "commentaire", "remarque"),
}


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
        """What the line says. Raises `LigneRefusee`."""
        dit = {nom: valeurs.get(self.correspondance.get(nom, nom), "") for nom in self.format.colonnes}
        if "version" in self.format.requises and dit["version"] != VERSION:
            raise LigneRefusee(f"version « {dit['version'][:20]} » inconnue : la version lue est {VERSION}")
        if vides := sorted(nom for nom in self.format.requises if not dit[nom]):
            raise LigneRefusee(f"{', '.join(vides)} : vide")
        signalement = self._signalement(dit)
        if (deja := self.vus.setdefault(signalement.cle, numero)) != numero:
            raise LigneRefusee(f"cette personne est déjà à la ligne {deja}")
        return signalement

    def _signalement(self, dit: dict[str, str]) -> Signalement:
        identite = self._identite(dit)
        sortie = self._jour(dit, "date_sortie") if dit.get("date_sortie") else None
        if sortie is not None and sortie <= identite.naissance:
            raise LigneRefusee("date_sortie précède la naissance")
        self._verifier_l_age(identite.naissance)
        rqth = _oui(dit["rqth"])
        return Signalement(
            cle=_cle(dit, identite),
            nom=identite.nom_naissance,
            nom_usage=identite.nom_usage,
            prenom=identite.prenom,
            sexe=identite.sexe,
            naissance=identite.naissance,
            naissance_commune_id=identite.naissance_commune_id,
            ine=self._court(dit, "ine", 11).upper(),
            telephone=self._telephone(dit["telephone"], "telephone"),
            telephone_2=self._telephone(dit["telephone_2"], "telephone_2"),
            courriel=_courriel(dit["courriel"], "courriel"),
            adresse=self._court(dit, "adresse", 200),
            code_postal=_postal(dit["code_postal"]),
            commune_id=self._commune(dit["code_commune"], "code_commune"),
            representants=self._representants(dit),
            rqth=rqth,
            depuis=sortie,
            origine=self._origine(dit),
            details=_details(dit),
            a_risque=rqth or self.format.source == Source.OBLIGATION,
        )

    def _identite(self, dit: dict[str, str]) -> Identite:
        sexe = SEXES.get(normaliser(dit["sexe"]))
        if sexe is None:
            raise LigneRefusee(f"sexe « {dit['sexe'][:20]} » : F, M ou vide")
        identite = nettoyer(
            Identite(
                nom_naissance=dit["nom_naissance"],
                nom_usage=dit["nom_usage"],
                prenom=dit["prenom"],
                sexe=sexe,
                naissance=self._jour(dit, "date_naissance"),
                naissance_commune_id=self._commune(dit["code_commune_naissance"], "code_commune_naissance"),
            )
        )
        # A commune of birth that had ended by then is of no harm here: the dossier's form will ask.
        graves = [a for a in anomalies(identite, le=self.le) if a.champ != "naissance_commune"]
        if graves:
            raise LigneRefusee(f"{graves[0].champ} : {graves[0].message}")
        return identite

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


def _cle(dit: dict[str, str], identite: Identite) -> str:
    """The sender's number of the person; without one, their names and date of birth."""
    if numero := dit["identifiant"]:
        if len(numero) > 100:
            raise LigneRefusee("identifiant a plus de 100 caractères")
        return numero
    return f"{normaliser(identite.nom_naissance)}|{normaliser(identite.prenom)}|{identite.naissance.isoformat()}"


def _details(dit: dict[str, str]) -> dict[str, str]:
    libelles = {"classe": "Dernière classe", "situation": "Situation signalée", "motif": "Motif"}
    return {libelle: dit[nom][:500] for nom, libelle in libelles.items() if dit.get(nom)}


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
