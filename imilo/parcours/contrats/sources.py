"""What contracts tell the dossier and *Ma journée*: timeline, alerts, deadlines, block."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.droit import francais
from imilo.droit.erreurs import FaitInvalide
from imilo.parcours.contrats import selectors
from imilo.parcours.contrats.colonne import COLONNE, FILTRE, echeances_du_contrat
from imilo.parcours.contrats.echeancier import PREAVIS, Dossiers, EcheanceContrat, GenreEcheance, echeancier
from imilo.parcours.contrats.eligibilite import decider, reponses_connues, reponses_de
from imilo.parcours.contrats.etats import SANS_SUITE, Cadre, Etat
from imilo.parcours.contrats.gestes import Geste, gestes
from imilo.parcours.contrats.models import (
    Actualisation,
    ContratEngagement,
    DecisionContrat,
    ExamenCEJ,
    Prolongation,
    Signature,
)
from imilo.parcours.contrats.structure import reglage_des_contrats, signatures_attendues
from imilo.parcours.diagnostics.delai import declarer_signatures
from imilo.parcours.diagnostics.sources import heure_de_saisie
from imilo.parcours.dossiers import alertes, chronologie, decisions
from imilo.parcours.dossiers.alertes import Alerte, Echeance, Jalon, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.decisions import Source
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.selectors import portefeuille
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle
from imilo.socle import mots


def _lien(contrat: ContratEngagement, libelle_du_lien: str = "Voir le contrat") -> Lien:
    return Lien("contrat", (str(contrat.dossier), contrat.pk), libelle_du_lien, "dossier.lire")


def _commencer(dossier: Dossier) -> Lien:
    return Lien("cej-eligibilite", (str(dossier),), "Préparer un CEJ", "contrat.preparer")


def _preparer(dossier: Dossier) -> Lien:
    return Lien("contrat-nouveau", (str(dossier),), "Préparer un autre contrat", "contrat.preparer")


def _document(contrat: ContratEngagement) -> Lien | None:
    if contrat.document_id is None:
        return None
    adresse = (str(contrat.dossier), contrat.document_id)
    return Lien("document", adresse, "Télécharger le contrat signé", "allocation.preparer")


def _entrees_du_contrat(c: ContratEngagement) -> Iterator[Entree]:
    lien = _lien(c)
    if c.signe_le is not None:
        titre = f"{Cadre(c.cadre).label} signé, du {c.debut:%d/%m/%Y} au {mots.echeance(c.fin_prevue)}"
        instant = c.document.cree_le if c.document else c.modifie_le
        heure = heure_de_saisie(c.signe_le, instant, c.dossier)
        yield Entree(c.signe_le, "contrat", titre, lien=_document(c) or lien, heure=heure, instant=instant)
    elif c.etat == Etat.PREPARE:
        yield Entree(c.cree_le, "contrat", f"{Cadre(c.cadre).label} préparé", auteur=str(c.prepare_par), lien=lien)
    elif c.refuse_le is not None:
        titre = f"{Cadre(c.cadre).label} : la personne n'a pas voulu le signer"
        yield Entree(c.refuse_le, "contrat", titre, c.refuse_motif, lien=lien, reserve=True)
    if c.fin_le is not None:
        yield Entree(
            c.fin_le,
            "contrat",
            f"Fin du {c.sigle} : {libelle(Liste.FIN_CEJ, c.fin_motif)}",
            c.fin_precision,
            str(c.termine_par),
            lien,
            reserve=True,
            heure=heure_de_saisie(c.fin_le, c.modifie_le, c.dossier),
            instant=c.modifie_le,
        )


def entrees(dossier: Dossier) -> Iterator[Entree]:
    contrats = {c.pk: c for c in selectors.contrats_lus(dossier=dossier)}
    for c in contrats.values():
        yield from _entrees_du_contrat(c)
    for s in selectors.signatures_a_distance(dossier=dossier) if contrats else ():
        yield from _entrees_de_la_signature(s, contrats[s.contrat_id])


def _entrees_de_la_signature(s: Signature, c: ContratEngagement) -> Iterator[Entree]:
    """What somebody signed on their telephone, and that it no longer counts."""
    quoi = "le contrat" if s.actualisation_id is None else "un changement du contrat"
    yield Entree(s.a, "contrat", f"{s.nom} a signé {quoi} sur son téléphone", lien=_lien(c))
    if s.retiree_le is not None:
        titre = f"La signature de {s.nom}, du {s.a.astimezone(c.dossier.structure.zone):%d/%m/%Y}, ne compte plus"
        pourquoi = f"Depuis, {quoi} a été modifié, renvoyé ou abandonné."
        yield Entree(s.retiree_le, "contrat", titre, pourquoi, auteur=str(s.retiree_par), lien=_lien(c))


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    if dossier.statut != Statut.ACTIF:
        return
    ouvert = selectors.contrat_ouvert(dossier=dossier)
    orientation = selectors.orientation_a_signer(dossier=dossier)
    if orientation is not None and orientation.a_signer_avant_le is not None:
        limite = orientation.a_signer_avant_le
        _, lien = gestes([dossier], le=le)[dossier.pk]
        if limite < le:
            yield Alerte(
                f"Le contrat d'engagement devait être signé avant le {mots.echeance(limite)} inclus (D. 5411-14-1).",
                Urgence.DEPASSEE,
                lien,
            )
        else:
            yield Alerte(
                f"Contrat d'engagement à signer au plus tard le {mots.echeance(limite)} (D. 5411-14-1).",
                Urgence.BIENTOT,
                lien,
            )
    if ouvert is not None and ouvert.etat == Etat.SIGNE:
        if ouvert.fin_prevue < le:
            yield Alerte(
                f"Le {ouvert.sigle} est arrivé à son terme le {mots.echeance(ouvert.fin_prevue)} : enregistrez sa fin.",
                Urgence.DEPASSEE,
                _lien(ouvert),
            )
        elif ouvert.fin_prevue <= le + PREAVIS[GenreEcheance.FIN]:
            yield Alerte(
                f"Le {ouvert.sigle} prend fin le {mots.echeance(ouvert.fin_prevue)}.", Urgence.BIENTOT, _lien(ouvert)
            )


def _lien_de(e: EcheanceContrat, suivants: dict[int, Geste]) -> Lien:
    if e.genre == GenreEcheance.SIGNATURE:
        return suivants[e.dossier.pk][1]
    return _commencer(e.dossier) if e.contrat is None or e.genre == GenreEcheance.ATTENTE else _lien(e.contrat)


def _titre(e: EcheanceContrat, le: date, suivants: dict[int, Geste]) -> str:
    if e.genre == GenreEcheance.SIGNATURE and (ou := suivants[e.dossier.pk][0]):
        return f"Contrat d'engagement : {ou}"
    if e.genre == GenreEcheance.FIN and e.contrat is not None:
        sigle = e.contrat.sigle
        return f"Fin du {sigle} à enregistrer" if e.le < le else f"Le {sigle} prend fin"
    return e.genre.label


def echeances(agent: Agent, structure: Structure, le: date) -> Iterator[Jalon]:
    """The deadlines of contracts in the agent's caseload, within their notice; updates sent and not signed."""
    dossiers = dossiers_suivis(agent=agent, structure=structure, le=le).actifs()
    yield from _sans_signature(dossiers, structure)
    proches = echeancier(dossiers, le=le)
    suivants = _a_signer(proches, le)
    for e in proches:
        if e.genre == GenreEcheance.ATTENTE:
            urgence = Urgence.INFO
        else:
            urgence = Urgence.DEPASSEE if e.le < le else Urgence.BIENTOT
        yield Echeance(e.le, _titre(e, le, suivants), e.dossier, _lien_de(e, suivants), urgence)


