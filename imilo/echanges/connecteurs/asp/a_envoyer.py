"""What is to leave for the paying agency: contracts first, then decisions; and what is held back, with what to do.

The one place that knows which decisions make a payment, and of how much.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Case, Exists, ExpressionWrapper, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import francais
from imilo.droit.montants import ZERO
from imilo.echanges.connecteurs.asp.messages import LigneAllocation, LigneContrat
from imilo.echanges.connecteurs.asp.models import TENUES, EtatLigne, Ligne
from imilo.jeunes.models import Precision
from imilo.parcours.allocations.models import DecisionAllocation, Reglement
from imilo.parcours.contrats.etats import CONCLUS, Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import CompteBancaire
from imilo.socle.champs import ChampMontant

PAYES = (Cadre.PACEA, Cadre.CEJ)  # the frames whose young people the agency pays
INITIALE, REGULARISATION = "I", "R"


class Motif(StrEnum):
    """Why a contract or a decision doesn't leave yet."""

    IBAN_ABSENT = "iban_absent"
    IBAN_DOUBLE = "iban_double"
    NAISSANCE = "naissance_incomplete"
    CONTRAT_EN_ATTENTE = "contrat_en_attente"
    CONTRAT_REJETE = "contrat_rejete"


PHRASES = {
    Motif.IBAN_ABSENT: "Aucun IBAN : demandez un RIB à la personne et notez son compte dans la fiche.",
    Motif.IBAN_DOUBLE: "Deux IBAN différents dans la fiche : gardez celui du dernier RIB, retirez l'autre.",
    Motif.NAISSANCE: "Date de naissance incomplète : complétez-la d'après une pièce d'identité.",
    Motif.CONTRAT_EN_ATTENTE: "Le contrat n'est pas encore accepté par l'ASP : la somme partira ensuite d'elle-même.",
    Motif.CONTRAT_REJETE: "Le contrat est rejeté par l'ASP, ou ne peut pas partir : corrigez-le d'abord.",
}


@dataclass(frozen=True)
class Retenue:
    """A contract, or the decision of a month, that is held back."""

    motif: Motif
    dossier: Dossier  # with its person
    objet: str
    decision: DecisionAllocation | None = None

    @property
    def phrase(self) -> str:
        return PHRASES[self.motif]

    @property
    def a_faire(self) -> bool:
        """Whether somebody has something to do: the answer to a contract comes by itself."""
        return self.motif != Motif.CONTRAT_EN_ATTENTE

    @property
    def lien(self) -> Lien:
        """Where it is put right."""
        if self.motif in (Motif.IBAN_ABSENT, Motif.IBAN_DOUBLE):
            return Lien("rubrique", (str(self.dossier), "compte"), "Ouvrir le compte bancaire", "dossier.lire")
        if self.motif == Motif.NAISSANCE:
            return Lien("dossier-identite", (str(self.dossier),), "Corriger l'identité", "identite.modifier")
        return Lien("dossier", (str(self.dossier),), "Ouvrir le dossier", "dossier.lire")


@dataclass(frozen=True)
class Pret:
    """A line ready to leave, and what it tells of."""

    ligne: LigneContrat | LigneAllocation
    contrat: ContratEngagement
    decision: DecisionAllocation | None = None


@dataclass(frozen=True)
class AEnvoyer:
    contrats: list[Pret]
    decisions: list[Pret]
    retenues: list[Retenue]


def a_envoyer(structure: Structure) -> AEnvoyer:
    """What may leave now, and what is held back. A bounded number of queries; in the perimeter of `structure`."""
    le = aujourd_hui(structure)
    contrats, retenus = _contrats(structure, le)
    decisions, retenues = _decisions(structure, le)
    return AEnvoyer(contrats, decisions, [*retenus, *retenues])


def _partis(champ: str) -> Exists:
    """With the agency, or waiting for a correction."""
    return Exists(
        Ligne.objects.filter(**{champ: OuterRef("pk")}, decision__isnull=champ == "contrat").exclude(
            etat=EtatLigne.REJETEE, corrigee_le__isnull=False
        )
    )


