"""What happens around the decisions of allowances: corrections and their claims, documents that are missing, a month
declared on a telephone, and nobody's word for another one."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import F

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.sanctions import AVANT, notee_en_retard, sanctionnable
from imilo.config.demonstration.territoire import Territoire
from imilo.droit.delais import debut_du_mois, mois_plus
from imilo.parcours.allocations.models import (
    DECIDES,
    CauseTropPercu,
    DecisionAllocation,
    Declaration,
    EtatDecision,
    Reglement,
    Sens,
    TropPercu,
)
from imilo.parcours.allocations.rappels import GENRE, mois_a_declarer
from imilo.parcours.allocations.services import (
    CorrectionSaisie,
    PiecesSaisies,
    RessourceSaisie,
    SituationDuMois,
    corriger_le_mois,
    creer_lot,
    decider_allocation,
    decider_conservatoire,
    declarer_par_le_jeune,
    demander_pieces,
    faire_les_courriers,
    recalculer_le_mois,
    regler,
    regler_trop_percu,
    traiter_lot,
)
from imilo.parcours.allocations.services.pacea import DemandePacea, decider_pacea, preparer_pacea
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.liens.services import Contact, envoyer_lien
from imilo.socle.perimetre import perimetre

TROP, MOINS = Decimal("1142.80"), Decimal("55.00")
CHAMPS = ("logement", "foyer_fiscal", "soutien_parental", "autonomie_fiscale", "rsa", "prime_activite", "suspensif")


def allocations(equipe: dict[str, Agent], territoires: dict[str, Territoire], *, jour: date) -> None:
    """The day before, in both structures; what is corrected was decided two months ago or more."""
    for departement, *noms in (
        (TOURS, "camille.larivaud", "nora.vauquelint", "helene.montbrizac"),
        (REUNION, "marie.payetal", "ludovic.grondalin", "ludovic.grondalin"),
    ):
        conseillere, decideuse, direction = (equipe[nom] for nom in noms)
        structure = territoires[departement].structure
        soir = datetime.combine(jour - timedelta(days=1), time(18), tzinfo=structure.zone)
        with a_l_instant(soir), perimetre(structure.pk):
            regler(direction, structure=structure, deux_regards=False, jour_limite=10, rappels=True)
            _corrections(_anciennes(structure, jour), conseillere, decideuse)
        if departement == TOURS:
            _retenue(structure, conseillere, decideuse, direction, jour=jour)
        with a_l_instant(soir), perimetre(structure.pk):
            _pieces(conseillere, decideuse, jour)
            _declaree_par_le_jeune(conseillere, jour)
            _pacea(conseillere, decideuse, jour)


def _anciennes(structure: Structure, jour: date) -> list[DecisionAllocation]:
    """Granted and notified for a month before the last one, of contracts that run, never corrected."""
    decisions = DecisionAllocation.objects.filter(
        structure=structure,
        etat=EtatDecision.NOTIFIEE,
        sens=Sens.ACCORD,
        rang=1,
        corrigee_par__isnull=True,
        mois__lt=mois_plus(debut_du_mois(jour), -1),
        contrat__etat=Etat.SIGNE,
    )
    lies = ("declaration", "contrat__dossier__jeune", "contrat__dossier__structure")
    return list(decisions.select_related(*lies).order_by("mois", "pk"))


def _corrections(anciennes: list[DecisionAllocation], conseillere: Agent, gestionnaire: Agent) -> None:
    """A fraud withheld, another to settle, a resource known too late claimed too, one that was counted in excess."""
    sans_rien = [d for d in anciennes if d.montant == d.forfait]
    avec = [d for d in anciennes if d.montant < d.forfait]
    cachees = _un_par_contrat(sans_rien or avec)  # whatever the months of the smaller structure were
    histoires = (
        (CauseTropPercu.FRAUDE, "Un salaire d'intérim n'avait pas été déclaré.", TROP, Reglement.RETENU),
        (CauseTropPercu.FRAUDE, "Des heures de ménage payées n'avaient pas été déclarées.", TROP, None),
        (CauseTropPercu.RESSOURCE, "La fiche de paie est arrivée après la décision.", TROP, None),
    )
    for decision, (cause, raison, montant, reglement) in zip(cachees, histoires, strict=False):
        seconde = _preparer(decision, conseillere, CorrectionSaisie(cause, raison), montant)
        decider = _decider if sans_rien and avec else _decider_en_lot  # each structure shows a batch
        decider(gestionnaire, seconde)
        trop = TropPercu.objects.filter(decision__corrige=decision).first()
        if trop is not None and reglement is not None:
            le = trop.decision.decidee_le
            assert le is not None
            regler_trop_percu(gestionnaire, trop, version=trop.version, reglement=reglement, regle_le=le)
    for decision in _un_par_contrat(avec)[:1] if sans_rien else ():
        saisie = CorrectionSaisie(CauseTropPercu.ERREUR, "Nous avions compté deux fois le même salaire.")
        _decider_en_lot(gestionnaire, _preparer(decision, conseillere, saisie, MOINS))


def _retenue(structure: Structure, conseillere: Agent, gestionnaire: Agent, direction: Agent, *, jour: date) -> None:
    """The last month of somebody was decided before a sanction of it was known to be received: put right since.

    It was paid whole: what the suspension withholds is claimed back.
    """
    soir = datetime.combine(jour - timedelta(days=1), time(18), tzinfo=structure.zone)
    with perimetre(structure.pk):
        decidees = DecisionAllocation.objects.filter(
            structure=structure,
            etat__in=DECIDES,
            sens=Sens.ACCORD,
            rang=1,
            corrigee_par__isnull=True,
            montant__gt=0,
            contrat__etat=Etat.SIGNE,
            contrat__signe_le__lte=F("mois") - timedelta(days=AVANT),
        ).select_related("contrat__dossier__jeune", "contrat__dossier__structure", "contrat__dossier__referent")
        possibles = (d for d in decidees.order_by("-mois", "pk") if sanctionnable(d.contrat.dossier, mois=d.mois))
        decision = next(possibles)
        notee_en_retard(structure, direction, decision.contrat.dossier, mois=decision.mois, jour=jour)
        with a_l_instant(soir):
            decision.dossier = decision.contrat.dossier
            _decider(gestionnaire, recalculer_le_mois(conseillere, decision))


def _decider(gestionnaire: Agent, decision: DecisionAllocation) -> None:
    decider_allocation(gestionnaire, decision, version=decision.version)


def _decider_en_lot(gestionnaire: Agent, decision: DecisionAllocation) -> None:
    structure, choisies = decision.structure, {decision.pk: decision.version}
    lot = creer_lot(gestionnaire, structure=structure, mois=decision.mois, choisies=choisies, en_file=False)
    traiter_lot(lot.pk, structure.pk)
    faire_les_courriers(structure.pk)


def _un_par_contrat(decisions: list[DecisionAllocation]) -> list[DecisionAllocation]:
    return list({d.contrat_id: d for d in reversed(decisions)}.values())


def _situation(declaration: Declaration) -> SituationDuMois:
    return SituationDuMois(**{champ: getattr(declaration, champ) for champ in CHAMPS})


def _preparer(
    decision: DecisionAllocation, par: Agent, saisie: CorrectionSaisie, salaire: Decimal
) -> DecisionAllocation:
    return corriger_le_mois(
        par,
        decision.contrat,
        mois=decision.mois,
        correction=saisie,
        situation=_situation(decision.declaration),
        ressources=[RessourceSaisie("salaire", salaire)],
        corrige=decision.pk,
    )


def _a_declarer(jour: date) -> list[ContratEngagement]:
    contrats = (
        ContratEngagement.objects.filter(cadre=Cadre.CEJ, etat=Etat.SIGNE, fin_prevue__gte=jour)
        .select_related("dossier__jeune", "dossier__structure", "referent")
        .order_by("pk")
    )
    return [c for c in contrats if mois_a_declarer(c, le=jour)]


def _pieces(conseillere: Agent, gestionnaire: Agent, jour: date) -> None:
    """Two files lack a document; one of them is paid provisionally."""
    attendent = (
        DecisionAllocation.objects.filter(etat=EtatDecision.PREPAREE, contrat__etat=Etat.SIGNE)
        .select_related("contrat__dossier__structure")
        .order_by("pk")
    )
    manques = (
        (PiecesSaisies("Avis d'imposition des parents", eligibilite_demontree=True), True),
        (PiecesSaisies("Attestation d'hébergement"), False),
    )
    for decision, (saisies, paye) in zip(_un_par_contrat(list(attendent)), manques, strict=False):
        pieces = demander_pieces(conseillere, decision.contrat, saisies=saisies, version=None)
        if paye:
            decider_conservatoire(gestionnaire, pieces, version=pieces.version)


def _declaree_par_le_jeune(conseillere: Agent, jour: date) -> None:
    """One of those who haven't declared did it from a link; the others are still awaited."""
    for contrat in _a_declarer(jour)[:1]:
        (mois, *_) = mois_a_declarer(contrat, le=jour)
        contact = Contact("sms", contrat.dossier.telephone or "+33639980001")
        lien = envoyer_lien(conseillere, contrat.dossier, genre=GENRE, objet_id=contrat.pk, contact=contact)
        declarer_par_le_jeune(
            contrat,
            mois=mois,
            situation=SituationDuMois(
                logement=contrat.logement, foyer_fiscal=contrat.foyer_fiscal, soutien_parental=contrat.soutien_parental
            ),
            ressources=[RessourceSaisie("salaire", Decimal("312.40"))],
            version=None,
            depose_par=contrat.referent,
            acteur=lien.acteur,
        )