def _a_signer(proches: list[EcheanceContrat], le: date) -> dict[int, Geste]:
    """What comes next for each contract to be signed."""
    dossiers = [e.dossier for e in proches if e.genre == GenreEcheance.SIGNATURE]
    return gestes(dossiers, le=le) if dossiers else {}


def _sans_signature(dossiers: Dossiers, structure: Structure) -> Iterator[Jalon]:
    """Updates sent to be signed at a distance that nobody signed, from the day the structure chose to remind them."""
    maintenant = timezone.now()
    envoyees = signatures_attendues(dossiers, avant=maintenant)
    attente = timedelta(days=reglage_des_contrats(structure).rappel_signature_jours if envoyees else 0)
    for a in envoyees:
        assert a.envoye_le is not None
        if a.envoye_le > maintenant - attente:
            continue
        envoi = a.envoye_le.astimezone(structure.zone).date()
        a.contrat.dossier = a.dossier
        titre = f"Changement du contrat envoyé le {francais.jour(envoi)}, pas encore signé"
        yield Jalon(envoi + attente, titre, a.dossier, _lien(a.contrat))


def _quand_un_nouveau(dossier: Dossier, le: date) -> str:
    """From which day age and waiting time allow another contract (R. 5131-16), with the answers known today."""
    examen = selectors.dernier_examen(dossier=dossier)
    reponses = reponses_de(examen) if examen else reponses_connues(dossier, le=le)
    try:
        resultat = decider(dossier, reponses, le=le).resultat
    except FaitInvalide:
        return "identité à vérifier"
    depuis, jusqu_au = resultat["a_partir_du"], resultat["jusqu_au"]
    if jusqu_au is not None and jusqu_au < max(le, depuis or le):
        return "limite d'âge atteinte avant la fin de l'attente" if depuis and depuis > le else "limite d'âge dépassée"
    if depuis is None:
        return "délai d'attente à examiner"
    return (
        f"possible à partir du {mots.echeance(depuis)}" if depuis > le else "possible dès maintenant, s'il est éligible"
    )


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Contrat" of the dossier page: the open contract, else the last one, else how to begin."""
    tous = [c for c in selectors.contrats_lus(dossier=dossier) if c.etat not in SANS_SUITE]
    contrat = next((c for c in tous if c.etat in (Etat.PREPARE, Etat.SIGNE)), tous[0] if tous else None)
    orientation = selectors.orientation_a_signer(dossier=dossier)
    limite = orientation.a_signer_avant_le if orientation else None
    delai = [("Délai de signature", f"jusqu'au {mots.echeance(limite)}")] if limite else []
    if contrat is None:
        return Resume("Contrat d'engagement", "Aucun", tuple(delai), (_commencer(dossier), _preparer(dossier)))
    lignes = [
        *delai,
        ("Durée", f"du {contrat.debut:%d/%m/%Y} au {contrat.fin:%d/%m/%Y}"),
        ("Heures par semaine", f"{contrat.heures_hebdo.normalize():f}".replace(".", ",")),
    ]
    liens = [_lien(contrat)]
    if contrat.fin_motif:
        lignes.append(("Motif de fin", libelle(Liste.FIN_CEJ, contrat.fin_motif)))
    if contrat.etat == Etat.SIGNE and contrat.cadre != Cadre.CEJ:
        liens.append(_commencer(dossier))
    if contrat.etat not in (Etat.PREPARE, Etat.SIGNE):
        liens.append(_preparer(dossier))
    if contrat.cadre == Cadre.CEJ and contrat.etat not in (Etat.PREPARE, Etat.SIGNE):
        lignes.append(("Nouveau CEJ", _quand_un_nouveau(dossier, le)))
        liens.append(_commencer(dossier))
    return Resume(Cadre(contrat.cadre).label, contrat.situation(le=le), tuple(lignes), tuple(liens))


