"""The batch of a month: chosen at once, taken some hundreds at a time, resumed where it stopped, nothing twice.

Each transaction takes whole decisions: killed, the batch goes on from the lines that still wait. Two workers share
them (`skip_locked`); two batches on the same month meet on the locked dossier, and the second is told that it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import Pouvoir, aujourd_hui
from imilo.journal.services import consigner, consigner_ensemble
from imilo.parcours.allocations import calcul
from imilo.parcours.allocations.models import DecisionAllocation, EtatLigne, LigneLotAllocations, LotAllocations
from imilo.parcours.allocations.selectors import reglage
from imilo.parcours.allocations.services.commun import pouvoir_ou_refus, prendre, trop_percu
from imilo.parcours.allocations.services.decision import genre_du_fait
from imilo.parcours.allocations.services.ecriture import ecrire_les_prises
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import PERIMEE
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.socle.perimetre import perimetre

PAR_TRANSACTION = 250
# What the contract keeps and the allowance doesn't read: some tens of kilobytes each.
LOURDS = tuple(
    f"contrat__{champ}"
    for champ in ("duree", "heures", "eligibilite", "forfait", "contenu", "objectifs", "engagements_jeune")
)
HORLOGES = tuple(
    f"{lie}{champ}"
    for lie in ("", "declaration__", "contrat__", "dossier__", "dossier__jeune__")
    for champ in ("cree_le", "modifie_le")
)
TACHE, TACHE_COURRIERS = "allocations_lot", "allocations_courriers"
RIEN = "Choisissez au moins une décision à prendre."


@transaction.atomic
def creer_lot(
    agent: Agent, *, structure: Structure, mois: date, choisies: Mapping[int, int], en_file: bool = True
) -> LotAllocations:
    """Choose decisions of a month (key to the version that was looked at), to be taken by the worker.

    Fact `allocations.lot`. `en_file=False`: the caller runs `traiter_lot` itself. Raises `NonHabilite`, `RegleViolee`.
    """
    pouvoir_ou_refus(agent, structure, aujourd_hui(structure))
    decisions = DecisionAllocation.objects.filter(structure=structure, mois=mois, pk__in=choisies)
    trouvees = list(decisions.order_by("pk").values_list("pk", "dossier_id"))
    if not trouvees:
        raise RegleViolee(RIEN)
    lot = LotAllocations.objects.create(structure=structure, agent=agent, mois=mois)
    LigneLotAllocations.objects.bulk_create(
        (
            LigneLotAllocations(lot=lot, decision_id=cle, dossier_id=dossier_id, structure=structure, vue=choisies[cle])
            for cle, dossier_id in trouvees
        ),
        batch_size=2000,
    )
    consigner(agent, "allocations.lot", lot, mois=f"{mois:%Y-%m}", nombre=len(trouvees))
    if en_file:
        from procrastinate.contrib.django import app

        app.configure_task(TACHE).defer(lot_id=lot.pk, structure_id=structure.pk)
    return lot


def traiter_lot(
    lot_id: int, structure_id: int, *, avancer: Callable[[int], None] | None = None
) -> LotAllocations | None:
    """Take the decisions of a batch that wait still, then ask for their letters. None: no such batch.

    Started again after a stop, it goes on where it was. `avancer` receives how many lines were just done.
    """
    with perimetre(structure_id):
        lot = LotAllocations.objects.select_related("structure", "agent").filter(pk=lot_id).first()
    if lot is None or lot.fini_le is not None:
        return lot
    while True:
        with perimetre(structure_id, agent_id=lot.agent_id):
            faites = _un_paquet(lot)
        if not faites:
            break
        if avancer:
            avancer(faites)
    with perimetre(structure_id):
        _finir(lot)
    return lot


def _finir(lot: LotAllocations) -> None:
    """Close the batch, unless another worker still holds some of its lines."""
    from procrastinate.contrib.django import app

    if LigneLotAllocations.objects.filter(lot=lot, etat=EtatLigne.A_FAIRE).exists():
        return
    lot.fini_le = timezone.now()
    if LotAllocations.objects.filter(pk=lot.pk, fini_le__isnull=True).update(fini_le=lot.fini_le):
        app.configure_task(TACHE_COURRIERS).defer(structure_id=lot.structure_id)


def _un_paquet(lot: LotAllocations) -> int:
    """Take up to `PAR_TRANSACTION` decisions in the caller's transaction; how many lines were done."""
    lignes = list(
        LigneLotAllocations.objects.select_for_update(of=("self",), skip_locked=True)
        .filter(lot=lot, etat=EtatLigne.A_FAIRE)
        .order_by("dossier_id", "pk")[:PAR_TRANSACTION]
    )
    if not lignes:
        return 0
    le = aujourd_hui(lot.structure)
    try:
        pouvoir = pouvoir_ou_refus(lot.agent, lot.structure, le)
    except NonHabilite as refus:  # withdrawn since the batch was made
        for ligne in lignes:
            ligne.etat, ligne.refus = EtatLigne.REFUSEE, str(refus)
    else:
        _prendre_les_decisions(lignes, lot, pouvoir, le)
    faites = [ligne.pk for ligne in lignes if ligne.etat == EtatLigne.FAITE]
    LigneLotAllocations.objects.filter(pk__in=faites).update(etat=EtatLigne.FAITE)
    LigneLotAllocations.objects.bulk_update([x for x in lignes if x.etat == EtatLigne.REFUSEE], ["etat", "refus"])
    return len(lignes)


