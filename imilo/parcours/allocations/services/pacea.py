"""The one-off allowance of the PACEA: asked for a month, decided one by one, under the ceilings of D. 5131-9."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.acteurs.selectors import aujourd_hui
from imilo.droit import pacea as droit_pacea
from imilo.droit.comptes import total
from imilo.droit.decision import Decision, depuis_json, vers_json
from imilo.droit.erreurs import FaitInvalide, HorsPeriode
from imilo.droit.faits import montant
from imilo.droit.montants import ZERO, Montant
from imilo.journal.services import consigner
from imilo.parcours.allocations import pdf_pacea, selectors_pacea
from imilo.parcours.allocations.models import AllocationPacea, EtatPacea
from imilo.parcours.allocations.selectors import reglage
from imilo.parcours.allocations.services.commun import CHAMPS, DEUX_REGARDS, pouvoir_ou_refus
from imilo.parcours.dossiers.documents import PDF, enregistrer_document
from imilo.parcours.dossiers.models import Dossier, GenreDocument
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.sanctions.effets import retenir
from imilo.parcours.sanctions.selectors import retenues
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

MAYOTTE = "976"
VERROU = "allocation du PACEA"
RETENUE_CHANGEE = (
    "Ce qu'une sanction retient de ce mois a changé depuis la demande : abandonnez-la, puis demandez de nouveau."
)


@dataclass(frozen=True)
class DemandePacea:
    """What is asked: a month (its first day), a sum in euros, why, and the sums received in that month.

    `sommes`: (kind, euros), kinds of `imilo.droit.pacea.NatureSomme`. `suspendue`: a decision suspends it that month.
    """

    mois: date
    montant: Decimal
    besoin: str
    sommes: tuple[tuple[str, Decimal], ...] = ()
    suspendue: bool = False


def _verrouiller(dossier: Dossier) -> Dossier:
    """The dossier, locked, and the person with it: two structures can't pass the ceiling together."""
    verrouille = (
        Dossier.objects.select_for_update(of=("self",))
        .select_related("jeune", "structure", "adresse_commune")
        .get(pk=dossier.pk)
    )
    with connection.cursor() as curseur:
        curseur.execute(
            "SELECT pg_advisory_xact_lock(hashtext(%s), (%s %% 2147483647)::int)", [VERROU, verrouille.jeune_id]
        )
    return verrouille


@dataclass(frozen=True)
class ReponsePacea:
    """The decision of the law on a request, and what each sanction of the month leaves of the amount, in order."""

    droit: Decision[Any]
    effets: tuple[Decision[Any], ...]

    @property
    def retenu(self) -> Montant:
        return total(effet.resultat["retenu_total"] for effet in self.effets)

    def appliquer(self, allocation: AllocationPacea) -> None:
        """Write the answer on the row."""
        allocation.droit, allocation.retenu = vers_json(self.droit), self.retenu
        allocation.effets = [vers_json(effet) for effet in self.effets]


def _demander(dossier: Dossier, demande: DemandePacea, *, le: date, sauf: int | None) -> ReponsePacea:
    """Ask the law, with what was granted in the whole country. Raises `RegleViolee` at the field."""
    try:
        somme = montant("montant", demande.montant)
        # L. 5412-1 I: a sanction is on the allowance of the person, whoever pronounced it.
        mesures = retenues(jeunes=[dossier.jeune_id])[dossier.jeune_id]
        effets = retenir(mesures, mois=demande.mois, montant=somme, le=le)
        reste = effets[-1].resultat["mois"][0]["du"] if effets else somme
        suspendue = demande.suspendue or reste == ZERO
        faits = _faits(dossier, replace(demande, suspendue=suspendue), sauf=sauf)
        faits = replace(faits, suspendue_en_partie=not suspendue and reste < somme)
        return ReponsePacea(appliquer(droit_pacea.allocation, faits, le), tuple(effets))
    except FaitInvalide as erreur:
        raise RegleViolee(erreur.message, erreur.champ) from erreur
    except HorsPeriode as erreur:
        raise RegleViolee(str(erreur), "mois") from erreur


def _faits(dossier: Dossier, demande: DemandePacea, *, sauf: int | None) -> droit_pacea.FaitsAllocation:
    jeune, commune = dossier.jeune, dossier.adresse_commune
    departement = commune.departement_id if commune else dossier.structure.code_departement
    contrat, accompagnement = selectors_pacea.accompagnement(dossier=dossier, mois=demande.mois)
    return droit_pacea.FaitsAllocation(
        date_naissance=jeune.naissance,
        precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
        mois=f"{demande.mois:%Y-%m}",
        montant=demande.montant,
        accompagnement=accompagnement,
        besoin_constate=bool(demande.besoin.strip()),
        sommes=tuple(droit_pacea.SommePercue(nature, recu) for nature, recu in demande.sommes),  # type: ignore[arg-type]  # checked by the fact itself
        versements=selectors_pacea.versements(jeune_id=dossier.jeune_id, sauf=sauf),
        suspendue=demande.suspendue,
        inscrite_au_contrat=contrat is not None and contrat.allocation_maximum is not None,
        mayotte=departement == MAYOTTE,
    )


