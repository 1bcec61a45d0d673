"""Reads of the full file, from a dossier that the agent already may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from imilo.acteurs.models import Structure
from imilo.acteurs.politique import vu
from imilo.acteurs.profils import peut
from imilo.droit.age import FaitsAge, revolu
from imilo.droit.baremes import bareme
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.historiques import Changement, derniers_changements
from imilo.parcours.fiche.models import (
    Confirmation,
    Donnee,
    EtatNir,
    Etiquette,
    EtiquettePosee,
    Justificatif,
    LienDeFoyer,
    Note,
    Origine,
    Protection,
    Representant,
    Territoire,
    TitreSejour,
)
from imilo.parcours.fiche.models.identite import Mesure, NirEtat
from imilo.parcours.fiche.models.suivi import JUSTIFICATIFS_RESERVES, Portee
from imilo.parcours.fiche.presentation import titre_et_faits
from imilo.parcours.fiche.regles import empreinte_de_l_adresse
from imilo.parcours.fiche.rubriques import PAYER, RUBRIQUES, SUIVRE, Groupe, Rubrique
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER, RubriqueDuDossier
from imilo.socle.lois import appliquer

# Measures under which somebody signs with or for an adult (code civil, art. 467 and 473).
ASSISTENT = (Mesure.TUTELLE, Mesure.CURATELLE, Mesure.CURATELLE_RENFORCEE, Mesure.HABILITATION)
FRAICHEUR = timedelta(days=365)  # a datum that nobody confirmed for so long is to be asked again


@dataclass(frozen=True)
class LigneLue:
    """A row as shown: its headline, its other facts (name, label, words), and what is to be known of it."""

    donnee: Donnee
    titre: str
    faits: tuple[tuple[str, str, str], ...]
    signal: str = ""


@dataclass(frozen=True)
class RubriqueLue:
    """A section as shown. `a_departager`: a merge left two data where one is expected. `confirme_le`: the day that
    somebody last said it, by typing it (`saisi`) or by confirming it; `origine` is who else said it, if anybody did
    (a partner, a list), of a section kept on the dossier: elsewhere each row tells its own."""

    rubrique: Rubrique | RubriqueDuDossier
    lignes: tuple[LigneLue, ...] = ()
    faits: tuple[tuple[str, str], ...] = ()
    confirme_le: date | None = None
    confirme_par: str = ""
    saisi: bool = False
    origine: str = ""
    a_confirmer: bool = False
    ecrit: bool = False
    montre: bool = False  # whether an encrypted number may be shown in full

    @property
    def code(self) -> str:
        return self.rubrique.code

    @property
    def remplie(self) -> bool:
        return bool(self.lignes or self.faits)

    @property
    def du_dossier(self) -> bool:
        return isinstance(self.rubrique, RubriqueDuDossier)

    @property
    def plusieurs(self) -> bool:
        return isinstance(self.rubrique, Rubrique) and self.rubrique.plusieurs

    @property
    def a_departager(self) -> bool:
        return not self.plusieurs and len(self.lignes) > 1


@dataclass(frozen=True)
class GroupeLu:
    titre: str
    rubriques: tuple[RubriqueLue, ...] = field(default=())


def rubriques_lisibles(profil: str) -> tuple[Rubrique | RubriqueDuDossier, ...]:
    """The sections that the field policy shows a profile, those kept on the dossier first."""
    toutes: tuple[Rubrique | RubriqueDuDossier, ...] = (*DU_DOSSIER, *RUBRIQUES)
    return tuple(r for r in toutes if vu(profil, r.famille))


def rubriques_modifiables(profil: str) -> frozenset[str]:
    """The codes of the sections that a profile may confirm: those it may write."""
    siennes = {r.code for r in RUBRIQUES if vu(profil, r.famille) and peut(profil, r.ecrire)}
    if peut(profil, "identite.modifier"):
        siennes |= {r.code for r in DU_DOSSIER if vu(profil, r.famille)}
    return frozenset(siennes)


def lire_rubrique(dossier: Dossier, rubrique: Rubrique, *, profil: str, le: date) -> RubriqueLue:
    """One section with its rows. One query."""
    donnees = list(rubrique.modele._default_manager.filter(dossier=dossier).select_related("confirme_par"))
    for donnee in donnees:
        donnee.dossier = dossier
    # The oldest confirmation tells of the section: what was confirmed last says nothing of the others.
    ancienne = min(donnees, key=lambda d: d.confirme_le, default=None)
    return RubriqueLue(
        rubrique,
        tuple(_ligne(d, rubrique, le) for d in donnees),
        confirme_le=ancienne.confirme_le if ancienne else None,
        confirme_par=_par(ancienne) if ancienne else "",
        a_confirmer=ancienne is not None and ancienne.confirme_le < le - FRAICHEUR,
        ecrit=peut(profil, rubrique.ecrire),
        montre=bool(rubrique.secrets) and peut(profil, rubrique.secret),
    )


def _ligne(donnee: Donnee, rubrique: Rubrique, le: date) -> LigneLue:
    titre, lus = titre_et_faits(donnee, rubrique, le=le)
    return LigneLue(donnee, titre, tuple(lus), signal(donnee, le=le))


def _par(donnee: Donnee) -> str:
    return str(donnee.confirme_par or donnee.origine_precision or donnee.get_origine_display())


def signal(donnee: Donnee, *, le: date) -> str:
    """What is to be known of a row on that day; "" when nothing is."""
    if isinstance(donnee, TitreSejour):
        if donnee.expire(le=le):
            return "Expiré"
        reste = (donnee.expire_le - le).days
        return f"Expire dans {reste} jours" if 0 < reste <= 60 else "Expire aujourd'hui" if reste == 0 else ""
    if isinstance(donnee, EtatNir) and donnee.etat != NirEtat.DECLARE and _autre_numero(donnee):
        return "Le numéro a changé depuis : à vérifier de nouveau"
    if isinstance(donnee, Territoire) and _autre_adresse(donnee):
        return "L'adresse a changé depuis : à vérifier de nouveau"
    if isinstance(donnee, Representant) and not donnee.en_cours(le=le):
        return "Ne représente plus la personne"
    fin = getattr(donnee, "fin", None) or getattr(donnee, "expire_le", None) or getattr(donnee, "jusqu_au", None)
    return "Terminé" if fin is not None and fin < le and type(donnee).__name__ != "Experience" else ""


def _autre_numero(etat: EtatNir) -> bool:
    return bytes(etat.nir_empreinte or b"") != bytes(etat.dossier.jeune.nir_empreinte or b"")


def _autre_adresse(territoire: Territoire) -> bool:
    return bytes(territoire.empreinte_adresse or b"") != (empreinte_de_l_adresse(territoire.dossier) or b"")


def lire_fiche(dossier: Dossier, *, profil: str, le: date) -> list[GroupeLu]:
    """The whole file that a profile reads, by group. One query for each section, whatever it holds."""
    dites = dites_du_dossier(dossier)
    lues: dict[Groupe, list[RubriqueLue]] = {g: [] for g in Groupe}
    for rubrique in rubriques_lisibles(profil):
        if isinstance(rubrique, Rubrique):
            lue = lire_rubrique(dossier, rubrique, profil=profil, le=le)
        else:
            lue = lire_rubrique_du_dossier(dossier, rubrique, dites, profil=profil, le=le)
        lues[rubrique.groupe].append(lue)
    return [GroupeLu(str(g), tuple(rubriques)) for g, rubriques in lues.items() if rubriques]


@dataclass(frozen=True)
class DitesDuDossier:
    """Who last said each section kept on the dossier, by code: the last confirmation, the last change typed."""

    confirmations: dict[str, Confirmation]
    changements: dict[str, Changement]


def dites_du_dossier(dossier: Dossier) -> DitesDuDossier:
    """Four queries."""
    confirmations = Confirmation.objects.filter(dossier=dossier).select_related("confirme_par").reverse()
    return DitesDuDossier({c.rubrique: c for c in confirmations}, derniers_changements(dossier, DU_DOSSIER))


def lire_rubrique_du_dossier(
    dossier: Dossier, rubrique: RubriqueDuDossier, dites: DitesDuDossier, *, profil: str, le: date
) -> RubriqueLue:
    """One section kept on the dossier. Typed or confirmed: the later of the two tells how fresh it is; before both,
    it was typed when the dossier was opened."""
    confirmation, change = dites.confirmations.get(rubrique.code), dites.changements.get(rubrique.code)
    fuseau = dossier.structure.zone
    if change is not None and (confirmation is None or confirmation.modifie_le < change.quand):
        jour, par, saisi, origine = change.quand.astimezone(fuseau).date(), change.auteur, True, ""
    elif confirmation is not None:
        jour, par, saisi, origine = confirmation.confirme_le, _par(confirmation), False, _origine(confirmation)
    else:
        jour, par, saisi, origine = dossier.cree_le.astimezone(fuseau).date(), "", True, ""
    return RubriqueLue(
        rubrique,
        faits=tuple(rubrique.lignes(dossier)),
        ecrit=peut(profil, "identite.modifier"),
        confirme_le=jour,
        confirme_par=par,
        saisi=saisi,
        origine=origine,
        a_confirmer=jour < le - FRAICHEUR,
    )


def _origine(donnee: Donnee) -> str:
    """Who said it first, where it wasn't typed: "Liste reçue : Lycée Balzac"; "" where it was."""
    if donnee.origine == Origine.SAISIE:
        return ""
    return " : ".join(m for m in (donnee.get_origine_display(), donnee.origine_precision) if m)


