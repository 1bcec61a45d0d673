"""Rows of the bulk load, as COPY reads them (text format)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random

from imilo.config.demonstration import fictif
from imilo.config.demonstration.copie import RIEN
from imilo.config.demonstration.personnes import Personne
from imilo.config.demonstration.recits import ENTRETIENS, PREMIERS, PROJETS, Projet
from imilo.config.demonstration.territoire import Territoire
from imilo.config.demonstration.tirage import Tirage
from imilo.jeunes.cles import mots_de_recherche
from imilo.parcours.dossiers.models import Categorie, Completude, Statut
from imilo.socle.chiffrement import chiffrer, empreinte

MOIS = 30
STATUTS: Tirage[str] = Tirage({Statut.ACTIF: 28, Statut.EN_VEILLE: 66, Statut.FIN: 6})
FINS: Tirage[str] = Tirage(
    {"INSERTION": 30, "SANS_CONTACT": 30, "AGE": 15, "DEMENAGEMENT": 12, "ETUDES": 8, "DEMANDE": 5}
)
TYPES: Tirage[str] = Tirage(
    {"ACCOMPAGNEMENT": 62, "RELANCE": 12, "INFORMATION": 10, "SUIVI_EMPLOI": 8, "BILAN": 5, "DIAGNOSTIC": 3}
)
MODALITES: Tirage[str] = Tirage(
    {"INDIVIDUEL": 46, "TELEPHONE": 22, "MESSAGERIE": 9, "ATELIER": 9, "COURRIEL": 8, "ADMINISTRATIF": 6}
)
CATEGORIES: Tirage[str] = Tirage(
    {
        Categorie.DEMANDEUR: 55,
        Categorie.EMPLOI: 22,
        Categorie.FORMATION: 9,
        Categorie.SCOLARITE: 6,
        Categorie.ALTERNANCE: 5,
        Categorie.VOLONTARIAT: 2,
        Categorie.IMMERSION: 1,
    }
)
DUREES = (15, 20, 30, 30, 45, 60, 60, 90)


@dataclass(frozen=True)
class Lieu:
    """Where dossiers go: a structure and its sites, counsellors (identifiers), and how many dossiers.

    `qualite`: by what power counsellors sign contracts; `gestionnaire_id` decides allowances, by `pouvoir`.
    """

    territoire: Territoire
    conseillers: Sequence[int]
    dossiers: int
    gestionnaire_id: int = 0
    qualite: str = ""
    pouvoir: str = ""


@dataclass(slots=True)
class Dossier:
    """One dossier to write, with what its acts and situations need."""

    lieu: Lieu
    personne: Personne
    numero: int
    jeune_id: int
    dossier_id: int
    referent_id: int
    site_id: int
    statut: str
    accueil: date
    dernier: date
    projet: Projet
    suite: str  # the category of situation they come to

    @property
    def structure_id(self) -> int:
        return self.lieu.territoire.structure.pk


@dataclass(frozen=True)
class Redaction:
    """Draws what dossiers hold: `actes` in the mean, over `profondeur` days before `jour`."""

    hasard: Random
    jour: date
    actes: float
    profondeur: int

    def dossier(self, lieu: Lieu, personne: Personne, numeros: tuple[int, int, int]) -> Dossier:
        """`numeros`: dossier number, identifier of the person, identifier of the dossier."""
        h = self.hasard
        statut = STATUTS(h)
        # Nobody comes before fifteen; an active dossier is rarely old.
        age = (self.jour - personne.naissance).days - 15 * 365
        recul = min(self.profondeur, max(age, MOIS), 18 * MOIS if statut == Statut.ACTIF else self.profondeur)
        accueil = self.jour - timedelta(days=h.randint(3, max(recul, 4)))
        ecoule = (self.jour - accueil).days
        if statut == Statut.ACTIF:
            dernier = self.jour - timedelta(days=h.randint(0, min(ecoule, 60)))
        else:
            dernier = accueil + timedelta(days=h.randint(0, min(ecoule, 400)))
        referent = lieu.conseillers[h.randrange(len(lieu.conseillers))]
        site = lieu.territoire.sites[h.randrange(len(lieu.territoire.sites))]
        projet, suite = h.choice(PROJETS), CATEGORIES(h)
        return Dossier(lieu, personne, *numeros, referent, site.pk, statut, accueil, dernier, projet, suite)

    def personnes(self, d: Dossier) -> str:
        """The line of `demo_personnes`."""
        p = d.personne
        completude = Completude.JUSTIFIE if p.justifie else Completude.COMPLET if p.complet else Completude.PARTIEL
        fini = d.statut == Statut.FIN
        valeurs = (
            p.rang, d.numero, d.jeune_id, d.dossier_id, d.structure_id, d.site_id, d.referent_id, d.statut.value
            if isinstance(d.statut, Statut) else d.statut, completude.value,
            d.accueil, d.dernier if fini else RIEN, FINS(self.hasard) if fini else "",
            p.sexe, p.nom, p.prenom, p.nom_usage, p.naissance, p.pays, p.commune_naissance or RIEN, p.nationalite,
            _octets(chiffrer(p.nir, "jeunes_jeune.nir") if p.nir else None), _octets(empreinte(p.nir, "nir")),
            _mots(p), p.diplome, p.venue, p.commune, p.numero_voie, p.voie, p.telephone, p.courriel, p.numero_ft,
            min(p.rqth_du, d.accueil) if p.rqth_du else RIEN, p.piece if p.justifie else "", self._piece(p),
            "t" if p.complet else "f",
        )  # fmt: skip
        return "\t".join(map(str, valeurs)) + "\n"

    @staticmethod
    def _piece(p: Personne) -> str:
        if not p.justifie:
            return RIEN
        return _octets(chiffrer(fictif.numero_de_piece(p.rang), "dossiers_dossier.piece_numero"))

    def lignes_d_actes(self, d: Dossier) -> Iterator[str]:
        """Acts from the first reception to the last contact: many for those who stay, few for most."""
        h = self.hasard
        combien = int(h.expovariate(1 / self.actes) + 0.5) if self.actes else 0
        duree = max((d.dernier - d.accueil).days, 1)
        for rang in range(combien):
            le = d.accueil if rang == 0 else d.accueil + timedelta(days=h.randint(0, duree))
            texte, theme = (h.choice(PREMIERS), d.projet.theme) if rang == 0 else h.choice(ENTRETIENS)
            valeurs = (
                d.dossier_id, d.structure_id, d.referent_id, min(le, self.jour), h.choice(DUREES),
                "PREMIER_ACCUEIL" if rang == 0 else TYPES(h), "INDIVIDUEL" if rang == 0 else MODALITES(h), theme,
                texte.format(metier=d.projet.metier, n=3 + rang % 9),
            )  # fmt: skip
            yield "\t".join(map(str, valeurs)) + "\n"

    def lignes_de_situations(self, d: Dossier) -> Iterator[str]:
        """Looking for work at first; for two out of five something else since, which ended or not."""
        h = self.hasard
        structure_id, rome, suite = d.structure_id, d.projet.rome, d.suite
        passage = d.dernier if suite != Categorie.DEMANDEUR and d.dernier > d.accueil else None
        yield f"{d.dossier_id}\t{structure_id}\t{Categorie.DEMANDEUR.value}\t{d.accueil}\t{passage or RIEN}\t{rome}\n"
        if passage is not None:
            fin = passage + timedelta(days=h.randint(20, 400))
            fin_dite = fin if fin < self.jour else RIEN
            yield f"{d.dossier_id}\t{structure_id}\t{suite}\t{passage}\t{fin_dite}\t{rome}\n"


def _mots(p: Personne) -> str:
    """As `Jeune.preparer` makes them: the words of several names are those of each."""
    return " ".join(sorted(_mots_d_un_nom(p.nom) | _mots_d_un_nom(p.nom_usage) | _mots_d_un_nom(p.prenom)))


@cache
def _mots_d_un_nom(nom: str) -> frozenset[str]:
    return frozenset(mots_de_recherche(nom, "", "", ""))


def _octets(valeur: bytes | None) -> str:
    return RIEN if valeur is None else r"\\x" + valeur.hex()
