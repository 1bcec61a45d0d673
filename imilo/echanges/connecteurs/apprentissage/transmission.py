"""Handing broken contracts over to the mission locale of the place, and giving what became of them back to the CFA."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.acteurs.selectors import aujourd_hui
from imilo.echanges.connecteurs.apprentissage.models import DossierApprenant, Situation, Suite, Transmission
from imilo.echanges.connecteurs.apprentissage.perimetre import perimetre_du_cfa
from imilo.echanges.connecteurs.apprentissage.regles import Apprenti, transmettre
from imilo.echanges.connecteurs.apprentissage.regles import Transmission as Decision
from imilo.echanges.connecteurs.apprentissage.statuts import Statut, au_jour
from imilo.journal.services import consigner
from imilo.parcours.arrivees import suites
from imilo.parcours.arrivees.models import Arrivee, Issue, Source
from imilo.parcours.arrivees.services import retirer
from imilo.parcours.arrivees.signalements import Signalement, accueillir
from imilo.socle.normalisation import normaliser
from imilo.socle.perimetre import TOUTES, perimetre

VERROU_SUITES = 0x1D057  # the class of our advisory locks on the outcomes of an establishment
LOT = 500

SITUATIONS = {
    Issue.SANS_REPONSE: Situation.CONTACTE_SANS_RETOUR,
    Issue.JOINT: Situation.CHERCHE_CONTRAT,
    Issue.CONTACT_ERRONE: Situation.COORDONNEES_INCORRECT,
    Issue.RDV_PRIS: Situation.RDV_PRIS,
    Issue.DEJA_ACCOMPAGNE: Situation.DEJA_ACCOMPAGNE,
    Issue.NE_SOUHAITE_PAS: Situation.NE_VEUT_PAS_ACCOMPAGNEMENT,
    Issue.PLUS_CONTACTER: Situation.NE_SOUHAITE_PAS_ETRE_RECONTACTE,
    Issue.SCOLARITE: Situation.REORIENTATION,
    Issue.EMPLOI: Situation.NOUVEAU_PROJET,
    Issue.NOUVEAU_CONTRAT: Situation.NOUVEAU_CONTRAT,
    Issue.FORMATION: Situation.NOUVEAU_PROJET,
    Issue.INJOIGNABLE: Situation.INJOIGNABLE_APRES_RELANCES,
    Issue.EXPIREE: Situation.INJOIGNABLE_APRES_RELANCES,
    Issue.HORS_AGE: Situation.AUTRE,
    Issue.AUTRE: Situation.AUTRE,
}


def cle_de(dossier: DossierApprenant) -> str:
    """Name, first name and date of birth: one person told by two establishments is one arrival."""
    return f"{normaliser(dossier.nom)}|{normaliser(dossier.prenom)}|{dossier.naissance.isoformat()}"


def decider(dossier: DossierApprenant, *, le: date) -> Decision | None:
    """What the rules of hand-over say of a stored apprentice on the day `le`."""
    apprenti = Apprenti(
        naissance=dossier.naissance,
        parcours=dossier.parcours,
        rqth=dossier.rqth,
        conjoint=dossier.conjoint,
        rappel=dossier.rappel,
    )
    return transmettre(apprenti, le=le, cfa_partenaire=dossier.organisme.partenaire)


def transmettre_les_ruptures(dossiers: Iterable[DossierApprenant]) -> int:
    """Hand over those of `dossiers` whose day has come, each in the perimeter of its territory; returns how many.

    Who has a contract again leaves the list. One fact `arrivees.transmises` for each structure that got somebody new.
    """
    par_structure: dict[Structure, list[DossierApprenant]] = {}
    for dossier in dossiers:
        if dossier.territoire is not None:
            par_structure.setdefault(dossier.territoire, []).append(dossier)
    return sum(_transmettre_a(structure, liste) for structure, liste in par_structure.items())


def _transmettre_a(structure: Structure, dossiers: list[DossierApprenant]) -> int:
    le = aujourd_hui(structure)
    a_transmettre = [(d, decision) for d in dossiers if (decision := decider(d, le=le)) and decision.visible <= le]
    with perimetre(structure.pk):
        _retirer_les_repris(structure, dossiers, le)
        if not a_transmettre:
            return 0
        effets = accueillir(
            structure, Source.APPRENTISSAGE, [_signalement(d, decision) for d, decision in a_transmettre]
        )
        Transmission.objects.bulk_create(
            [
                Transmission(
                    structure=structure,
                    organisme_id=d.organisme_id,
                    dossier_apprenant=d,
                    arrivee_id=effet.arrivee_id,
                    rupture=decision.rupture,
                )
                for (d, decision), effet in zip(a_transmettre, effets, strict=True)
            ],
            update_conflicts=True,
            unique_fields=["dossier_apprenant", "structure"],
            update_fields=["arrivee", "rupture"],
        )
        nouvelles = sum(e.genre == "creee" for e in effets)
        if nouvelles:
            consigner(None, "arrivees.transmises", structure=structure, nombre=nouvelles)
    return nouvelles


def _retirer_les_repris(structure: Structure, dossiers: list[DossierApprenant], le: date) -> None:
    repris = [d for d in dossiers if (p := au_jour(d.parcours, le)) and p.statut == Statut.APPRENTI]
    if not repris:
        return
    liens = Transmission.objects.filter(structure=structure, dossier_apprenant__in=[d.pk for d in repris])
    for arrivee in Arrivee.objects.filter(pk__in=liens.values("arrivee")):
        retirer(arrivee, issue=Issue.NOUVEAU_CONTRAT)


def _signalement(dossier: DossierApprenant, decision: Decision) -> Signalement:
    rompus = [c for c in dossier.contrats if c.get("rupture") == decision.rupture.isoformat()]
    rompu = rompus[0] if rompus else {}
    details = {
        "Formation": dossier.formation,
        "Fin prévue de la formation": f"{dossier.date_fin:%d/%m/%Y}",
        "Cause de la rupture": rompu.get("cause", ""),
        "SIRET de l'employeur": rompu.get("siret_employeur", ""),
        "Accompagnement conjoint": "demandé par le CFA" if dossier.conjoint else "",
        "Rappel": "demandé par le jeune" if dossier.rappel else "",
    }
    return Signalement(
        cle=cle_de(dossier),
        nom=dossier.nom,
        prenom=dossier.prenom,
        naissance=dossier.naissance,
        depuis=decision.rupture,
        sexe=dossier.sexe,
        naissance_commune_id=dossier.commune_naissance_id,
        ine=dossier.ine,
        telephone=dossier.telephone,
        courriel=dossier.courriel,
        adresse=dossier.adresse,
        code_postal=dossier.code_postal,
        commune_id=dossier.commune_id,
        representants=[{"courriel": courriel} for courriel in dossier.courriels_responsables],
        rqth=dossier.rqth,
        origine=str(dossier.organisme)[:200],
        details={nom: texte for nom, texte in details.items() if texte},
        pour_la_fiche=_pour_la_fiche(dossier, rompu),
        a_risque=decision.a_risque,
    )


def _pour_la_fiche(dossier: DossierApprenant, rompu: dict[str, str]) -> dict[str, str]:
    """What the full file takes: the establishment, the training, the contract, since when the disability is known."""
    dit = {
        "etablissement": str(dossier.organisme),
        "uai": dossier.organisme.uai,
        "classe": dossier.formation,
        "contrat_debut": rompu.get("debut", ""),
        "contrat_fin": rompu.get("rupture", ""),
        "employeur": rompu.get("siret_employeur", ""),
        "rqth_du": dossier.autres.get("date_rqth_apprenant", "") if dossier.rqth else "",
    }
    return {nom: texte for nom, texte in dit.items() if texte}


def transmettre_du_jour() -> int:
    """All that a new day brings: delays that end, people who become of age. Batch role; returns how many arrivals."""
    total, dernier = 0, 0
    with perimetre(TOUTES):
        premiers = DossierApprenant.objects.filter(territoire__isnull=False, date_fin__gte=timezone.now().date())
    while True:
        with perimetre(TOUTES):
            lot = list(premiers.filter(pk__gt=dernier).select_related("organisme", "territoire").order_by("pk")[:LOT])
        if not lot:
            return total
        dernier = lot[-1].pk
        with transaction.atomic():
            total += transmettre_les_ruptures(lot)


def rendre(arrivee: Arrivee) -> None:
    """Write the outcome of an arrival for each establishment that handed it over, in the structure's perimeter."""
    situation = SITUATIONS[Issue(arrivee.issue)]
    transmissions = Transmission.objects.filter(structure_id=arrivee.structure_id, arrivee=arrivee).order_by(
        "organisme_id"
    )
    for transmission in transmissions:
        with connection.cursor() as curseur:
            # Identifiers of an establishment are committed in their order: its cursor misses none.
            curseur.execute("SELECT pg_advisory_xact_lock(%s, %s)", [VERROU_SUITES, transmission.organisme_id])
        Suite.objects.create(
            structure_id=arrivee.structure_id,
            organisme_id=transmission.organisme_id,
            transmission=transmission,
            situation=situation,
            connaissance=arrivee.connaissance,
            le=timezone.now(),
        )


def suites_de(organisme_id: int, *, apres: int, limite: int) -> list[Suite]:
    """Outcomes for an establishment and those that it answers for, after the cursor `apres`, oldest first."""
    with perimetre_du_cfa(organisme_id):
        lignes = Suite.objects.filter(pk__gt=apres).select_related("transmission__dossier_apprenant__organisme")
        return list(
            lignes.select_related("structure", "transmission__dossier_apprenant__organisme").order_by("pk")[:limite]
        )


def declarer() -> None:
    """Called once, when the application is ready."""
    suites.declarer(Source.APPRENTISSAGE, rendre)
