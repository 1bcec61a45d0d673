"""Invented people, plausible in their distributions (shares: what missions locales publish of their public)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from imilo.config.demonstration import fictif
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.tirage import Tirage

FRANCE = "99100"


# Ages in years: 6 % under 18, 48 % of 18 to 21, 40 % of 22 to 25, 6 % older (RQTH, or dossiers asleep).
AGES: Tirage[int] = Tirage(
    {16: 2, 17: 4, 18: 11, 19: 13, 20: 12.5, 21: 11.5, 22: 11, 23: 10.5, 24: 9.5, 25: 9, 26: 3, 27: 1.5, 28: 1, 29: 0.5}
)
# 23 % at most brevet, 32 % CAP or BEP, 45 % baccalauréat and more.
DIPLOMES: Tirage[str] = Tirage(
    {"AFS": 1, "CP4": 4, "CFG": 3, "C3A": 10, "C12": 5, "NV5": 32, "NV4": 35, "NV3": 7, "NV2": 2.5, "NV1": 0.5}
)
# Countries (INSEE codes) where those not born in France were: Morocco, Algeria, Tunisia, Mali, Guinea, Senegal,
# Côte d'Ivoire, Portugal, Italy, Romania, Afghanistan, Ukraine, Haiti, Comoros, DR Congo.
PAYS: Tirage[str] = Tirage(
    {
        "99350": 14, "99352": 15, "99351": 7, "99335": 6, "99330": 9, "99341": 6, "99326": 8, "99139": 6, "99127": 4,
        "99114": 6, "99212": 8, "99155": 4, "99410": 3, "99397": 3, "99312": 5,
    }
)  # fmt: skip
VENUES: Tirage[str] = Tirage(
    {
        "ENTOURAGE": 30, "FRANCE_TRAVAIL": 22, "ETABLISSEMENT_SCOLAIRE": 10, "DEJA_VENU": 8, "DECROCHAGE": 5,
        "ORGANISME_FORMATION": 5, "DEPARTEMENT": 4, "INTERNET": 5, "RESEAUX_SOCIAUX": 4, "MAIRIE": 2, "ASSOCIATION": 2,
        "HEBERGEMENT": 1, "ALLER_VERS": 2,
    }
)  # fmt: skip
VOIES = (
    "rue des Essais", "avenue de la Démonstration", "rue du Modèle", "allée des Exemples", "impasse du Prototype",
    "place de la Maquette", "boulevard des Hypothèses", "chemin du Brouillon", "rue de l'Épreuve", "square du Canevas",
)  # fmt: skip
PIECES: Tirage[str] = Tirage({"CNI": 78, "PASSEPORT": 8, "LIVRET_FAMILLE": 2, "ACTE_NAISSANCE": 2})
PIECES_ETRANGERS: Tirage[str] = Tirage({"TITRE_SEJOUR": 60, "RECEPISSE": 20, "PASSEPORT": 15, "ETRANGERE": 5})


@dataclass(slots=True)
class Personne:
    """One invented person, as a dossier holds them. Codes are those of the lists, days are dates."""

    rang: int
    sexe: str
    nom: str
    prenom: str
    nom_usage: str
    naissance: date
    pays: str
    commune_naissance: str | None
    nationalite: str
    nir: str
    diplome: str
    venue: str
    commune: str
    voie: str
    numero_voie: str
    telephone: str
    courriel: str
    numero_ft: str
    rqth_du: date | None
    piece: str
    justifie: bool
    complet: bool
    precision: str = "jour"
    sans_adresse: bool = False


@dataclass
class Fabrique:
    """Makes people, always the same ones for a seed, a day and an order of calls.

    `lieux` draws a commune (INSEE code) where somebody born in France was born.
    """

    hasard: Random
    noms: Noms
    jour: date
    lieux: Tirage[str]
    premier_nir: int = 0  # the first NIR of each sex, year and place, after those of another maker
    rangs_nir: dict[tuple[str, int, str], int] = field(default_factory=dict)

    def personne(self, rang: int, communes: Tirage[str], *, age: int | None = None) -> Personne:
        """The person number `rang`, who lives in one of `communes`; `age` in years, else drawn."""
        h = self.hasard
        sexe = "F" if h.random() < 0.48 else "M"
        ans = AGES(h) if age is None else age
        naissance = _naissance(h, self.jour, ans)
        ne_ici = h.random() < 0.84
        pays = FRANCE if ne_ici else PAYS(h)
        lieu = self.lieux(h) if ne_ici else None
        nom, prenom = self.noms.famille(h), self.noms.prenom(h, sexe)
        etranger = not ne_ici and h.random() < 0.75
        complet = h.random() < 0.86
        return Personne(
            rang=rang,
            sexe=sexe,
            nom=nom,
            prenom=prenom,
            nom_usage=self.noms.famille(h) if h.random() < 0.03 else "",
            naissance=naissance,
            pays=pays,
            commune_naissance=lieu,
            nationalite=pays if etranger else FRANCE,
            nir=self._nir(sexe, naissance.year, lieu or pays) if h.random() < 0.62 else "",
            diplome=DIPLOMES(h),
            venue=VENUES(h),
            commune=communes(h),
            voie=h.choice(VOIES),
            numero_voie=str(h.randint(1, 120)),
            telephone=fictif.telephone(rang) if h.random() < 0.95 or complet else "",
            courriel=f"jeune{rang:07d}@jeunes.example" if h.random() < 0.8 else "",
            numero_ft=fictif.numero_ft(rang) if h.random() < 0.6 else "",
            rqth_du=_rqth(h, self.jour, ans),
            piece=(PIECES_ETRANGERS if etranger else PIECES)(h),
            justifie=complet and h.random() < 0.8,
            complet=complet,
        )

    def _nir(self, sexe: str, annee: int, lieu: str) -> str:
        cle = (sexe, annee, lieu)
        rang = self.rangs_nir.get(cle, self.premier_nir)
        self.rangs_nir[cle] = rang + 1
        return fictif.nir(sexe=sexe, annee=annee, lieu=lieu, rang=rang)


def _naissance(hasard: Random, jour: date, ans: int) -> date:
    """A day of birth of somebody of `ans` years on the day `jour` (29 February is never drawn nor needed)."""
    dernier = jour.replace(year=jour.year - ans, day=min(jour.day, 28))
    return dernier - timedelta(days=hasard.randint(0, 363))


def _rqth(hasard: Random, jour: date, ans: int) -> date | None:
    """First day of the recognition as a disabled worker: nearly all who are past 25, some of the others."""
    if hasard.random() < (0.9 if ans > 25 else 0.045):
        return jour - timedelta(days=hasard.randint(60, 700))
    return None
