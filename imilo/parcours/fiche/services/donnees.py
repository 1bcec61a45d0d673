"""A datum of the file: written, corrected, taken out, confirmed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.fiche.models import Confirmation, Donnee, Origine
from imilo.parcours.fiche.regles import verifier
from imilo.parcours.fiche.rubriques import PAR_MODELE, Rubrique
from imilo.parcours.fiche.rubriques_du_dossier import DU_DOSSIER, DU_DOSSIER_PAR_CODE
from imilo.socle.erreurs import RegleViolee

PLUSIEURS_MAX = 50  # rows of one section: a person's life fits, a runaway script doesn't
# Where the form shows what a constraint of the database refuses.
CHAMPS = {
    "titre_sejour_dates": "expire_le",
    "etat_nir_prouve": "preuve",
    "representant_dates": "jusqu_au",
    "protection_dates": "fin",
    "territoire_code_d_un_qpv": "qpv_code",
    "logement_dates": "jusqu_au",
    "ressource_dates": "fin",
    "ressource_montant": "montant",
    "compte_bancaire_iban": "iban",
    "permis_dates": "expire_le",
    "experience_dates": "fin",
    "metier_vise_rang": "rang",
}


def verrouiller(dossier: Dossier) -> Dossier:
    """The dossier, locked until the end of the transaction: two writers of one section come one after the other."""
    return Dossier.objects.select_for_update(of=("self",)).select_related("jeune", "structure").get(pk=dossier.pk)


def _appliquer(ligne: Donnee, rubrique: Rubrique, valeurs: Mapping[str, Any]) -> None:
    """Put the values of the form on the row. A blank encrypted number keeps the stored one; None takes it out."""
    for champ in rubrique.champs:
        if champ not in valeurs:
            continue
        valeur = valeurs[champ]
        if champ in rubrique.secrets:
            if valeur is None:
                setattr(ligne, champ, "")
            elif valeur:
                setattr(ligne, champ, valeur)
        else:
            setattr(ligne, champ, valeur.strip() if isinstance(valeur, str) else valeur)


def _dater(ligne: Donnee, agent: Agent | None, dossier: Dossier, origine: str, precision: str) -> None:
    ligne.confirme_le, ligne.confirme_par = aujourd_hui(dossier.structure), agent
    ligne.origine, ligne.origine_precision = origine, precision


@transaction.atomic
def ajouter(
    agent: Agent | None,
    dossier: Dossier,
    rubrique: Rubrique,
    *,
    valeurs: Mapping[str, Any],
    origine: str = Origine.SAISIE,
    precision: str = "",
) -> Donnee:
    """Add a row to a section. `agent` None: a partner's or a list's, named by `precision`. Fact `fiche.completee`.

    Raises `RegleViolee` at the field; when the section holds one datum and somebody wrote it meanwhile, too.
    """
    dossier = verrouiller(dossier)
    existantes = rubrique.modele._default_manager.filter(dossier=dossier).count()
    if existantes and not rubrique.plusieurs:
        raise RegleViolee(
            "Quelqu'un vient de remplir cette rubrique : rouvrez la fiche pour la lire, puis corrigez-la si besoin."
        )
    if existantes >= PLUSIEURS_MAX:
        raise RegleViolee(f"Une rubrique a {PLUSIEURS_MAX} lignes au plus : retirez celles qui ne servent plus.")
    ligne = rubrique.modele(dossier=dossier, structure_id=dossier.structure_id)
    _appliquer(ligne, rubrique, valeurs)
    _dater(ligne, agent, dossier, origine, precision)
    verifier(ligne, dossier, ligne.confirme_le)
    enregistrer(ligne, champs=CHAMPS, premier=True)
    consigner(agent, "fiche.completee", ligne, rubrique=rubrique.code, origine=origine)
    return ligne


@transaction.atomic
def corriger(
    agent: Agent | None,
    ligne: Donnee,
    *,
    version: int,
    valeurs: Mapping[str, Any],
    origine: str = Origine.SAISIE,
    precision: str = "",
) -> Donnee:
    """Change a row; it is confirmed by the same act. Fact `fiche.modifiee`. Raises `RegleViolee`, `VersionPerimee`."""
    rubrique = PAR_MODELE[type(ligne)]
    dossier = verrouiller(ligne.dossier)
    stockee = reprendre(ligne, version=version)
    stockee.dossier = dossier
    _appliquer(stockee, rubrique, valeurs)
    _dater(stockee, agent, dossier, origine, precision)
    stockee.version += 1
    verifier(stockee, dossier, stockee.confirme_le)
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "fiche.modifiee", stockee, rubrique=rubrique.code, origine=origine)
    return stockee


@transaction.atomic
def retirer(agent: Agent, ligne: Donnee, *, version: int) -> None:
    """Take a row out; history keeps it. Fact `fiche.retiree`. Raises `VersionPerimee`."""
    stockee = reprendre(ligne, version=version)
    consigner(agent, "fiche.retiree", stockee, rubrique=PAR_MODELE[type(ligne)].code)
    stockee.delete()


@transaction.atomic
def confirmer(agent: Agent, dossier: Dossier, *, rubriques: Collection[str]) -> int:
    """Say that these sections still hold, as they stand today. One fact, `fiche.confirmee`; returns how many data.

    Empty sections say nothing and are left so. What somebody confirmed today isn't written again.
    """
    dossier = verrouiller(dossier)
    le = aujourd_hui(dossier.structure)
    combien = 0
    for modele, rubrique in PAR_MODELE.items():
        if rubrique.code in rubriques:
            lignes = modele._default_manager.filter(dossier=dossier).exclude(confirme_le=le, confirme_par=agent)
            combien += lignes.update(confirme_le=le, confirme_par=agent)
    for du_dossier in DU_DOSSIER:
        if du_dossier.code in rubriques and du_dossier.lignes(dossier):
            combien += _confirmer_du_dossier(agent, dossier, du_dossier.code)
    if combien:
        seule = next(iter(rubriques)) if len(rubriques) == 1 else None
        consigner(agent, "fiche.confirmee", dossier, rubrique=seule, nombre=combien)
    return combien


def _confirmer_du_dossier(agent: Agent, dossier: Dossier, code: str) -> int:
    le = aujourd_hui(dossier.structure)
    faites = Confirmation.objects.filter(dossier=dossier, rubrique=code)
    if not faites.exists():
        Confirmation.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, rubrique=code, confirme_le=le, confirme_par=agent
        )
        return 1
    # Its instant tells it from a correction of the same day: the later of the two is how fresh the section is.
    a_faire = faites.exclude(confirme_le=le, confirme_par=agent)
    return a_faire.update(confirme_le=le, confirme_par=agent, modifie_le=timezone.now())


@transaction.atomic
def noter_l_origine(dossier: Dossier, *, rubriques: Collection[str], origine: str, precision: str) -> None:
    """Sections kept on the dossier (their codes) say what a partner or a list told: nobody confirmed it here yet.

    No fact: it goes with the opening of the dossier, which has its own.
    """
    le = aujourd_hui(dossier.structure)
    Confirmation.objects.bulk_create(
        Confirmation(
            dossier=dossier,
            structure_id=dossier.structure_id,
            rubrique=code,
            confirme_le=le,
            origine=origine,
            origine_precision=precision[:100],
        )
        for code in rubriques
        if DU_DOSSIER_PAR_CODE[code].lignes(dossier)
    )