def _pacea(conseillere: Agent, gestionnaire: Agent, jour: date) -> None:
    """For each PACEA that runs, a request: the first one granted, the others to decide. One for a CEJ is refused."""
    mois = mois_plus(debut_du_mois(jour), -1)
    besoin = "Transport et repas pendant le stage, sans autre ressource."
    contrats = ContratEngagement.objects.filter(etat=Etat.SIGNE, fin_prevue__gte=jour, signe_le__lt=debut_du_mois(jour))
    contrats = contrats.select_related("dossier__structure").order_by("pk")
    for rang, contrat in enumerate(contrats.filter(cadre=Cadre.PACEA)):
        demande = DemandePacea(max(debut_du_mois(contrat.debut), mois), Decimal("180.00"), besoin)
        allocation = preparer_pacea(conseillere, contrat.dossier, demande=demande)
        if rang == 0:
            decider_pacea(gestionnaire, allocation, version=allocation.version, accorder=True)
    for contrat in contrats.filter(cadre=Cadre.CEJ)[:1]:
        demande = DemandePacea(max(debut_du_mois(contrat.debut), mois), Decimal("90.00"), besoin)
        allocation = preparer_pacea(conseillere, contrat.dossier, demande=demande)
        raison = "Votre contrat d'engagement jeune a sa propre allocation."
        decider_pacea(gestionnaire, allocation, version=allocation.version, accorder=False, raison=raison)
