"""What is drawn in bulk beside the acts of a dossier: orientation, CEJ, the allowance of each month, appointments.

The decisions kept are those of `imilo.droit` on the facts of the row, as the services would have stored them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from imilo.config.demonstration import recits
from imilo.config.demonstration.actions import HEURES, SITUATIONS_EMPLOI
from imilo.config.demonstration.copie import ligne
from imilo.config.demonstration.histoires import jour_ouvre
from imilo.config.demonstration.lignes import Dossier
from imilo.config.demonstration.tirage import Tirage
from imilo.droit.baremes import bareme
from imilo.droit.cej import FaitsDuree, FaitsForfait, duree, eligibilite, forfait
from imilo.droit.contrat_engagement import (
    FaitsDelaiSignature,
    FaitsDureeHebdomadaire,
    delai_signature,
    duree_hebdomadaire,
)
from imilo.droit.decision import Decision, vers_json
from imilo.droit.delais import debut_du_mois, fin_du_mois, mois_plus
from imilo.droit.erreurs import HorsPeriode
from imilo.droit.orientation import competence
from imilo.jeunes.models import Jeune
from imilo.parcours.allocations import calcul
from imilo.parcours.allocations.models import Declaration, EtatDecision, RessourceDeclaree
from imilo.parcours.contrats import eligibilite as examen
from imilo.parcours.contrats.etats import Etat
from imilo.parcours.contrats.models import ContratEngagement, FoyerFiscal, Logement, Soutien
from imilo.parcours.contrats.selectors import DroitsNationaux
from imilo.parcours.contrats.textes import textes
from imilo.parcours.diagnostics import competence as orientation
from imilo.parcours.diagnostics.models import Organisme
from imilo.parcours.dossiers import models as dossiers
from imilo.parcours.dossiers.models import Categorie, Statut
from imilo.socle.lois import appliquer

EN_COURS, ENDORMIS = 0.12, 0.06  # of the active dossiers that look for work, of those asleep for little: a CEJ
RECENT, PASSE, DUREE_MINIMALE = 60, 500, 100  # days
ORIENTES, ADRESSES = 0.6, 0.2  # of the recent active dossiers to us, of the others to France Travail
HEURES_HEBDO, MAJORITE = Decimal(15), 18
MOIS_POSSIBLES = (6, 9, 12)
SALAIRES = ("180.00", "260.40", "412.50", "455.00", "600.00", "718.25", "955.20", "1240.00", "1398.70")
MOTIFS: Tirage[str] = Tirage({"EMPLOI": 45, "FORMATION": 15, "ALTERNANCE": 10, "DEMANDE": 12, "MANQUEMENT": 18})
NOTIFIES: Tirage[str] = Tirage({"MAIN_PROPRE": 80, "LRAR": 12, "ESPACE_PERSONNEL": 8})
# The last month that is over: not declared yet, declared, decided, notified.
DERNIER_MOIS: Tirage[str] = Tirage(
    {"": 12, EtatDecision.PREPAREE: 18, EtatDecision.DECIDEE: 15, EtatDecision.NOTIFIEE: 55}
)
AVANT_SIGNATURE = timedelta(days=12)  # the notification of the orientation, at the earliest
AVANT_NOTIFICATION = timedelta(days=5)  # its decision, at the earliest
SANS_ANTERIEUR = DroitsNationaux(en_cours=False, derniere_fin=None)


@dataclass(frozen=True, slots=True)
class Accord:
    """A contract that the law allows, not saved, and what the law answered (JSON texts)."""

    contrat: ContratEngagement
    appreciation: str
    eligibilite: str
    forfait: str


@dataclass(frozen=True)
class Engagements:
    """Draws, for each dossier, the lines of `demo_orientations`, `demo_contrats`, `demo_mois`, `demo_rendez_vous`."""

    hasard: Random
    jour: date

    def lignes(self, d: Dossier) -> Iterator[tuple[str, str]]:
        """(table, line) for COPY."""
        accord = self._accord(d)
        if accord is not None:
            yield from self._lignes_du_contrat(d, accord)
        elif d.statut == Statut.ACTIF:
            yield from self._orientation_seule(d)
        yield from self._rendez_vous(d)

    # --- orientation ------------------------------------------------------------------------------

    def _orientation_seule(self, d: Dossier) -> Iterator[tuple[str, str]]:
        """To us for those who came lately (the month to sign runs), elsewhere for some of the others."""
        h = self.hasard
        recent = (self.jour - d.accueil).days <= RECENT
        if h.random() >= (ORIENTES if recent else ADRESSES):
            return
        decidee = d.accueil + timedelta(days=h.randint(0, min(12, (self.jour - d.accueil).days)))
        if decidee < mois_plus(d.personne.naissance, 12 * int(bareme("orientation.age.minimum", decidee).valeur)):
            return
        notifiee = decidee + timedelta(days=h.randint(0, 6))
        yield self._orientation(
            d, decidee, notifiee if notifiee <= self.jour else None, "mission_locale" if recent else "france_travail"
        )

    def _orientation(self, d: Dossier, decidee: date, notifiee: date | None, vers: str) -> tuple[str, str]:
        h = self.hasard
        ici = notifiee is not None and vers == "mission_locale"
        limite, delai = _delai(notifiee) if notifiee is not None and ici else (None, None)
        par, competence = _competence(d, decidee)
        return "orientations", ligne(
            d.dossier_id, d.structure_id, d.referent_id, decidee, par, vers, competence, d.personne.diplome,
            h.choice(SITUATIONS_EMPLOI), h.choice(recits.ASPIRATIONS).format(metier=d.projet.metier),
            notifiee, NOTIFIES(h) if notifiee else "", limite, delai,
        )  # fmt: skip

    # --- contract ---------------------------------------------------------------------------------

    def _accord(self, d: Dossier) -> Accord | None:
        """A contract for some of those whom the law allows one; None for most dossiers."""
        h = self.hasard
        signe = self._signature(d)
        if signe is None:
            return None
        contrat = ContratEngagement(dossier=_dossier(d), signe_le=signe, debut=signe, etat=Etat.SIGNE)
        self._terme(d, contrat)
        parents = h.random() < 0.55
        contrat.logement = Logement.FOYER if parents else Logement.HORS_FOYER
        contrat.soutien_parental = h.choice((Soutien.AUCUN, Soutien.LIMITE)) if parents else ""
        contrat.foyer_fiscal = FoyerFiscal.NON_IMPOSABLE if h.random() < 0.8 else FoyerFiscal.PREMIERE_TRANCHE
        try:
            return self._decider(contrat)
        except HorsPeriode:  # before the first scales
            return None

    def _signature(self, d: Dossier) -> date | None:
        """The day of a signature: within eleven months for who is accompanied, soon after the reception else."""
        h, tot = self.hasard, d.accueil + timedelta(days=25)
        if d.statut == Statut.ACTIF:
            tire = d.suite in (Categorie.DEMANDEUR, Categorie.EMPLOI) and h.random() < EN_COURS
            tot, tard = max(tot, self.jour - timedelta(days=330)), self.jour
        else:
            ancien = (self.jour - d.dernier).days > PASSE or (d.dernier - d.accueil).days < DUREE_MINIMALE
            tire, tard = not ancien and h.random() < ENDORMIS, tot + timedelta(days=15)
        possibles = (tard - tot).days
        return jour_ouvre(tot + timedelta(days=h.randint(4, possibles - 1))) if tire and possibles > 4 else None

    def _terme(self, d: Dossier, contrat: ContratEngagement) -> None:
        """When it ends: later than the day for who is accompanied, by the last contact for the others."""
        termes = [mois_plus(contrat.debut, m) - timedelta(days=1) for m in MOIS_POSSIBLES]
        if d.statut == Statut.ACTIF:
            contrat.fin_prevue = self.hasard.choice([t for t in termes if t >= self.jour])
            return
        contrat.fin_prevue = self.hasard.choice(termes)
        contrat.fin_le = min(contrat.fin_prevue, d.dernier)
        au_terme = contrat.fin_le == contrat.fin_prevue
        contrat.etat = Etat.TERMINE if au_terme else Etat.ROMPU
        contrat.fin_motif = "TERME" if au_terme else MOTIFS(self.hasard)

    def _decider(self, contrat: ContratEngagement) -> Accord | None:
        """Ask the law; None when it refuses."""
        reponses = examen.Reponses(
            etudiant=False,
            en_formation=False,
            difficulte_emploi_durable=True,
            difficulte_appreciation=self.hasard.choice(recits.DIFFICULTES_EMPLOI),
        )
        le, dossier = contrat.debut, contrat.dossier
        _delai(le - AVANT_SIGNATURE - AVANT_NOTIFICATION)  # the rules of orientation start on the same day
        eligible = appliquer(eligibilite, examen.faits(dossier, reponses, SANS_ANTERIEUR, le=le), le)
        if eligible.resultat["eligible"] is not True:
            return None
        flat = appliquer(
            forfait,
            FaitsForfait(
                date_naissance=dossier.jeune.naissance,
                precision_naissance="jour",
                foyer=contrat.foyer_fiscal,  # type: ignore[arg-type]  # same values
                autonomie_fiscale="aucune",
                mayotte=dossier.structure.code_departement == calcul.MAYOTTE,
            ),
            le,
        )
        contrat.allocation_maximum = flat.resultat["forfait"] if flat.resultat["ouvert"] else None
        return Accord(contrat, reponses.difficulte_appreciation, _texte(eligible), _texte(flat))

    def _lignes_du_contrat(self, d: Dossier, accord: Accord) -> Iterator[tuple[str, str]]:
        h, contrat = self.hasard, accord.contrat
        debut = contrat.debut
        notifiee = debut - timedelta(days=h.randint(4, AVANT_SIGNATURE.days))
        decidee = notifiee - timedelta(days=h.randint(0, AVANT_NOTIFICATION.days))
        mots, mineur = textes(debut), _mineur(d.personne.naissance, debut)
        yield self._orientation(d, decidee, notifiee, "mission_locale")
        yield "contrats", ligne(
            d.dossier_id, d.structure_id, d.numero, d.jeune_id, d.referent_id, d.lieu.qualite, notifiee, debut,
            contrat.fin_prevue, contrat.fin_le, contrat.fin_motif, contrat.etat, contrat.logement,
            contrat.soutien_parental, contrat.foyer_fiscal, contrat.allocation_maximum, accord.appreciation,
            d.projet.objectif, h.choice(recits.SYNTHESES), "\n".join(mots.engagements_jeune),
            "\n".join(mots.engagements_structure), "Dominique Exemple" if mineur else "", "parent" if mineur else "",
            d.projet.metier, accord.eligibilite, _duree(debut, contrat.fin_prevue), _heures(debut),
            accord.forfait,
        )  # fmt: skip
        yield from self._mois(d, contrat)

    # --- allowances -------------------------------------------------------------------------------

    def _mois(self, d: Dossier, contrat: ContratEngagement) -> Iterator[tuple[str, str]]:
        """Each month that is over, decided on in the next one; the last one may still wait."""
        fin_le, contrat.fin_le = contrat.fin_le, None
        mois, dernier = debut_du_mois(contrat.debut), debut_du_mois(min(fin_le or contrat.fin_prevue, self.jour))
        while mois <= dernier and fin_du_mois(mois) < self.jour:
            suivant = mois_plus(mois, 1)
            etat = DERNIER_MOIS(self.hasard) if mois_plus(suivant, 1) > self.jour else EtatDecision.NOTIFIEE
            if etat:
                yield "mois", self._ligne_du_mois(d, contrat, mois, etat, fin_le)
            mois = suivant

    def _ligne_du_mois(self, d: Dossier, contrat: ContratEngagement, mois: date, etat: str, fin_le: date | None) -> str:
        h, jour = self.hasard, self.jour
        declaree = min(mois_plus(mois, 1) + timedelta(days=h.randint(0, 5)), jour)
        decidee = min(declaree + timedelta(days=h.randint(1, 6)), jour)
        notifiee = min(decidee + timedelta(days=h.randint(0, 5)), jour)
        prise = etat != EtatDecision.PREPAREE
        le = decidee if prise else declaree
        contrat.fin_le = fin_le if fin_le is not None and fin_le <= le else None  # what was known that day
        salaire = Decimal(h.choice(SALAIRES)) if h.random() < 0.35 else None
        declaration = Declaration(
            mois=mois,
            logement=contrat.logement,
            soutien_parental=contrat.soutien_parental,
            foyer_fiscal=contrat.foyer_fiscal,
        )
        recus = [RessourceDeclaree(nature="salaire", montant=salaire)] if salaire else []
        reponse = calcul.repondre(contrat, declaration=declaration, ressources=recus, le=le)
        return ligne(
            d.dossier_id, mois, contrat.logement, contrat.soutien_parental, contrat.foyer_fiscal, declaree, salaire,
            etat, reponse.sens, reponse.montant, reponse.calcul.resultat["forfait"], _texte(reponse.droit),
            _texte(reponse.calcul), decidee if prise else None, d.lieu.gestionnaire_id if prise else None,
            d.lieu.pouvoir if prise else "", notifiee if etat == EtatDecision.NOTIFIEE else None,
            NOTIFIES(h) if etat == EtatDecision.NOTIFIEE else "",
        )  # fmt: skip

    # --- appointments -----------------------------------------------------------------------------

    def _rendez_vous(self, d: Dossier) -> Iterator[tuple[str, str]]:
        """The last one, kept or not; for some of the active dossiers, the next one within three weeks."""
        h = self.hasard
        if h.random() < 0.35:
            absent = h.random() < 0.12
            yield self._un_rendez_vous(d, jour_ouvre(max(d.dernier, d.accueil)), "absent" if absent else "present")
        if d.statut == Statut.ACTIF and h.random() < 0.45:
            le = self.jour + timedelta(days=h.randint(0, 21))
            # Working days only, but for the day of the demonstration, whatever it is.
            yield self._un_rendez_vous(d, le if le == self.jour else _ouvre_apres(le), "planifie")

    def _un_rendez_vous(self, d: Dossier, le: date, statut: str) -> tuple[str, str]:
        h, zone = self.hasard, d.lieu.territoire.structure.zone
        if statut != "planifie" and le >= self.jour:
            le = self.jour - timedelta(days=1)
        return "rendez_vous", ligne(
            d.dossier_id, d.structure_id, d.referent_id, d.site_id,
            datetime.combine(le, h.choice(HEURES), tzinfo=zone).isoformat(), h.choice((30, 30, 45, 60)),
            "TELEPHONE" if h.random() < 0.15 else "INDIVIDUEL", h.choice(recits.OBJETS), statut, min(d.dernier, le),
        )  # fmt: skip


def _dossier(d: Dossier) -> dossiers.Dossier:
    """The dossier as the rules of allowances read it, not saved."""
    p = d.personne
    return dossiers.Dossier(
        jeune=Jeune(id=d.jeune_id, naissance=p.naissance, naissance_precision="jour"),
        structure=d.lieu.territoire.structure,
        rqth_du=min(p.rqth_du, d.accueil) if p.rqth_du else None,
    )


def _ouvre_apres(jour: date) -> date:
    """The same day, or the Monday after a week-end."""
    return jour + timedelta(days=7 - jour.weekday() if jour.weekday() > 4 else 0)


def _mineur(naissance: date, le: date) -> bool:
    return le < mois_plus(naissance, 12 * MAJORITE)


def _texte(decision: Decision[Any]) -> str:
    return json.dumps(vers_json(decision), ensure_ascii=False)


def _competence(d: Dossier, le: date) -> tuple[str, str]:
    """Who decides the orientation of that day, and why: France Travail for whom is past the age of L. 5314-2."""

    def decider(par: str) -> Decision[Any]:
        cherche = d.suite == Categorie.DEMANDEUR
        faits = orientation.faits(
            _dossier(d),
            decidee_par=par,
            beneficiaire_rsa=False,
            inscrite=bool(d.personne.numero_ft),
            cherche=cherche,
            le=le,
        )
        return appliquer(competence, faits, le)

    decision = decider(Organisme.MISSION_LOCALE)
    if decision.resultat["competent"] is not False:
        return Organisme.MISSION_LOCALE.value, _texte(decision)
    return Organisme.FRANCE_TRAVAIL.value, _texte(decider(Organisme.FRANCE_TRAVAIL))


@cache
def _delai(notifiee: date) -> tuple[date, str]:
    """The last day to sign and the decision, for a notification on that day."""
    decision = appliquer(delai_signature, FaitsDelaiSignature(notifiee, vers="mission_locale"), notifiee)
    limite = decision.resultat["limite"]
    assert limite is not None
    return limite, _texte(decision)


@cache
def _duree(debut: date, fin: date) -> str:
    return _texte(appliquer(duree, FaitsDuree(debut=debut, fin=fin), debut))


@cache
def _heures(debut: date) -> str:
    return _texte(appliquer(duree_hebdomadaire, FaitsDureeHebdomadaire(HEURES_HEBDO, "aucun"), debut))
