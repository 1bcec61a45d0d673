"""What is to leave for the paying agency: contracts first, then what changed in them, then sums; and what is held back.

The one place that knows which decisions make a payment, and of how much. Nothing is decrypted here: `lignes` writes
what is encrypted, once it leaves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Model,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.montants import ZERO
from imilo.echanges.connecteurs.asp.avenants import PAYES, avenants, qui_doit_finir_avant
from imilo.echanges.connecteurs.asp.models import TENUES, EtatLigne, GenreLigne, Ligne
from imilo.echanges.connecteurs.asp.pret import CHIFFRES, Pret, Somme
from imilo.jeunes.models import Precision
from imilo.parcours.allocations.models import AllocationPacea, DecisionAllocation, EtatPacea, Reglement
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import CompteBancaire
from imilo.socle.champs import ChampMontant


class Motif(StrEnum):
    """Why a contract or a sum doesn't leave yet."""

    IBAN_ABSENT = "iban_absent"
    IBAN_DOUBLE = "iban_double"
    NAISSANCE = "naissance_incomplete"
    CONTRAT_EN_ATTENTE = "contrat_en_attente"
    CONTRAT_REJETE = "contrat_rejete"
    PRECEDENT = "contrat_precedent"
    PROLONGATION = "prolongation_en_attente"


PHRASES = {
    Motif.IBAN_ABSENT: "Aucun IBAN : demandez un RIB à la personne et notez son compte dans la fiche.",
    Motif.IBAN_DOUBLE: "Deux IBAN différents dans la fiche : gardez celui du dernier RIB, retirez l'autre.",
    Motif.NAISSANCE: "Date de naissance incomplète : complétez-la d'après une pièce d'identité.",
    Motif.CONTRAT_EN_ATTENTE: "Le contrat n'est pas encore accepté par l'ASP : la somme partira ensuite d'elle-même.",
    Motif.CONTRAT_REJETE: "Le contrat est rejeté par l'ASP, ou ne peut pas partir : corrigez-le d'abord.",
    Motif.PRECEDENT: "L'ASP n'a pas encore accepté la fin du contrat d'avant : celui-ci partira ensuite de lui-même.",
    Motif.PROLONGATION: "La prolongation n'est pas encore acceptée par l'ASP : la somme partira ensuite d'elle-même.",
}
D_EUX_MEMES = (Motif.CONTRAT_EN_ATTENTE, Motif.PRECEDENT, Motif.PROLONGATION)


@dataclass(frozen=True)
class Retenue:
    """A contract, or the sum of a month, that is held back."""

    motif: Motif
    dossier: Dossier  # with its person
    objet: str
    somme: Somme | None = None

    @property
    def phrase(self) -> str:
        return PHRASES[self.motif]

    @property
    def a_faire(self) -> bool:
        """Whether somebody has something to do: an answer comes by itself, and a rejection shows as such."""
        return self.motif not in D_EUX_MEMES

    @property
    def lien(self) -> Lien:
        """Where it is put right."""
        if self.motif in (Motif.IBAN_ABSENT, Motif.IBAN_DOUBLE):
            return Lien("rubrique", (str(self.dossier), "compte"), "Ouvrir le compte bancaire", "dossier.lire")
        if self.motif == Motif.NAISSANCE:
            return Lien("dossier-identite", (str(self.dossier),), "Corriger l'identité", "identite.modifier")
        return Lien("dossier", (str(self.dossier),), "Ouvrir le dossier", "dossier.lire")


@dataclass(frozen=True)
class AEnvoyer:
    contrats: list[Pret]
    avenants: list[Pret]
    sommes: list[Pret]
    retenues: list[Retenue]

    @property
    def nombre(self) -> int:
        """Lines ready to leave."""
        return len(self.contrats) + len(self.avenants) + len(self.sommes)


def a_envoyer(structure: Structure) -> AEnvoyer:
    """What may leave now, and what is held back. A bounded number of queries; in the perimeter of `structure`."""
    le = aujourd_hui(structure)
    contrats, retenus = _contrats(structure, le)
    sommes, retenues = _sommes(structure, le)
    return AEnvoyer(contrats, avenants(structure), sommes, [*retenus, *retenues])


# --- contracts ------------------------------------------------------------------------------------


def _contrats(structure: Structure, le: date) -> tuple[list[Pret], list[Retenue]]:
    parti = Ligne.objects.filter(contrat=OuterRef("pk"), genre=GenreLigne.CONTRAT).exclude(
        etat=EtatLigne.REJETEE, corrigee_le__isnull=False
    )
    restent = list(
        ContratEngagement.objects.conclus()
        .filter(~Exists(parti), structure=structure, cadre__in=PAYES, signe_le__lte=le)
        .select_related("dossier__jeune")
        .defer(*(f"dossier__{champ}" for champ in CHIFFRES))
        .order_by("signe_le", "pk")
    )
    attendent = qui_doit_finir_avant(restent)
    prets, retenus = [], []
    for contrat in restent:
        dossier, objet = contrat.dossier, f"Contrat {contrat.reference}"
        if dossier.jeune.naissance_precision != Precision.JOUR:
            retenus.append(Retenue(Motif.NAISSANCE, dossier, objet))
        elif contrat.pk in attendent:
            retenus.append(Retenue(Motif.PRECEDENT, dossier, objet))
        else:
            # R. 5131-25 I: the month of the signature is due.
            signe_le = contrat.signe_le or contrat.debut
            prets.append(Pret(GenreLigne.CONTRAT, contrat, contrat.reference, du=signe_le, au=contrat.fin))
    return prets, retenus