def _contrats(structure: Structure, le: date) -> tuple[list[Pret], list[Retenue]]:
    restent = ContratEngagement.objects.filter(
        ~_partis("contrat"), structure=structure, etat__in=CONCLUS, cadre__in=PAYES, signe_le__lte=le
    )
    prets, retenus = [], []
    for contrat in restent.select_related("dossier__jeune").order_by("signe_le", "pk"):
        dossier = contrat.dossier
        if dossier.jeune.naissance_precision != Precision.JOUR:
            retenus.append(Retenue(Motif.NAISSANCE, dossier, f"Contrat {contrat.reference}"))
        else:
            prets.append(Pret(_ligne_du_contrat(contrat), contrat))
    return prets, retenus


def _ligne_du_contrat(contrat: ContratEngagement) -> LigneContrat:
    dossier, jeune = contrat.dossier, contrat.dossier.jeune
    adresse = " ".join(t for t in (dossier.adresse_numero, dossier.adresse_voie, dossier.adresse_complement) if t)
    return LigneContrat(
        reference=contrat.reference,
        nir=jeune.nir,
        nom=jeune.nom_naissance,
        prenom=jeune.prenom,
        naissance=jeune.naissance.isoformat(),
        sexe=jeune.sexe,
        adresse=adresse,
        code_postal=dossier.adresse_code_postal,
        commune=dossier.adresse_commune_id or "",
        debut=(contrat.signe_le or contrat.debut).isoformat(),  # R. 5131-25: the month of the signature is due
        fin=contrat.fin.isoformat(),
    )


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


def _decisions(structure: Structure, le: date) -> tuple[list[Pret], list[Retenue]]:
    du_contrat = Ligne.objects.filter(contrat=OuterRef("contrat"), decision__isnull=True)
    restent = (
        decisions_payables(structure)
        .filter(~_partis("decision"), decidee_le__lte=le)
        .annotate(
            connu=Subquery(du_contrat.filter(etat__in=TENUES).values("reference")[:1]),
            contrat_rejete=Exists(du_contrat.filter(etat=EtatLigne.REJETEE, corrigee_le__isnull=True)),
        )
        .select_related("contrat", "dossier__jeune")
        .defer("droit", "calcul", "pieces", "effets", "regularisation")
        .order_by("mois", "rang", "pk")
    )
    decisions = list(restent)
    comptes = _comptes({d.dossier_id for d in decisions})
    prets, retenues = [], []
    for decision in decisions:
        siens = comptes.get(decision.dossier_id, [])
        if motif := _motif(decision, siens):
            retenues.append(Retenue(motif, decision.dossier, f"Allocation {francais.du_mois(decision.mois)}", decision))
        else:
            prets.append(Pret(_ligne_de_la_decision(decision, siens[0]), decision.contrat, decision))
    return prets, retenues


def _motif(decision: DecisionAllocation, comptes: list[CompteBancaire]) -> Motif | None:
    if not comptes:
        return Motif.IBAN_ABSENT
    if len({c.iban for c in comptes}) > 1:
        return Motif.IBAN_DOUBLE
    if decision.connu is not None:  # type: ignore[attr-defined]  # annotated
        return None
    retenu = decision.contrat_rejete or decision.dossier.jeune.naissance_precision != Precision.JOUR  # type: ignore[attr-defined]  # idem
    return Motif.CONTRAT_REJETE if retenu else Motif.CONTRAT_EN_ATTENTE


def _comptes(dossiers: Iterable[int]) -> dict[int, list[CompteBancaire]]:
    trouves: dict[int, list[CompteBancaire]] = {}
    for compte in CompteBancaire.objects.filter(dossier__in=dossiers):
        trouves.setdefault(compte.dossier_id, []).append(compte)
    return trouves


def _ligne_de_la_decision(decision: DecisionAllocation, compte: CompteBancaire) -> LigneAllocation:
    return LigneAllocation(
        reference=decision.reference,
        contrat=decision.connu,  # type: ignore[attr-defined]  # annotated: the name the agency knows the contract by
        mois=decision.code_mois,
        nature=INITIALE if decision.rang == 1 else REGULARISATION,
        montant=f"{decision.du:.2f}",  # type: ignore[attr-defined]  # annotated
        iban=compte.iban,
        titulaire=compte.titulaire_nom,
    )
