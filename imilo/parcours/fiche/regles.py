"""What must hold of a datum of the file before it is stored: one function for each kind that has more to say than
its own fields. Each may also fill what follows from them. All raise `RegleViolee` at the field."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from imilo.acteurs.models import Structure
from imilo.jeunes.telephones import lire_telephone
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.iban import lire_iban
from imilo.parcours.fiche.langues import LANGUES
from imilo.parcours.fiche.models import CompteBancaire, EtatNir, Territoire, TitreSejour
from imilo.parcours.fiche.models.identite import Appartenance, NirEtat
from imilo.referentiels.models import Liste
from imilo.referentiels.rome import metiers
from imilo.referentiels.selectors import codes
from imilo.socle.chiffrement import empreinte
from imilo.socle.erreurs import RegleViolee

Regle = Callable[[Any, Dossier, date], None]
INE = re.compile(r"[0-9]{10}[A-Z]|[0-9]{9}[A-Z]{2}|[0-9]{4}[A-Z][0-9]{5}[A-Z]|[0-9][A-Z0-9]{9}[A-Z]")
NUMERO = re.compile(r"[0-9A-Z][0-9A-Z ./-]{2,29}")
GROSSESSE = timedelta(days=300)
TRES_LOIN = timedelta(days=15 * 366)
# Days that may lie ahead; every other day of the file is one that has come.
A_VENIR = frozenset({"expire_le", "jusqu_au", "fin"})


def verifier(ligne: Any, dossier: Dossier, le: date) -> None:
    """Everything that every kind has in common, then what its own rule says."""
    for champ in type(ligne)._meta.concrete_fields:
        valeur = getattr(ligne, champ.attname)
        if isinstance(valeur, date) and champ.name not in {"cree_le", "modifie_le", "confirme_le", "naissance"}:
            if champ.name not in A_VENIR and valeur > le:
                raise RegleViolee("Cette date est à venir : vérifiez-la.", champ.name)
            if valeur < dossier.jeune.naissance:
                raise RegleViolee("Cette date précède la naissance de la personne.", champ.name)
        if champ.name == "telephone":
            ligne.telephone = lire_telephone(valeur, _plan(dossier.structure), champ="telephone")
        if champ.name == "rome" and valeur and valeur not in metiers():
            raise RegleViolee("Ce code n'est pas un métier du ROME : cherchez-le par son nom.", "rome")
    if regle := REGLES.get(type(ligne).__name__):
        regle(ligne, dossier, le)


def _plan(structure: Structure) -> str:
    return structure.code_departement


def _numero(texte: str, champ: str) -> str:
    propre = " ".join(texte.upper().split())
    if propre and not NUMERO.fullmatch(propre):
        raise RegleViolee("Un numéro a trois à trente signes, chiffres et lettres sans accent.", champ)
    return propre


def _titre_sejour(titre: TitreSejour, dossier: Dossier, le: date) -> None:
    titre.numero = _numero(titre.numero, "numero")
    if titre.expire_le > le + TRES_LOIN:
        raise RegleViolee("Cette date est trop lointaine : vérifiez l'année.", "expire_le")


def _nir(etat: EtatNir, dossier: Dossier, le: date) -> None:
    if not dossier.jeune.nir:
        raise RegleViolee("Aucun numéro de sécurité sociale n'est enregistré : saisissez-le d'abord dans l'identité.")
    if etat.etat == NirEtat.DECLARE:
        etat.preuve, etat.vu_le = "", None
    elif not etat.preuve:
        raise RegleViolee("Dites sur quel document, ou par quel organisme.", "preuve")
    elif etat.vu_le is None:
        raise RegleViolee("Indiquez le jour.", "vu_le")
    etat.nir_empreinte = dossier.jeune.nir_empreinte


def _territoire(territoire: Territoire, dossier: Dossier, le: date) -> None:
    territoire.qpv_code = territoire.qpv_code.upper()
    if territoire.qpv_code and territoire.qpv != Appartenance.OUI:
        raise RegleViolee("Ce code se donne quand l'adresse est dans un quartier prioritaire.", "qpv_code")
    territoire.empreinte_adresse = empreinte_de_l_adresse(dossier)


def empreinte_de_l_adresse(dossier: Dossier) -> bytes | None:
    """A keyed hash of the address, to know that it has changed since; None without an address."""
    morceaux = (dossier.adresse_numero, dossier.adresse_voie, dossier.adresse_code_postal, dossier.adresse_commune_id)
    return empreinte(" ".join(m for m in morceaux if m), "adresse")


def _enfant(enfant: Any, dossier: Dossier, le: date) -> None:
    a_naitre = enfant.residence == "a_naitre"
    if enfant.naissance > le + GROSSESSE:
        raise RegleViolee("Cette date est trop lointaine.", "naissance")
    if enfant.naissance > le and not a_naitre:
        raise RegleViolee("Pour un enfant attendu, choisissez « À naître ».", "residence")
    if a_naitre and enfant.naissance < le - timedelta(days=45):
        raise RegleViolee("Cette date est passée : l'enfant est-il né ?", "residence")
    if enfant.naissance.year - dossier.jeune.naissance.year < 10:
        raise RegleViolee("Cette date est trop proche de la naissance de la personne : vérifiez l'année.", "naissance")


def _ressource(ressource: Any, dossier: Dossier, le: date) -> None:
    ressource.numero_allocataire = _numero(ressource.numero_allocataire, "numero_allocataire")
    if ressource.nature == "aucune" and ressource.montant:
        raise RegleViolee("« Aucune ressource » n'a pas de montant.", "montant")


def _compte(compte: CompteBancaire, dossier: Dossier, le: date) -> None:
    compte.iban = lire_iban(compte.iban)
    if not compte.iban:
        raise RegleViolee("Recopiez l'IBAN du RIB.", "iban")


def _scolarite(scolarite: Any, dossier: Dossier, le: date) -> None:
    scolarite.uai = scolarite.uai.upper()
    ine = "".join(scolarite.ine.upper().split())
    if ine and not INE.fullmatch(ine):
        raise RegleViolee("Un INE a onze signes, chiffres et lettres : recopiez-le d'un document scolaire.", "ine")
    scolarite.ine = ine
    if not (scolarite.classe or scolarite.etablissement or scolarite.academie or ine or scolarite.sortie_le):
        raise RegleViolee("Indiquez au moins la dernière classe ou le dernier établissement.", "classe")


def _diplome(diplome: Any, dossier: Dossier, le: date) -> None:
    if diplome.niveau and diplome.niveau not in dict(codes(Liste.NIVEAU_DIPLOME, diplome.le or le)):
        raise RegleViolee("Choisissez un niveau dans la liste.", "niveau")


def _langue(langue: Any, dossier: Dossier, le: date) -> None:
    if langue.langue not in LANGUES:
        raise RegleViolee("Choisissez une langue de la liste.", "langue")


def _mobilite(mobilite: Any, dossier: Dossier, le: date) -> None:
    if "a_pied" in mobilite.moyens and len(mobilite.moyens) > 1:
        raise RegleViolee("« À pied seulement » ne va pas avec un autre moyen.", "moyens")


REGLES: dict[str, Regle] = {
    "TitreSejour": _titre_sejour,
    "EtatNir": _nir,
    "Territoire": _territoire,
    "Enfant": _enfant,
    "Ressource": _ressource,
    "CompteBancaire": _compte,
    "Scolarite": _scolarite,
    "Diplome": _diplome,
    "Langue": _langue,
    "Mobilite": _mobilite,
}