# --- sums -----------------------------------------------------------------------------------------


def decisions_payables(structure: Structure) -> QuerySet[DecisionAllocation]:
    """Decisions taken that make the agency pay, with how much: `du`, a signed amount.

    The first decision of a month is its whole sum; a correction is what it adds, or less what the agency is to
    withhold of what was paid too much (otherwise settled, that is no business of the agency).
    """
    retenu = Case(
        When(trop_percu__reglement=Reglement.RETENU, then=F("trop_percu__montant")),
        default=Value(ZERO),
        output_field=ChampMontant(),
    )
    prises = DecisionAllocation.objects.prises().filter(structure=structure)
    du = Coalesce("reste_a_verser", "montant", output_field=ChampMontant()) - retenu
    return prises.annotate(du=ExpressionWrapper(du, output_field=ChampMontant())).exclude(du=0)


def pacea_payables(structure: Structure) -> QuerySet[AllocationPacea]:
    """One-off allowances granted under a contract (L. 5131-5; R. 5131-8: the agency pays them), with `du`.

    `du` is what the sanctions of the month leave of each.
    """
    accordees = AllocationPacea.objects.filter(structure=structure, etat=EtatPacea.ACCORDEE, contrat__isnull=False)
    du = ExpressionWrapper(F("montant") - F("retenu"), output_field=ChampMontant())
    return accordees.annotate(du=du).exclude(du=0)


def _qui_restent(payables: QuerySet[Any], champ: str, le: date) -> list[Any]:
    """Those that aren't with the agency nor wait for a correction, with what it knows of their contract."""
    partie = Ligne.objects.filter(**{champ: OuterRef("pk")}).exclude(etat=EtatLigne.REJETEE, corrigee_le__isnull=False)
    du_contrat = Ligne.objects.filter(contrat=OuterRef("contrat"), genre=GenreLigne.CONTRAT)
    terme = Ligne.objects.filter(contrat=OuterRef("contrat")).terme_connu()
    return list(
        payables.filter(~Exists(partie), decidee_le__lte=le)
        .annotate(
            connu=Subquery(du_contrat.filter(etat__in=TENUES).values("reference")[:1]),
            connu_au=Subquery(terme.values("au")[:1], output_field=DateField()),
            contrat_rejete=Exists(du_contrat.filter(etat=EtatLigne.REJETEE, corrigee_le__isnull=True)),
        )
        .select_related("contrat", "dossier__jeune")
    )


def _sommes(structure: Structure, le: date) -> tuple[list[Pret], list[Retenue]]:
    cej = decisions_payables(structure).defer("droit", "calcul", "pieces", "effets", "regularisation", *_DOSSIER)
    pacea = pacea_payables(structure).defer("droit", "effets", *_DOSSIER)
    restent: list[Any] = _qui_restent(cej.order_by("mois", "rang", "pk"), "decision", le)
    restent += _qui_restent(pacea.order_by("mois", "pk"), "pacea", le)
    comptes = _comptes({s.dossier_id for s in restent})
    prets, retenues = [], []
    for somme in restent:
        siens = comptes.get(somme.dossier_id, [])
        genre = _genre(somme)
        if motif := _motif(somme, siens):
            retenues.append(Retenue(motif, somme.dossier, f"{genre.label} {francais.du_mois(somme.mois)}", somme))
        else:
            prets.append(Pret(genre, somme.contrat, somme.connu, somme=somme, compte_id=siens[0][0]))
    return prets, retenues


_DOSSIER = tuple(f"dossier__{champ}" for champ in CHIFFRES)


def _genre(somme: Model) -> GenreLigne:
    return GenreLigne.PACEA if isinstance(somme, AllocationPacea) else GenreLigne.ALLOCATION


def _motif(somme: Any, comptes: list[tuple[int, bytes]]) -> Motif | None:
    """Why this sum (with what `_qui_restent` annotates) doesn't leave yet."""
    if not comptes:
        return Motif.IBAN_ABSENT
    if len({empreinte for _, empreinte in comptes}) > 1:
        return Motif.IBAN_DOUBLE
    if somme.connu is not None:
        prolonge = somme.connu_au < somme.mois <= somme.contrat.fin
        return Motif.PROLONGATION if prolonge else None
    retenu = somme.contrat_rejete or somme.dossier.jeune.naissance_precision != Precision.JOUR
    return Motif.CONTRAT_REJETE if retenu else Motif.CONTRAT_EN_ATTENTE


def _comptes(dossiers: Iterable[int]) -> dict[int, list[tuple[int, bytes]]]:
    """By dossier, its accounts: key and keyed hash of the IBAN. Two that are the same have the same hash."""
    trouves: dict[int, list[tuple[int, bytes]]] = {}
    lus = CompteBancaire.objects.filter(dossier__in=dossiers).order_by("pk")
    for dossier_id, cle, empreinte in lus.values_list("dossier_id", "pk", "iban_empreinte"):
        trouves.setdefault(dossier_id, []).append((cle, bytes(empreinte or b"")))
    return trouves