def _lire(lignes: Sequence[LigneLotAllocations]) -> dict[int, DecisionAllocation]:
    """The decisions of these lines, with all that the law asks; their dossiers are locked, in one order."""
    cles = sorted({ligne.dossier_id for ligne in lignes})
    list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=cles).order_by("pk").values_list("pk"))
    decisions = (
        DecisionAllocation.objects.select_for_update(of=("self",))
        .filter(pk__in=[ligne.decision_id for ligne in lignes])
        .select_related("declaration", "contrat", "dossier__jeune", "dossier__adresse_commune")
        .prefetch_related("declaration__ressources")
        .defer(
            "droit",
            "calcul",
            "pieces",
            "dossier__jeune__nir",
            "dossier__piece_numero",
            *LOURDS,
            *HORLOGES,
        )
        .order_by("pk")
    )
    return {d.pk: d for d in decisions}


def _prendre_les_decisions(
    lignes: Sequence[LigneLotAllocations], lot: LotAllocations, pouvoir: Pouvoir, le: date
) -> None:
    """Decide each line that may be, say why for the others; write all that was decided at once."""
    decisions = _lire(lignes)
    contextes = calcul.contextes({d.contrat_id for d in decisions.values()})
    deux_regards = reglage(structure=lot.structure).deux_regards
    prises, exces = [], []
    for ligne in lignes:
        decision = decisions.get(ligne.decision_id)
        try:
            if decision is None:
                raise RegleViolee("Cette décision n'existe plus.")
            if not decision.prise and decision.version != ligne.vue:
                raise RegleViolee(PERIMEE)
            decision.dossier.structure = lot.structure
            decision.contrat.dossier = decision.dossier
            contexte = contextes[decision.contrat_id]
            reponse = prendre(decision, pouvoir=pouvoir, le=le, contexte=contexte, deux_regards=deux_regards)
        except RegleViolee as refus:
            ligne.etat, ligne.refus = EtatLigne.REFUSEE, str(refus)[:300]
            continue
        ligne.etat = EtatLigne.FAITE
        prises.append(decision)
        if trop := trop_percu(decision, reponse):
            exces.append(trop)
    ecrire_les_prises(prises, exces)
    if prises:
        faits = [(genre_du_fait(d), d) for d in prises]
        consigner_ensemble(lot.agent, faits, mois=[d.code_mois for d in prises], lot=lot.pk)
