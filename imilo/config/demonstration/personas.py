"""Whom to sign in as: one invented person for each profile (no Django here: the sandbox reads it too)."""

from __future__ import annotations

from dataclasses import dataclass

TOURS, REUNION = "37", "974"
DOMAINE = "demo.imilo.example"


@dataclass(frozen=True)
class Persona:
    """A named agent; the sandbox ProConnect offers those of its domain.

    `profil` is a value of `imilo.acteurs.profils.Profil`; `departement` that of the structure; `representant`
    whether they are its legal representative. `essayer` says what to look at first.
    """

    cle: str
    prenom: str
    nom: str
    profil: str
    titre: str
    essayer: str
    departement: str = TOURS
    representant: bool = False

    @property
    def courriel(self) -> str:
        return f"{self.cle}@{DOMAINE}"

    @property
    def nom_complet(self) -> str:
        return f"{self.prenom} {self.nom}"

    @property
    def phrase(self) -> str:
        """One line for the terminal."""
        return f"{self.nom_complet}, {self.titre} ({self.courriel})"


PERSONAS: tuple[Persona, ...] = (
    Persona(
        "camille.larivaud",
        "Camille",
        "Larivaud",
        "conseiller",
        "conseillère",
        "Ma journée, ses jeunes, un contrat à signer, une allocation à décider.",
    ),
    Persona(
        "malik.tressange",
        "Malik",
        "Tressange",
        "conseiller",
        "conseiller",
        "Le même profil que Camille, avec ses propres jeunes.",
    ),
    Persona(
        "ines.boisrameau",
        "Inès",
        "Boisrameau",
        "accueil",
        "chargée d'accueil",
        "Chercher une personne, ouvrir un dossier en une minute.",
    ),
    Persona(
        "nora.vauquelint",
        "Nora",
        "Vauquelint",
        "gestionnaire",
        "gestionnaire des allocations",
        "Les allocations du mois à décider.",
    ),
    Persona(
        "helene.montbrizac",
        "Hélène",
        "Montbrizac",
        "direction",
        "directrice, représentante légale",
        "La structure, les délégations de signature, les clés d'API, le journal.",
        representant=True,
    ),
    Persona(
        "yann.kerdoval",
        "Yann",
        "Kerdoval",
        "rgc",
        "responsable de gestion de comptes",
        "Qui a quelle habilitation.",
    ),
    Persona(
        "aude.fontrelle",
        "Aude",
        "Fontrelle",
        "dpd",
        "déléguée à la protection des données",
        "Le journal de la structure.",
    ),
    Persona(
        "theo.sarrazelle",
        "Théo",
        "Sarrazelle",
        "support",
        "support",
        "Ce que l'on voit sans aucun accès aux dossiers.",
    ),
    Persona(
        "marie.payetal",
        "Marie-Josée",
        "Payetal",
        "conseiller",
        "conseillère à La Réunion",
        "Une autre structure, un autre fuseau horaire : rien de Tours n'y paraît.",
        departement=REUNION,
    ),
    Persona(
        "ludovic.grondalin",
        "Ludovic",
        "Grondalin",
        "direction",
        "directeur à La Réunion",
        "Représentant légal d'une autre structure : il signe là-bas, et rien à Tours.",
        departement=REUNION,
        representant=True,
    ),
)


def persona(cle: str) -> Persona:
    """The persona of this key. Raises `KeyError`."""
    trouvee = next((p for p in PERSONAS if p.cle == cle), None)
    if trouvee is None:
        raise KeyError(cle)
    return trouvee
