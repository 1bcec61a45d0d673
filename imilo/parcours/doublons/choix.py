"""What two dossiers say differently of one person: field by field, which is kept, and how it is given back.

A choice takes columns that go together (an address, a job seeker's number and its day). By default the kept
dossier's is kept, unless it is blank; the first reception is the earlier one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models

from imilo.jeunes.models import Jeune, Sexe
from imilo.parcours.dossiers.models import Dossier, Statut


@dataclass(frozen=True)
class Groupe:
    """Columns chosen together. `code` is unique."""

    code: str
    libelle: str
    colonnes: tuple[str, ...]

    def valeurs(self, ligne: Any) -> tuple[Any, ...]:
        return tuple(getattr(ligne, c) for c in self.colonnes)

    def vide(self, ligne: Any) -> bool:
        return not any(v not in (None, "", False, Sexe.INCONNU) for v in self.valeurs(ligne))


IDENTITE = (
    Groupe("nom_naissance", "Nom de naissance", ("nom_naissance",)),
    Groupe("nom_usage", "Nom d'usage", ("nom_usage",)),
    Groupe("prenom", "Prénom", ("prenom", "nom_unique")),
    Groupe("autres_prenoms", "Autres prénoms", ("autres_prenoms",)),
    Groupe("sexe", "Sexe", ("sexe",)),
    Groupe("naissance", "Date de naissance", ("naissance", "naissance_precision")),
    Groupe("lieu", "Lieu de naissance", ("naissance_pays_id", "naissance_commune_id", "naissance_lieu")),
    Groupe("nationalite", "Nationalité", ("nationalite_id", "nationalite_2_id")),
    Groupe("nir", "Numéro de sécurité sociale", ("nir",)),
)
DU_DOSSIER = (
    Groupe("telephone", "Téléphone", ("telephone",)),
    Groupe("telephone_2", "Autre téléphone", ("telephone_2",)),
    Groupe("courriel", "Courriel", ("courriel",)),
    Groupe(
        "adresse",
        "Adresse",
        (
            "adresse_commune_id",
            "adresse_numero",
            "adresse_voie",
            "adresse_complement",
            "adresse_code_postal",
            "sans_adresse",
        ),
    ),
    Groupe("premier_accueil", "Premier accueil", ("premier_accueil",)),
    Groupe("referent", "Référent", ("referent_id", "referent_depuis")),
    Groupe("site", "Site", ("site_id",)),
    Groupe("statut", "Statut", ("statut", "fin_le", "fin_motif")),
    Groupe("niveau_diplome", "Niveau de diplôme", ("niveau_diplome",)),
    Groupe("venue", "Comment la personne est venue", ("venue",)),
    Groupe("notice", "Notice remise", ("notice_remise_le",)),
    Groupe("france_travail", "France Travail", ("numero_ft", "inscrit_ft_le")),
    Groupe("rqth", "RQTH", ("rqth_du", "rqth_au")),
    Groupe(
        "piece",
        "Pièce d'identité",
        ("piece_type", "piece_numero", "piece_expire_le", "piece_vue_le", "piece_vue_par_id"),
    ),
)
GROUPES = IDENTITE + DU_DOSSIER
PAR_CODE = {g.code: g for g in GROUPES}


@dataclass(frozen=True)
class Ecart:
    """A group that differs between the kept dossier and the other. `repris`: the other's would be taken."""

    groupe: Groupe
    garde: tuple[Any, ...]
    absorbe: tuple[Any, ...]
    repris: bool


def ligne_de(groupe: Groupe, dossier: Dossier) -> models.Model:
    """The row that holds the group: the person's or the dossier's."""
    return dossier.jeune if groupe in IDENTITE else dossier


def ecarts(garde: Dossier, absorbe: Dossier) -> list[Ecart]:
    """What differs, with what is kept by default. Both with their `jeune` loaded."""
    trouves = []
    for groupe in GROUPES:
        sien, autre = ligne_de(groupe, garde), ligne_de(groupe, absorbe)
        if groupe.valeurs(sien) != groupe.valeurs(autre):
            repris = _repris(groupe, sien, autre)
            trouves.append(Ecart(groupe, groupe.valeurs(sien), groupe.valeurs(autre), repris))
    return trouves


def _repris(groupe: Groupe, garde: Any, absorbe: Any) -> bool:
    if groupe.code == "premier_accueil":
        return bool(absorbe.premier_accueil < garde.premier_accueil)
    if groupe.code == "statut":
        return bool(absorbe.statut == Statut.ACTIF and garde.statut != Statut.ACTIF)
    return groupe.vide(garde) and not groupe.vide(absorbe)


def prendre(groupes: Iterable[Groupe], de: Any, vers: Any) -> None:
    """Write on `vers` the columns of `groupes` as they are on `de`. Nothing is saved."""
    for groupe in groupes:
        for colonne in groupe.colonnes:
            setattr(vers, colonne, getattr(de, colonne))


def choisis(codes: Collection[str], parmi: tuple[Groupe, ...]) -> list[Groupe]:
    """The groups of `parmi` whose code was chosen, in order."""
    return [g for g in parmi if g.code in codes]


def rendre(groupes: Iterable[Groupe], *, ligne: Any, pris_a: Any, avant: Any) -> list[str]:
    """Give back to `ligne` what it was (`avant`) where it still has what was taken from `pris_a`.

    What was corrected since is left. Returns the codes given back; nothing is saved.
    """
    rendus = [g for g in groupes if g.valeurs(ligne) == g.valeurs(pris_a)]
    prendre(rendus, avant, ligne)
    return [g.code for g in rendus]


def colonnes_connues() -> tuple[set[str], set[str]]:
    """Columns of the person and of the dossier that a group covers; tests hold them to the models."""
    return {c for g in IDENTITE for c in g.colonnes}, {c for g in DU_DOSSIER for c in g.colonnes}


def evenement(modele: type[Jeune] | type[Dossier], cle: int) -> models.Model:
    """The row of history `cle` of a person or a dossier: what it was before a change."""
    ligne: models.Model = modele.pgh_event_model.objects.get(pgh_id=cle)  # type: ignore[union-attr]  # made by pghistory
    return ligne


def dernier_evenement(modele: type[Jeune] | type[Dossier], objet_id: int) -> int:
    """The identifier of the last row of history of a person or a dossier."""
    evenements = modele.pgh_event_model.objects  # type: ignore[union-attr]  # made by pghistory
    return int(evenements.filter(pgh_obj_id=objet_id).order_by("-pgh_id").values_list("pgh_id", flat=True)[0])