def ligne_de(dossier: Dossier, rubrique: Rubrique, ligne_id: int) -> Donnee | None:
    """One row of this dossier; None when it isn't."""
    trouvee = rubrique.modele._default_manager.filter(dossier=dossier, pk=ligne_id).first()
    if trouvee is not None:
        trouvee.dossier = dossier
    return trouvee


def est_mineur(dossier: Dossier, *, le: date) -> bool:
    """Whether the person is, or may be, under age on that day."""
    faits = FaitsAge(dossier.jeune.naissance, dossier.jeune.naissance_precision)  # type: ignore[arg-type]  # its choices are the law's
    return appliquer(revolu, faits, le).resultat["age_minimum"] < int(bareme("age.majorite", le).valeur)


def representant_qui_signe(dossier: Dossier, *, le: date) -> Representant | None:
    """Who signs with the person: a minor's representative, or that of an adult under tutelle or curatelle."""
    protegee = any(
        (m.debut is None or m.debut <= le) and (m.fin is None or le <= m.fin)
        for m in Protection.objects.filter(dossier=dossier, mesure__in=ASSISTENT)
    )
    return representant_du_jour(dossier, le=le) if protegee or est_mineur(dossier, le=le) else None


def representant_du_jour(dossier: Dossier, *, le: date) -> Representant | None:
    """Who represents the person on that day: the first noted that runs."""
    return next((r for r in Representant.objects.filter(dossier=dossier) if r.en_cours(le=le)), None)