@transaction.atomic
def preparer_pacea(agent: Agent, dossier: Dossier, *, demande: DemandePacea) -> AllocationPacea:
    """Ask for an allowance: the law says up to what it may be granted. Fact `allocation_pacea.preparee`.

    Raises `RegleViolee` at the field; what the law refuses is kept all the same, to be refused with its reasons.
    """
    dossier = _verrouiller(dossier)
    le = aujourd_hui(dossier.structure)
    if demande.mois > le:
        raise RegleViolee("Ce mois n'a pas commencé.", "mois")
    if not demande.besoin.strip():
        raise RegleViolee("Décrivez la situation et le besoin : la décision s'appuie sur eux (R. 5131-8).", "besoin")
    reponse = _demander(dossier, demande, le=le, sauf=None)
    contrat, _ = selectors_pacea.accompagnement(dossier=dossier, mois=demande.mois)
    allocation = AllocationPacea(
        dossier=dossier,
        structure=dossier.structure,
        contrat=contrat,
        mois=demande.mois,
        montant=montant("montant", demande.montant),
        besoin=demande.besoin.strip(),
        preparee_par=agent,
    )
    reponse.appliquer(allocation)
    enregistrer(allocation, champs={**CHAMPS, "allocation_pacea_montant": "montant"}, premier=True)
    consigner(agent, "allocation_pacea.preparee", allocation, mois=allocation.code_mois)
    return allocation


def _relire(allocation: AllocationPacea, version: int) -> AllocationPacea:
    dossier = _verrouiller(allocation.dossier)
    stockee = reprendre(allocation, version=version)
    stockee.dossier = dossier
    if stockee.etat != EtatPacea.PREPAREE:
        raise RegleViolee("Cette demande n'attend plus de décision.")
    return stockee


def _de_la_demande(allocation: AllocationPacea) -> DemandePacea:
    """What was asked. A suspension noted by hand is told from that of a sanction: then the whole amount is withheld."""
    faits = depuis_json(allocation.droit).faits
    return DemandePacea(
        mois=allocation.mois,
        montant=allocation.montant,
        besoin=allocation.besoin,
        sommes=tuple((s.nature, s.montant) for s in faits.sommes or ()),
        suspendue=bool(faits.suspendue) and allocation.a_verser > ZERO,
    )


@transaction.atomic
def decider_pacea(
    agent: Agent, allocation: AllocationPacea, *, version: int, accorder: bool, raison: str = ""
) -> AllocationPacea:
    """Grant or refuse, in the State's name, and write the letter. Fact `allocation_pacea.accordee` or `.refusee`.

    The law is asked again, with what was granted elsewhere meanwhile: above a ceiling nothing is granted; nor when a
    sanction no longer leaves what was shown. Raises `NonHabilite`, `RegleViolee`, `VersionPerimee`.
    """
    stockee = _relire(allocation, version)
    structure = stockee.dossier.structure
    le = aujourd_hui(structure)
    pouvoir = pouvoir_ou_refus(agent, structure, le)
    if stockee.preparee_par_id == agent.pk and reglage(structure=structure).deux_regards:
        raise RegleViolee(DEUX_REGARDS)
    reponse = _demander(stockee.dossier, _de_la_demande(stockee), le=le, sauf=stockee.pk)
    if accorder and reponse.droit.resultat["montant_accordable"] is not True:
        contre = [m.phrase for m in reponse.droit.motifs if m.satisfait is not True]
        raise RegleViolee(" ".join(["Cette somme ne peut pas être accordée.", *contre]))
    if accorder and reponse.retenu != stockee.retenu:
        raise RegleViolee(RETENUE_CHANGEE)
    if not accorder and not raison.strip():
        raise RegleViolee("Dites pourquoi l'allocation est refusée : la personne le lira.", "raison")
    # The PACEA may have been signed since the request was made.
    stockee.contrat, _ = selectors_pacea.accompagnement(dossier=stockee.dossier, mois=stockee.mois)
    reponse.appliquer(stockee)
    stockee.etat = EtatPacea.ACCORDEE if accorder else EtatPacea.REFUSEE
    stockee.decidee_le, stockee.decidee_par, stockee.pouvoir = le, agent, pouvoir.mention
    stockee.raison = "" if accorder else raison.strip()
    stockee.document = enregistrer_document(
        agent,
        dossier=stockee.dossier,
        genre=GenreDocument.NOTIFICATION,
        titre=pdf_pacea.objet(stockee),
        contenu=pdf_pacea.courrier(stockee, a=timezone.now()),
        type_mime=PDF,
    )
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    genre = "allocation_pacea.accordee" if accorder else "allocation_pacea.refusee"
    consigner(agent, genre, stockee, mois=stockee.code_mois)
    return stockee


@transaction.atomic
def abandonner_pacea(agent: Agent, allocation: AllocationPacea, *, version: int) -> AllocationPacea:
    """Drop a request that nobody decided. Fact `allocation_pacea.abandonnee`. Raises `RegleViolee`."""
    stockee = _relire(allocation, version)
    stockee.etat = EtatPacea.ABANDONNEE
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "allocation_pacea.abandonnee", stockee, mois=stockee.code_mois)
    return stockee


@transaction.atomic
def notifier_pacea(
    agent: Agent, allocation: AllocationPacea, *, version: int, notifiee_le: date, moyen: str
) -> AllocationPacea:
    """Record the day the letter was received. Fact `allocation_pacea.notifiee`. Raises `RegleViolee`."""
    stockee = reprendre(allocation, version=version)
    if not stockee.prise or stockee.notifiee_le is not None:
        raise RegleViolee("Seule une décision prise, pas encore notifiée, peut l'être.")
    assert stockee.decidee_le is not None
    if notifiee_le > aujourd_hui(stockee.structure):
        raise RegleViolee("Une notification ne se note pas d'avance.", "notifiee_le")
    if notifiee_le < stockee.decidee_le:
        raise RegleViolee("La notification ne peut pas précéder la décision.", "notifiee_le")
    if moyen not in dict(codes(Liste.NOTIFICATION, notifiee_le)):
        raise RegleViolee("Choisissez un moyen de la liste.", "moyen")
    stockee.notifiee_le, stockee.notification_moyen = notifiee_le, moyen
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "allocation_pacea.notifiee", stockee, mois=stockee.code_mois, moyen=moyen.lower())
    return stockee
