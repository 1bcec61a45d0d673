"""What a signature brings: the deadlines that start to run, and the contract that gives way."""

from __future__ import annotations

from datetime import date, timedelta

from imilo.acteurs.models import Agent
from imilo.droit import delais, pacea
from imilo.droit.contrat_engagement import (
    FaitsActualisation,
    FaitsOffreRaisonnable,
    ResultatActualisation,
    ResultatOffreRaisonnable,
    actualisation,
    offre_raisonnable,
)
from imilo.droit.contrat_engagement.mentions import ProjetSalarie
from imilo.droit.decision import Decision, vers_json
from imilo.droit.erreurs import HorsPeriode
from imilo.journal.services import consigner
from imilo.parcours.contrats.etats import Cadre, Etat
from imilo.parcours.contrats.models import ContratEngagement, Projet
from imilo.parcours.contrats.services.cadres import duree_du_pacea
from imilo.parcours.contrats.services.commun import CHAMPS
from imilo.parcours.dossiers.services.enregistrement import enregistrer
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lois import appliquer

AUTRE_PARCOURS = "AUTRE_PARCOURS"
ELEMENTS = {"offre_emplois": "emplois", "offre_zone": "zone"}


def elements_de_l_offre(contrat: ContratEngagement) -> tuple[str, ...]:
    """What the contract defines of the reasonable offer (L. 5411-6-1 I)."""
    dits = [nom for champ, nom in ELEMENTS.items() if getattr(contrat, champ).strip()]
    return (*dits, "salaire") if contrat.offre_salaire is not None else tuple(dits)


def offre(contrat: ContratEngagement, *, le: date) -> Decision[ResultatOffreRaisonnable]:
    """What the law says on that day of the reasonable offer of a signed contract (R. 5411-15-1)."""
    assert contrat.signe_le is not None
    orientation = contrat.orientation
    projet: ProjetSalarie | None = contrat.projet or None  # type: ignore[assignment]  # its choices are the law's
    faits = FaitsOffreRaisonnable(
        signe_le=contrat.signe_le,
        insertion_sociale=orientation.insertion_sociale if orientation else None,
        projet_salarie=projet,
        elements=elements_de_l_offre(contrat),  # type: ignore[arg-type]  # names of the rule
    )
    return appliquer(offre_raisonnable, faits, le)


def revision(contrat: ContratEngagement, *, le: date, actualise_le: date | None) -> Decision[ResultatActualisation]:
    """What the law says of the update of a signed contract on that day (R. 5411-14, L. 5411-6-1)."""
    assert contrat.signe_le is not None
    etabli = contrat.projet_etabli_le
    # A project settled before the contract was signed, or updated, is in it already.
    nouveau = etabli if etabli and etabli > (actualise_le or contrat.signe_le) else None
    faits = FaitsActualisation(
        signe_le=contrat.signe_le,
        periodicite=contrat.periodicite,
        actualise_le=actualise_le,
        projet_etabli_le=nouveau,
        insertion_sociale=contrat.orientation.insertion_sociale if contrat.orientation else None,
        change_d_organisme=False,
        # Ours is prepared together, signed by both, and holds the commitment to be sincere.
        formes=("elaboration_commune", "signature_personne", "signature_organisme", "sincerite")
        if actualise_le
        else None,
    )
    return appliquer(actualisation, faits, le)


def _limite_de_l_offre(contrat: ContratEngagement, *, le: date) -> delais.Echeance | None:
    """None before the text that sets the six months was in force."""
    try:
        return offre(contrat, le=le).resultat["limite"]
    except HorsPeriode:
        return None


def fixer_echeances(contrat: ContratEngagement, *, actualise_le: date | None = None) -> None:
    """Write the deadlines that run from the signature, as the law gives them; the row isn't saved here."""
    assert contrat.signe_le is not None
    le = actualise_le or contrat.signe_le
    contrat.actualiser_avant_le = revision(contrat, le=le, actualise_le=actualise_le).resultat["prochaine_le"]
    definie = contrat.projet == Projet.NON or len(elements_de_l_offre(contrat)) == len(ELEMENTS) + 1
    contrat.offre_avant_le = None if definie else _limite_de_l_offre(contrat, le=le)
    if contrat.cadre == Cadre.PACEA:
        phases = list(contrat.phases.all())
        decision = duree_du_pacea(signe_le=contrat.signe_le, phases=phases, fin=contrat.fin_prevue, le=le)
        limite = decision.resultat["premiere_phase_limite"]
        if phases and phases[0].debut > limite:
            raise RegleViolee(
                f"La première phase doit commencer au plus tard le {limite:%d/%m/%Y} (R. 5131-12) : corrigez-la."
            )
        contrat.duree, contrat.premiere_phase_limite = vers_json(decision), limite


def clore_le_precedent(agent: Agent, contrat: ContratEngagement) -> ContratEngagement | None:
    """End the common contract or the PACEA of this dossier that the new one follows. Fact `contrat.rompu`.

    A PACEA ends on the eve of the CEJ (R. 5131-13), the common contract likewise. Raises `RegleViolee` when the new
    one would follow a CEJ that runs, which gives way to nothing.
    """
    courants = ContratEngagement.objects.select_for_update().filter(dossier=contrat.dossier, etat=Etat.SIGNE)
    precedent = None
    for ancien in courants.exclude(pk=contrat.pk).filter(fin_prevue__gte=contrat.debut):
        if ancien.cadre == Cadre.CEJ and contrat.cadre != Cadre.CEJ:
            raise RegleViolee(f"Un CEJ court jusqu'au {ancien.fin_prevue:%d/%m/%Y} : enregistrez d'abord sa fin.")
        if ancien.cadre == contrat.cadre:
            continue  # the database says it, with its own words
        ancien.fin_le = max(ancien.debut, _dernier_jour(ancien, contrat))
        ancien.etat = Etat.TERMINE if ancien.fin_le == ancien.fin_prevue else Etat.ROMPU
        ancien.fin_motif, ancien.termine_par = AUTRE_PARCOURS, agent
        ancien.fin_precision = f"Suivi d'un autre contrat ({contrat.reference})."
        ancien.version += 1
        enregistrer(ancien, champs=CHAMPS)
        consigner(agent, "contrat.rompu", ancien, motif=AUTRE_PARCOURS.lower(), suivi=contrat.pk)
        precedent = ancien
    return precedent


def _dernier_jour(ancien: ContratEngagement, nouveau: ContratEngagement) -> date:
    """The last day of the one that gives way; a PACEA keeps the decision that says it (R. 5131-13)."""
    assert nouveau.signe_le is not None
    assert ancien.signe_le is not None
    if ancien.cadre == Cadre.PACEA and nouveau.cadre == Cadre.CEJ and nouveau.debut > ancien.debut:
        jeune = ancien.dossier.jeune
        faits = pacea.FaitsFin(
            date_naissance=jeune.naissance,
            precision_naissance=jeune.naissance_precision,  # type: ignore[arg-type]  # its choices are the law's
            signe_le=ancien.signe_le,
            fin_prevue=ancien.fin_prevue,
            cej_signe_le=nouveau.debut,
        )
        fin = appliquer(pacea.fin, faits, nouveau.debut)
        dernier = fin.resultat["dernier_jour"]
        if dernier is not None:
            ancien.decision_fin = vers_json(fin)
            return dernier
    veille: date = nouveau.debut - timedelta(days=1)
    prevue: date = ancien.fin_prevue
    return min(veille, prevue)
