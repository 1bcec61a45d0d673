"""Reads of what is exchanged with the agency: lines, amounts by month to the cent, what is late, the door."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from imilo.acteurs.models import Affectation, Agent, Structure
from imilo.acteurs.profils import Profil, peut
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit.comptes import total
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.droit.montants import ZERO, Montant
from imilo.echanges.connecteurs.asp.a_envoyer import decisions_payables, pacea_payables
from imilo.echanges.connecteurs.asp.models import (
    TENUES,
    Envoi,
    EtatEnvoi,
    EtatLigne,
    EtatRetour,
    Liaison,
    Ligne,
    LigneQuerySet,
    Retour,
)
from imilo.echanges.connecteurs.asp.pret import CHIFFRES
from imilo.socle.champs import ChampMontant

VOIR, GERER = "asp.voir", "asp.gerer"
MOIS_AVANT_RETARD = 3  # payments come back in the second month: they are late in the third


def _place(agent: Agent, structure: Structure) -> Exists:
    """Whether the agent has a place there, today, with a profile that follows payments."""
    profils = [p for p in Profil if peut(p, VOIR)]
    en_cours = Affectation.objects.en_cours(le=aujourd_hui(structure))
    return Exists(en_cours.filter(agent=agent, structure=structure, profil__in=profils))


def lignes_visibles(*, agent: Agent, structure: Structure) -> LigneQuerySet:
    """Lines of `structure` with their file, person and decision."""
    lignes = Ligne.objects.filter(_place(agent, structure), structure=structure)
    return lignes.select_related("envoi", "dossier__jeune", "decision", "contrat", "corrigee_par").defer(
        "envoi__contenu", "decision__droit", "decision__calcul", "decision__pieces", "decision__effets",
        *(f"dossier__{champ}" for champ in CHIFFRES),
    )  # fmt: skip


def envois_visibles(*, agent: Agent, structure: Structure) -> QuerySet[Envoi]:
    """Files, newest first, without their bytes."""
    return Envoi.objects.filter(_place(agent, structure), structure=structure).defer("contenu")


def retours_visibles(*, agent: Agent, structure: Structure) -> QuerySet[Retour]:
    """What came back, newest first, without its bytes."""
    retours = Retour.objects.filter(_place(agent, structure), structure=structure).defer("contenu")
    return retours.select_related("classe_par")


# --- amounts --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sommes:
    """What was decided, and how far it went; `mois` None: the total. `ecart` is decided less paid, for `decides`
    decisions. `attente` is what was decided and isn't with the agency: not sent, held back or rejected."""

    mois: date | None
    decides: int
    decide: Montant
    envoye: Montant
    accepte: Montant
    rejete: Montant
    paye: Montant
    ecart: Montant
    attente: Montant

    @property
    def code(self) -> str:
        return f"{self.mois:%Y-%m}" if self.mois else ""

    @property
    def solde(self) -> bool:
        """Whether all that was decided is paid, to the cent."""
        return self.ecart == ZERO


def sommes(*, agent: Agent, structure: Structure, depuis: date, jusqu_a: date) -> list[Sommes]:
    """Amounts of each month decided from `depuis` to `jusqu_a` (first days), newest first, then their total.

    Those of CEJ and PACEA together. Summed by the database, decision by decision: each has one line alive at most.
    """
    place = _place(agent, structure)
    groupes: dict[date | None, list[dict[str, Any]]] = defaultdict(list)
    for payables, champ in ((decisions_payables(structure), "decision"), (pacea_payables(structure), "pacea")):
        suivies = _suivies(payables, champ).filter(place, mois__range=(depuis, jusqu_a))
        par_mois: list[dict[str, Any]] = list(suivies.values("mois").annotate(**_TOTAUX).order_by("-mois"))
        for groupe in par_mois:
            groupes[groupe.pop("mois")].append(groupe)
    mois = sorted((m for m in groupes if m is not None), reverse=True)
    groupes[None] = [groupe for m in mois for groupe in groupes[m]]
    return [Sommes(m, **_ensemble(groupes[m])) for m in (*mois, None)] if mois else []