def obstacles(dossier: Dossier, le: date) -> Iterator[str]:
    """A signed contract ends before the accompaniment does."""
    for c in ContratEngagement.objects.filter(dossier=dossier, etat=Etat.SIGNE):
        yield f"Un {c.sigle} court jusqu'au {mots.echeance(c.fin_prevue)} : enregistrez d'abord sa fin."


DECISIONS_DU_CONTRAT = {
    "duree": "Durée du contrat",
    "heures": "Heures par semaine",
    "forfait": "Montant forfaitaire de l'allocation",
    "eligibilite": "Éligibilité au jour du contrat",
    "contenu": "Ce que le contrat doit dire",
    "decision_fin": "Fin du PACEA",
}
PREPARER = "contrat.preparer"


def _vers_l_eligibilite(examen: ExamenCEJ) -> Lien:
    return Lien("cej-eligibilite", (str(examen.dossier),), "Voir l'éligibilité", PREPARER)


def _vers_son_contrat(ligne: Prolongation | Actualisation) -> Lien:
    return Lien("contrat", (str(ligne.dossier), ligne.contrat_id), "Voir le contrat", "dossier.lire")


def _vers_les_lettres(decision: DecisionContrat) -> Lien:
    return Lien("contrats-decisions", (str(decision.dossier),), "Voir les décisions et leurs lettres", PREPARER)


def declarer_decisions() -> None:
    """Every decision of the law that a contract and what follows it keep."""
    for champ, titre in DECISIONS_DU_CONTRAT.items():
        source = Source(
            f"contrats.ContratEngagement.{champ}",
            selectors.contrats_lus,
            decisions.avec_reference(titre),
            _lien,
            PREPARER,
        )
        decisions.declarer(f"contrat-{champ.removeprefix('decision_')}", source)
    for code, modele, ce_que, lien in (
        ("eligibilite", ExamenCEJ, "Éligibilité au CEJ", _vers_l_eligibilite),
        ("contrat-prolongation", Prolongation, lambda p: f"Prolongation du contrat : {p}", _vers_son_contrat),
        ("contrat-actualisation", Actualisation, str, _vers_son_contrat),
        ("contrat-lettre", DecisionContrat, lambda d: f"Décision notifiée : {d.objet}", _vers_les_lettres),
    ):
        champ = f"{modele._meta.label}.decision"
        decisions.declarer(code, Source(champ, decisions.du_dossier(modele), ce_que, lien, PREPARER))


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("contrat", "Contrats", entrees)
    alertes.declarer_alertes("contrats", alertes_du_dossier)
    alertes.declarer_echeances("contrats", echeances)
    alertes.declarer_resume("contrats", resume)
    alertes.declarer_obstacles("contrats", obstacles)
    portefeuille.declarer_colonne(COLONNE)
    portefeuille.declarer_filtre(FILTRE)
    portefeuille.declarer_echeance("contrats", echeances_du_contrat)
    declarer_signatures(selectors.contrats_suivants)
    declarer_decisions()
