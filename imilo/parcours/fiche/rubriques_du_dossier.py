"""Sections whose data are kept on the dossier and on the person: read here, corrected on their own screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from imilo.jeunes.telephones import afficher
from imilo.parcours.dossiers.familles_dossier import CONTACT, PIECE, SANTE
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.rubriques import Groupe
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle

Faits = list[tuple[str, str]]


@dataclass(frozen=True)
class RubriqueDuDossier:
    """`lignes(dossier)` are its facts (label, value), none while nothing is known; `vue` corrects them;
    `famille` is what the field policy knows them by. `champs` of the dossier and `champs_de_la_personne` hold them:
    their history is the section's."""

    code: str
    titre: str
    groupe: Groupe
    lignes: Callable[[Dossier], Faits]
    vue: str
    vide: str
    famille: str
    champs: tuple[str, ...]
    champs_de_la_personne: tuple[str, ...] = ()

    def lien(self, dossier: Dossier) -> Lien:
        return Lien(self.vue, (str(dossier),), "Corriger", "identite.modifier")


def _remplies(*lignes: tuple[str, object]) -> Faits:
    return [(nom, str(valeur)) for nom, valeur in lignes if valeur not in (None, "")]


def _coordonnees(d: Dossier) -> Faits:
    commune = d.adresse_commune
    voie = f"{d.adresse_numero} {d.adresse_voie}".strip()
    ville = f"{d.adresse_code_postal} {commune.nom}".strip() if commune else ""
    adresse = "Sans adresse stable" if d.sans_adresse else ""
    return _remplies(
        ("Téléphone", afficher(d.telephone) if d.telephone else ""),
        ("Autre téléphone", afficher(d.telephone_2) if d.telephone_2 else ""),
        ("Courriel", d.courriel),
        ("Adresse", ", ".join(m for m in (adresse, voie, d.adresse_complement, ville) if m)),
    )


def _identite(d: Dossier) -> Faits:
    j = d.jeune
    lieu = str(j.naissance_commune) if j.naissance_commune else ""
    if not lieu and j.naissance_pays:
        lieu = ", ".join(m for m in (j.naissance_lieu, j.naissance_pays.nom) if m)
    nationalites = [str(n) for n in (j.nationalite, j.nationalite_2) if n]
    return _remplies(
        ("Nom de naissance", j.nom_naissance),
        ("Nom d'usage", j.nom_usage),
        ("Prénoms", ", ".join(m for m in (j.prenom, j.autres_prenoms) if m)),
        ("Lieu de naissance", lieu),
        ("Nationalité", ", ".join(nationalites)),
        ("Pièce d'identité", libelle(Liste.PIECE_IDENTITE, d.piece_type) if d.piece_type else ""),
        ("Pièce valable jusqu'au", f"{d.piece_expire_le:%d/%m/%Y}" if d.piece_expire_le else ""),
    )


def _venue(d: Dossier) -> Faits:
    return _remplies(
        ("Premier accueil", f"{d.premier_accueil:%d/%m/%Y}"),
        ("Venue par", libelle(Liste.MOYEN_VENUE, d.venue) if d.venue else ""),
        ("Notice remise le", f"{d.notice_remise_le:%d/%m/%Y}" if d.notice_remise_le else ""),
        ("France Travail", f"n° {d.numero_ft}" if d.numero_ft else ""),
        ("Inscription constatée le", f"{d.inscrit_ft_le:%d/%m/%Y}" if d.inscrit_ft_le else ""),
    )


def _niveau(d: Dossier) -> Faits:
    return _remplies(("Plus haut niveau", libelle(Liste.NIVEAU_DIPLOME, d.niveau_diplome) if d.niveau_diplome else ""))


def _rqth(d: Dossier) -> Faits:
    return _remplies(
        ("Depuis le", f"{d.rqth_du:%d/%m/%Y}" if d.rqth_du else ""),
        ("Jusqu'au", f"{d.rqth_au:%d/%m/%Y}" if d.rqth_au else ""),
    )


DU_DOSSIER: tuple[RubriqueDuDossier, ...] = (
    RubriqueDuDossier(
        "coordonnees", "Coordonnées", Groupe.JOINDRE, _coordonnees, "dossier-coordonnees",
        "Téléphone, courriel, adresse.", "coordonnees", CONTACT,
    ),
    RubriqueDuDossier(
        "identite", "Identité", Groupe.DROITS, _identite, "dossier-identite", "Nom, naissance, nationalité.",
        "identite", PIECE,
        ("nom_naissance", "nom_usage", "prenom", "autres_prenoms", "nom_unique", "sexe", "naissance",
         "naissance_precision", "naissance_pays", "naissance_commune", "naissance_lieu", "nationalite",
         "nationalite_2", "nir"),
    ),
    RubriqueDuDossier(
        "rqth", "Travailleur handicapé (RQTH)", Groupe.DROITS, _rqth, "dossier-coordonnees",
        "Si la personne a la reconnaissance, notez ses dates.", "sante_travail", SANTE,
    ),
    RubriqueDuDossier(
        "niveau", "Niveau de diplôme", Groupe.FORMATION, _niveau, "dossier-coordonnees",
        "Le plus haut niveau atteint : l'orientation et le contrat le reprennent.", "dossier", ("niveau_diplome",),
    ),
    RubriqueDuDossier(
        "venue", "Arrivée", Groupe.VENUE, _venue, "dossier-coordonnees", "Comment la personne est venue.", "dossier",
        ("premier_accueil", "venue", "notice_remise_le", "numero_ft", "inscrit_ft_le"),
    ),
)  # fmt: skip
DU_DOSSIER_PAR_CODE = {r.code: r for r in DU_DOSSIER}
