"""Arrivals of each source, through the doors that they come by: a CFA's call, lists that are loaded; and some work."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import pghistory

from imilo.acteurs.models import Agent, Structure
from imilo.config.demonstration import fictif
from imilo.config.demonstration.horloge import a_l_instant
from imilo.config.demonstration.noms import Noms
from imilo.config.demonstration.personas import REUNION, TOURS
from imilo.config.demonstration.territoire import Territoire, rang
from imilo.echanges.connecteurs.apprentissage.organismes import (
    Appelant,
    creer_cle_de_l_organisme,
    enregistrer_organisme,
)
from imilo.echanges.connecteurs.apprentissage.reception import recevoir
from imilo.echanges.connecteurs.listes.formats import FORMATS
from imilo.echanges.connecteurs.listes.services import deposer, traiter
from imilo.parcours.arrivees.lots import confier_un_lot
from imilo.parcours.arrivees.models import Arrivee, Etat, Issue, Moyen, Source
from imilo.parcours.arrivees.services import Essai, confier, tenter
from imilo.socle.perimetre import perimetre

PREMIER_TELEPHONE = 42_000  # after those of the dossiers
FORMATIONS = ("CAP Cuisine", "CAP Coiffure", "BP Boucher", "BTS Commerce", "CAP Maçon", "CAP Fleuriste")
CLASSES = ("2nde professionnelle", "1re professionnelle", "Terminale CAP", "3e prépa-métiers", "2nde générale")
ESSAIS = (
    Essai(moyen=Moyen.TELEPHONE, issue=Issue.SANS_REPONSE),
    Essai(moyen=Moyen.SMS, issue=Issue.JOINT, commentaire="Rappeler après 17 h."),
    Essai(moyen=Moyen.TELEPHONE, issue=Issue.CONTACT_ERRONE),
    Essai(moyen=Moyen.COURRIEL, issue=Issue.SCOLARITE, commentaire="Inscrit au lycée depuis la rentrée."),
)


class Arrivees:
    """Loads the arrivals of one structure, on the eve of the day `jour`."""

    def __init__(self, territoire: Territoire, *, jour: date, graine: str, codes_postaux: dict[str, str]) -> None:
        self.territoire, self.jour, self.codes_postaux = territoire, jour, codes_postaux
        self.hasard = Random(f"{graine}/arrivees/{self.structure.code}")  # noqa: S311  # invented data, the same each time
        self.noms = Noms(self.hasard, familles=4_000)
        self.telephones = PREMIER_TELEPHONE + rang(self.structure.code_departement)

    @property
    def structure(self) -> Structure:
        return self.territoire.structure

    def charger(self, agents: Sequence[Agent]) -> None:
        """A CFA with broken contracts, the lists of the autumn, a corrected one, and what the agents tried since."""
        veille = datetime.combine(self.jour - timedelta(days=1), time(7), tzinfo=self.structure.zone)
        with a_l_instant(veille), pghistory.context(structure=self.structure.pk):
            self._apprentissage()
            with perimetre(self.structure.pk):
                self._listes(agents[0])
        with a_l_instant(veille + timedelta(hours=3)), perimetre(self.structure.pk):
            self._travailler(agents)

    def _personne(self, ans: int) -> dict[str, Any]:
        sexe = self.hasard.choice("FM")
        self.telephones += 100
        commune = self.hasard.choice(self.territoire.communes[:8])
        return {
            "nom": self.noms.famille(self.hasard),
            "prenom": self.noms.prenom(self.hasard, sexe),
            "sexe": sexe,
            "naissance": self.jour - timedelta(days=365 * ans + self.hasard.randint(20, 330)),
            "telephone": fictif.telephone(self.telephones),
            "commune": commune,
            "code_postal": self.codes_postaux.get(commune, ""),
        }

    def _apprentissage(self) -> None:
        numero = rang(self.structure.code_departement)
        organisme = enregistrer_organisme(
            uai=f"{numero:03d}9001D", siret=fictif.siret(9_000 + numero), nom="CFA de démonstration"
        )
        cle, _ = creer_cle_de_l_organisme(organisme)
        recevoir(Appelant(organisme, cle.pk), [self._apprenti(n, organisme.uai, organisme.siret) for n in range(9)])

    def _apprenti(self, n: int, uai: str, siret: str) -> dict[str, Any]:
        """One in three still has a contract; one of the others has a disability, one asks to be called."""
        p = self._personne(16 + n)
        annee = self.jour.year if self.jour.month > 8 else self.jour.year - 1
        debut = date(annee, 9, 1)
        rupture = self.jour - timedelta(days=8 + 6 * n)
        return {
            "nom_apprenant": p["nom"],
            "prenom_apprenant": p["prenom"],
            "date_de_naissance_apprenant": p["naissance"].isoformat(),
            "sexe_apprenant": p["sexe"],
            "id_erp_apprenant": f"DEMO-{n}",
            "annee_scolaire": f"{annee}-{annee + 1}",
            "date_inscription_formation": (debut - timedelta(days=300)).isoformat(),
            "date_entree_formation": (debut - timedelta(days=280)).isoformat(),
            "date_fin_formation": date(annee + 2, 8, 31).isoformat(),
            **{f"etablissement_{qui}_uai": uai for qui in ("responsable", "formateur")},
            **{f"etablissement_{qui}_siret": siret for qui in ("responsable", "formateur")},
            "tel_apprenant": p["telephone"],
            "email_contact": f"apprenti{self.telephones}@jeunes.example",
            "code_commune_insee_apprenant": p["commune"],
            "code_postal_apprenant": p["code_postal"] or None,
            "libelle_court_formation": FORMATIONS[n % len(FORMATIONS)],
            "rqth_apprenant": n == 4,
            "rappel_demande": n == 5,
            "contrat_date_debut": (debut - timedelta(days=280)).isoformat(),
            "contrat_date_fin": date(annee + 2, 8, 31).isoformat(),
            "contrat_date_rupture": None if n % 3 == 0 else rupture.isoformat(),
            "cause_rupture_contrat": None if n % 3 == 0 else "Commun accord",
        }

    def _listes(self, agent: Agent) -> None:
        sortants = [self._ligne(n, ans=16 + n % 4) for n in range(8)]
        fausse = {**self._ligne(8, ans=17), "date_naissance": "31/02/2009"}
        self._liste(agent, Source.DECROCHEURS, "sorties-juin.csv", [*sortants, fausse])
        corrigee = {**sortants[0], "classe": "Terminale professionnelle"}
        self._liste(agent, Source.DECROCHEURS, "sorties-juin-corrige.csv", [corrigee, *sortants[1:]])
        obliges = [self._ligne(n, ans=16) | {"situation": "Sans solution connue"} for n in range(20, 24)]
        self._liste(agent, Source.OBLIGATION, "obligation-de-formation.csv", obliges)
        autres = [self._ligne(n, ans=20) | {"motif": "Rencontré au forum des métiers"} for n in range(40, 43)]
        self._liste(agent, Source.LISTE, "forum-des-metiers.csv", autres)

    def _ligne(self, n: int, *, ans: int) -> dict[str, str]:
        p = self._personne(ans)
        return {
            "version": "1",
            "identifiant": f"DEMO{n:04d}",
            "nom_naissance": p["nom"],
            "prenom": p["prenom"],
            "sexe": p["sexe"],
            "date_naissance": f"{p['naissance']:%d/%m/%Y}",
            "telephone": p["telephone"],
            "code_postal": p["code_postal"],
            "code_commune": p["commune"],
            "dernier_etablissement_uai": f"{rang(self.structure.code_departement):03d}9002E",
            "dernier_etablissement_nom": "Lycée de démonstration",
            "classe": CLASSES[n % len(CLASSES)],
            "date_sortie": f"{self.jour - timedelta(days=30 + n):%d/%m/%Y}",
            "representant_1_nom": f"Parent {p['nom']}" if ans < 18 else "",
            "representant_1_lien": "parent" if ans < 18 else "",
        }

    def _liste(self, agent: Agent, source: Source, nom: str, lignes: list[dict[str, str]]) -> None:
        colonnes = FORMATS[source].colonnes
        texte = "\n".join([";".join(colonnes), *(";".join(ligne.get(c, "") for c in colonnes) for ligne in lignes)])
        recu = deposer(agent, structure=self.structure, source=source, nom=nom, contenu=texte.encode())
        traiter(recu.pk, self.structure.pk)

    def _travailler(self, agents: Sequence[Agent]) -> None:
        """The first arrivals of each source are tried; others are given to somebody."""
        for source in Source:
            lignes = list(Arrivee.objects.filter(structure=self.structure, source=source).order_by("pk")[:6])
            for n, arrivee in enumerate(lignes):
                agent = agents[n % len(agents)]
                with pghistory.context(agent=agent.pk, structure=self.structure.pk):
                    if n < min(len(ESSAIS), len(lignes) - 2):
                        tenter(agent, arrivee, version=arrivee.version, essai=ESSAIS[n])
                    elif n == 4:
                        confier(agent, arrivee, version=arrivee.version, a=agent)
        self._repartir(agents[0], agents[-1])

    def _repartir(self, agent: Agent, a: Agent) -> None:
        """The last two that nobody works on, given together: the history of it has one to undo."""
        libres = Arrivee.objects.filter(structure=self.structure, etat=Etat.A_CONTACTER, assignee=None)
        cles = list(libres.order_by("-pk").values_list("pk", flat=True)[:2])
        with pghistory.context(agent=agent.pk, structure=self.structure.pk):
            confier_un_lot(agent, structure=self.structure, arrivees=cles, a=a)


def arrivees(
    equipe: dict[str, Agent],
    territoires: dict[str, Territoire],
    *,
    jour: date,
    graine: str,
    codes_postaux: dict[str, str],
) -> None:
    """What lists and a CFA brought, in both structures of the small demonstration."""
    for departement, qui in ((TOURS, ("camille.larivaud", "malik.tressange")), (REUNION, ("marie.payetal",))):
        arrivees = Arrivees(territoires[departement], jour=jour, graine=graine, codes_postaux=codes_postaux)
        arrivees.charger([equipe[cle] for cle in qui])
