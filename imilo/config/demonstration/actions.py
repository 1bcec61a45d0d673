"""Steps of a story: interviews, orientation, assessment, situations, status. Each calls the service of the act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from random import Random

from imilo.config.demonstration import recits
from imilo.config.demonstration.diagnostics import appreciations, contraintes
from imilo.config.demonstration.histoires import Action, Etape, Recit, aujourd_hui
from imilo.jeunes.identite import identite_de
from imilo.journal.services import consulter
from imilo.parcours.agenda.models import RendezVous
from imilo.parcours.agenda.services import Creneau, noter_presence, prendre_rendez_vous, saisir_entretien
from imilo.parcours.diagnostics.competence import examiner
from imilo.parcours.diagnostics.models import Organisme, Valeur
from imilo.parcours.diagnostics.selectors import orientation_actuelle
from imilo.parcours.diagnostics.services import (
    OrientationSaisie,
    ThemeSaisi,
    decider_orientation,
    etablir_diagnostic,
    notifier_orientation,
)
from imilo.parcours.dossiers.models import Acte, Categorie, Dossier, Situation, Statut
from imilo.parcours.dossiers.services.identite import modifier_identite
from imilo.parcours.dossiers.services.situations import SituationSaisie, clore_situation, saisir_situation
from imilo.parcours.dossiers.services.statut import changer_statut
from imilo.parcours.dossiers.services.suivi import PropositionSaisie, modifier_acte, saisir_acte

HEURES = tuple(time(h, m) for h in (9, 10, 11, 14, 15, 16) for m in (0, 30))
ABSENCES = 0.12
SITUATIONS_EMPLOI = ("jamais", "moins_un_an", "plus_un_an", "emploi_precaire")


def _prendre(recit: Recit, prochain: Etape) -> Creneau:
    return Creneau(
        avec=recit.referent,
        jour=recit.le(prochain),
        heure=prochain.heure,
        modalite="TELEPHONE" if recit.hasard.random() < 0.15 else "INDIVIDUEL",
        duree=recit.hasard.choice((30, 30, 45, 60)),
        objet=recit.hasard.choice(recits.OBJETS),
        malgre_chevauchement=True,
    )


def rendez_vous(prochain: Etape) -> Action:
    """Only plan the appointment of `prochain`."""

    def action(recit: Recit) -> None:
        pris = prendre_rendez_vous(recit.referent, recit.dossier, creneau=_prendre(recit, prochain))
        recit.rendez_vous_id = pris.pk

    return action


def entretien(prochain: Etape | None, *, premier: bool = False) -> Action:
    """An interview, planned or not, with what was said and proposed and the next appointment if there is one."""

    def action(recit: Recit) -> None:
        h, dossier = recit.hasard, recit.dossier
        prevu = _prevu(recit, dossier)
        if prevu is not None and not premier and h.random() < ABSENCES:
            _absence(recit, dossier, prevu, prochain)
            return
        texte, theme = (h.choice(recits.PREMIERS), recit.projet.theme) if premier else h.choice(recits.ENTRETIENS)
        collectif = not premier and h.random() < 0.12
        acte = saisir_entretien(
            recit.referent,
            dossier,
            prochain_rendez_vous=_prendre(recit, prochain) if prochain else None,
            rendez_vous=prevu,
            le=aujourd_hui(recit),
            heure=h.choice(HEURES),
            duree=h.choice((30, 30, 45, 60, 60, 90)),
            type="PREMIER_ACCUEIL" if premier else "ACCOMPAGNEMENT",
            modalite="ATELIER" if collectif else h.choice(("INDIVIDUEL", "INDIVIDUEL", "INDIVIDUEL", "TELEPHONE")),
            theme=theme,
            compte_rendu=texte.format(metier=recit.projet.metier, n=h.randint(3, 14)),
            propositions=_propositions(recit, theme),
            situation=_sans_emploi(recit) if premier else None,
        )
        recit.rendez_vous_id = _suivant(acte.dossier_id, prochain)

    return action


def _prevu(recit: Recit, dossier: Dossier) -> RendezVous | None:
    if not recit.rendez_vous_id:
        return None
    prevu = RendezVous.objects.get(pk=recit.rendez_vous_id)
    prevu.dossier = dossier
    return prevu


def _suivant(dossier_id: int, prochain: Etape | None) -> int:
    if prochain is None:
        return 0
    return int(RendezVous.objects.filter(dossier_id=dossier_id).order_by("-pk").values_list("pk", flat=True)[0])


def _absence(recit: Recit, dossier: Dossier, prevu: RendezVous, prochain: Etape | None) -> None:
    """The person did not come: it is noted, called back, and another appointment is taken."""
    noter_presence(recit.referent, prevu, version=prevu.version, present=False)
    saisir_acte(
        recit.referent,
        dossier,
        le=aujourd_hui(recit),
        heure=None,
        duree=10,
        type="RELANCE",
        modalite="MESSAGERIE",
        theme=recit.projet.theme,
        compte_rendu=recit.hasard.choice(recits.RELANCES),
    )
    recit.rendez_vous_id = 0
    if prochain is not None:
        rendez_vous(prochain)(recit)


def _propositions(recit: Recit, theme: str) -> list[PropositionSaisie]:
    h = recit.hasard
    combien = h.choice((0, 1, 1, 2))
    etats = ("proposee", "proposee", "acceptee", "en_cours", "realisee", "refusee")
    return [PropositionSaisie(theme, i, h.choice(etats)) for i in h.sample(recit.projet.propositions, combien)]


def _sans_emploi(recit: Recit) -> SituationSaisie:
    return SituationSaisie(
        categorie=Categorie.DEMANDEUR,
        debut=aujourd_hui(recit) - timedelta(days=recit.hasard.randint(5, 200)),
        rome_premier=recit.projet.rome,
    )


def situation(categorie: str, *, jours: int | None = None, libelle: str = "", heures: str | None = None) -> Action:
    """A situation that starts that day, for `jours` days (None: no planned end)."""

    def action(recit: Recit) -> None:
        le = aujourd_hui(recit)
        clore_recherche(recit)
        saisie = SituationSaisie(
            categorie=categorie,
            debut=le,
            fin_prevue=le + timedelta(days=jours) if jours else None,
            libelle=libelle,
            heures_hebdo=Decimal(heures) if heures else None,
            rome_exerce=recit.projet.rome if categorie in (Categorie.EMPLOI, Categorie.ALTERNANCE) else "",
            rome_prepare=recit.projet.rome if categorie == Categorie.FORMATION else "",
        )
        if jours and le + timedelta(days=jours) < recit.jour:
            saisie = replace(saisie, fin_prevue=None)
        saisir_situation(recit.referent, recit.dossier, saisie=saisie)

    return action


def diagnostiquer(recit: Recit) -> None:
    hasard = Random(f"diagnostic/{recit.dossier.numero}")  # noqa: S311  # invented data, the same each time
    valeurs = (Valeur.POINT_FORT, Valeur.BESOIN, Valeur.NON_EXPLORE)
    themes = [
        ThemeSaisi(theme, Valeur.BESOIN if theme == recit.projet.theme else recit.hasard.choice(valeurs), texte)
        for theme, texte in recits.THEMES.items()
    ]
    etablir_diagnostic(
        recit.referent,
        recit.dossier,
        etabli_le=aujourd_hui(recit),
        objectifs=recit.projet.objectif,
        synthese=recit.hasard.choice(recits.SYNTHESES),
        themes=themes,
        avec_la_personne=True,
        contraintes=contraintes(hasard),
        appreciations=appreciations(hasard),
        metiers=[recit.projet.rome] if recit.projet.rome else [],
    )


def orienter(recit: Recit) -> None:
    h = recit.hasard
    dossier = recit.dossier
    le = aujourd_hui(recit)
    difficultes = tuple(h.sample(("logement", "mobilite", "sante"), h.choice((0, 1, 1, 2))))
    # Past the ages of L. 5314-2, it is for France Travail to orient to us.
    competent = examiner(dossier, le=le, beneficiaire_rsa=False).resultat["competent"]
    saisie = OrientationSaisie(
        decidee_le=le,
        beneficiaire_rsa=False,
        qualification=dossier.niveau_diplome,
        situation_emploi=h.choice(SITUATIONS_EMPLOI),
        aspirations=h.choice(recits.ASPIRATIONS).format(metier=recit.projet.metier),
        difficultes=difficultes,
        decidee_par=Organisme.FRANCE_TRAVAIL if competent is False else Organisme.MISSION_LOCALE,
        numero_ft=dossier.numero_ft,
        inscrit_ft_le=le - timedelta(days=h.randint(0, 20)),
    )
    decider_orientation(recit.referent, dossier, saisie=saisie)


def notifier(recit: Recit) -> None:
    orientation = orientation_actuelle(dossier=recit.dossier)
    assert orientation is not None
    moyen = "MAIN_PROPRE" if recit.hasard.random() < 0.8 else "LRAR"
    reference = "" if moyen == "MAIN_PROPRE" else f"DEMO{recit.personne.rang:06d}"
    notifier_orientation(
        recit.referent,
        orientation,
        version=orientation.version,
        notifiee_le=aujourd_hui(recit),
        moyen=moyen,
        reference=reference,
    )


def statut(vers: Statut, motif: str = "") -> Action:
    """Asleep, or the end of the accompaniment with its motive."""

    def action(recit: Recit) -> None:
        dossier = recit.relire()
        fin_le: date | None = aujourd_hui(recit) if vers == Statut.FIN else None
        changer_statut(recit.referent, dossier, version=dossier.version, statut=vers, fin_le=fin_le, motif=motif)

    return action


def clore_recherche(recit: Recit) -> None:
    """The search for work ends the day before something else starts."""
    recherche = Situation.objects.filter(
        dossier_id=recit.dossier_id, categorie=Categorie.DEMANDEUR, fin__isnull=True
    ).first()
    if recherche is not None:
        recherche.dossier = recit.dossier
        fin = max(recherche.debut, aujourd_hui(recit) - timedelta(days=1))
        clore_situation(recit.referent, recherche, version=recherche.version, fin=fin)


def corriger_acte(recit: Recit) -> None:
    """The counsellor completes what they wrote last."""
    acte = Acte.objects.filter(dossier_id=recit.dossier_id).order_by("-le", "-pk").first()
    if acte is None:
        return
    acte.dossier = recit.dossier
    modifier_acte(
        recit.referent,
        acte,
        version=acte.version,
        le=acte.le,
        heure=acte.heure,
        duree=acte.duree,
        type=acte.type,
        modalite=acte.modalite,
        theme=acte.theme,
        compte_rendu=f"{acte.compte_rendu} Pièces reçues depuis.",
    )


def corriger_identite(recit: Recit) -> None:
    """A second first name, read on the document."""
    dossier = recit.relire()
    identite = replace(identite_de(dossier.jeune), autres_prenoms="Dominique")
    modifier_identite(recit.accueil, dossier, identite=identite, version=dossier.jeune.version, nir_confirme=True)


def regarder(recit: Recit) -> None:
    """The counsellor opens the dossier."""
    consulter(recit.referent, Dossier(pk=recit.dossier_id, structure_id=recit.structure.pk))