def notes(dossier: Dossier, *, profil: str) -> QuerySet[Note]:
    """Notes, newest first; those reserved to whoever accompanies are left out for the other profiles."""
    if not vu(profil, "fiche_notes"):
        return Note.objects.none()
    toutes = Note.objects.filter(dossier=dossier).select_related("agent")
    return toutes if peut(profil, SUIVRE) else toutes.filter(portee=Portee.VISIBLE)


def etiquettes_de(dossier: Dossier) -> list[Etiquette]:
    """Tags of a dossier, each once, by name."""
    return list(Etiquette.objects.filter(posees__dossier=dossier).distinct())


def etiquettes_proposees(structure: Structure) -> QuerySet[Etiquette]:
    """The structure's list, without what it has closed."""
    return Etiquette.objects.filter(structure=structure, active=True)


def dossiers_etiquetes(*, structure: Structure, etiquettes: Collection[int]) -> QuerySet[EtiquettePosee]:
    """Tags posed in a structure, to filter dossiers by: `Exists(….filter(dossier=OuterRef("pk")))`."""
    return EtiquettePosee.objects.filter(structure=structure, etiquette__in=etiquettes)


@dataclass(frozen=True)
class LienLu:
    """A household link from this dossier's side."""

    lien: LienDeFoyer
    autre: Dossier


def liens_de(dossier: Dossier) -> list[LienLu]:
    """Household links of a dossier with the other dossiers (person loaded). Two queries."""
    siens = {lien.paire: lien for lien in LienDeFoyer.objects.filter(dossier=dossier)}
    autres = LienDeFoyer.objects.filter(paire__in=siens).exclude(dossier=dossier).select_related("dossier__jeune")
    return [LienLu(siens[a.paire], a.dossier) for a in autres]


def justificatifs(dossier: Dossier) -> QuerySet[Justificatif]:
    """Filed documents by type, the newest first, without their bytes."""
    return (
        Justificatif.objects.filter(dossier=dossier)
        .select_related("document__depose_par")
        .defer("document__contenu")
        .order_by("type", "-document__cree_le")
    )


def justificatif_lisible(type_document: str, *, profil: str) -> bool:
    """Whether a profile reads documents of that type: what tells of health, money or family isn't the reception's."""
    return type_document not in JUSTIFICATIFS_RESERVES or peut(profil, SUIVRE) or peut(profil, PAYER)


def document_lisible(document_id: int, *, profil: str) -> bool:
    """The same for a stored file. One that nobody described (a transfer brought it) may be any: reserved."""
    type_document = Justificatif.objects.filter(document=document_id).values_list("type", flat=True).first()
    if type_document is None:
        return peut(profil, SUIVRE) or peut(profil, PAYER)
    return justificatif_lisible(type_document, profil=profil)