def _ensemble(groupes: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The counts and amounts of several groups together."""
    nombre = sum(groupe["decides"] for groupe in groupes)
    montants = {nom: total(g[nom] for g in groupes) for nom in _TOTAUX if nom != "decides"}
    return {"decides": nombre, **montants}


def _suivies(payables: QuerySet[Any], champ: str) -> QuerySet[Any]:
    """What makes a payment, with what became of each: the lines of `champ` tell of it."""
    siennes = Ligne.objects.filter(**{champ: OuterRef("pk")})
    vivante = siennes.vivantes()
    suivies: QuerySet[Any] = payables.annotate(
        sa_ligne=Subquery(vivante.values("etat")[:1]),
        parti=Subquery(vivante.values("montant")[:1], output_field=ChampMontant()),
        verse=Subquery(vivante.values("paye")[:1], output_field=ChampMontant()),
        a_corriger=Exists(siennes.a_corriger()),
    )
    return suivies


def _somme(expression: Any, condition: Q | None = None) -> Coalesce:
    return Coalesce(Sum(expression, filter=condition), Value(ZERO), output_field=ChampMontant())


def _moins(a: str, b: str) -> Any:
    difference = F(a) - Coalesce(F(b), Value(ZERO), output_field=ChampMontant())
    return ExpressionWrapper(difference, output_field=ChampMontant())


_TOTAUX: dict[str, Any] = {
    "decides": Count("pk"),
    "decide": _somme("du"),
    # What was rejected has left too; sent again, it is a line alive and no longer to be corrected.
    "envoye": _somme("parti") + _somme("du", Q(a_corriger=True)),
    "accepte": _somme("parti", Q(sa_ligne__in=TENUES)),
    "rejete": _somme("du", Q(a_corriger=True)),
    "paye": _somme("verse"),
    "ecart": _somme(_moins("du", "verse")),
    "attente": _somme("du", Q(sa_ligne__isnull=True)),
}


# --- what waits -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Attentes:
    """What somebody has to see to, and what is awaited. Counts of lines and of files."""

    a_corriger: int
    sans_reponse: int
    a_payer: int
    ecartes: int
    fixes: int
    reponses_en_retard: int
    paiements_en_retard: int
    liaison: Liaison | None

    @property
    def injoignable_depuis(self) -> datetime | None:
        return self.liaison.injoignable_depuis if self.liaison else None

    @property
    def en_retard(self) -> bool:
        return bool(self.reponses_en_retard or self.paiements_en_retard)

    @property
    def rien_a_voir(self) -> bool:
        return not (self.a_corriger or self.ecartes or self.en_retard or self.injoignable_depuis)

    def donnees(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return {
            **{nom: valeur for nom, valeur in vars(self).items() if nom != "liaison"},
            "injoignable_depuis": self.injoignable_depuis,
            "raison": self.liaison.raison if self.liaison else "",
            "prochain_essai_le": self.liaison.prochain_essai_le if self.liaison else None,
        }


def attentes(*, structure: Structure, le: date) -> Attentes:
    """Counts for a structure on the day `le`, in its perimeter. Four queries."""
    tard = timezone.now() - timedelta(days=settings.ASP_RETARD_JOURS)
    dus = Q(etat=EtatLigne.ACCEPTEE, montant__isnull=False)
    lignes = Ligne.objects.filter(structure=structure).aggregate(
        a_corriger=Count("pk", filter=Q(etat=EtatLigne.REJETEE, corrigee_le__isnull=True)),
        sans_reponse=Count("pk", filter=Q(etat=EtatLigne.ENVOYEE)),
        a_payer=Count("pk", filter=dus),
        paiements_en_retard=Count("pk", filter=dus & Q(mois__lte=mois_plus(debut_du_mois(le), -MOIS_AVANT_RETARD))),
    )
    envois = Envoi.objects.filter(structure=structure).aggregate(
        fixes=Count("pk", filter=Q(etat=EtatEnvoi.FIXE)),
        reponses_en_retard=Count("pk", filter=Q(etat=EtatEnvoi.DEPOSE, depose_le__lt=tard)),
    )
    ecartes = Retour.objects.filter(structure=structure, etat=EtatRetour.ECARTE, classe_le__isnull=True).count()
    liaison = Liaison.objects.filter(structure=structure).first()
    return Attentes(**lignes, **envois, ecartes=ecartes, liaison=liaison)
