"""What orientation and assessment tell the dossier: timeline, alerts, block, deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from imilo.parcours.diagnostics import selectors
from imilo.parcours.diagnostics.grille import libelle_contrainte
from imilo.parcours.diagnostics.models import Contrainte, DiagnosticTheme, Orientation, Valeur, ValeurContrainte
from imilo.parcours.dossiers import alertes, chronologie, decisions
from imilo.parcours.dossiers.alertes import Alerte, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.decisions import Source
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle


def _ligne(t: DiagnosticTheme) -> str:
    constat = f"{libelle(Liste.THEME_DEMANDE, t.theme)} : {t.get_valeur_display().lower()}"
    return f"{constat}, {t.texte}" if t.texte else constat


def _contrainte(c: Contrainte) -> str:
    etat = "contrainte clôturée" if c.valeur == ValeurContrainte.CLOTUREE else "contrainte"
    constat = f"{libelle_contrainte(c.code)} : {etat}"
    return f"{constat}, {c.texte}" if c.texte else constat


def heure_de_saisie(jour: date, instant: datetime, dossier: Dossier) -> time | None:
    """The hour at which an act of `jour` was recorded, when it was that very day: it orders the timeline."""
    ici = instant.astimezone(dossier.structure.zone)
    return ici.time().replace(tzinfo=None) if ici.date() == jour else None


def entrees(dossier: Dossier) -> Iterator[Entree]:
    numero = str(dossier)
    lien = Lien("orientation", (numero,), "Voir l'orientation", "orientation.decider")
    for o in selectors.orientations(dossier=dossier):
        titre = f"Orientation vers : {o.get_vers_display()} (décision : {o.get_decidee_par_display()})"
        heure = heure_de_saisie(o.decidee_le, o.cree_le, dossier)
        yield Entree(o.decidee_le, "orientation", titre, auteur=str(o.agent), lien=lien, heure=heure, instant=o.cree_le)
        if o.notifiee_le is not None:
            titre = f"Orientation notifiée : {libelle(Liste.NOTIFICATION, o.notification_moyen)}"
            heure = heure_de_saisie(o.notifiee_le, o.modifie_le, dossier)
            auteur = str(o.notifiee_par)
            yield Entree(
                o.notifiee_le, "orientation", titre, auteur=auteur, lien=lien, heure=heure, instant=o.modifie_le
            )
        if o.nouvelle_demandee_le is not None:
            titre = "Nouvelle orientation demandée"
            yield Entree(
                o.nouvelle_demandee_le,
                "orientation",
                titre,
                o.nouvelle_raison,
                lien=lien,
                reserve=True,
                instant=o.modifie_le,
            )
    for d in selectors.diagnostics(dossier=dossier):
        themes = [_ligne(t) for t in d.themes.all() if t.valeur != Valeur.NON_EXPLORE]
        freins = [_contrainte(c) for c in d.contraintes.all() if c.valeur != ValeurContrainte.NON_ABORDEE]
        detail = "\n".join([f"Objectifs : {d.objectifs}", *themes, *freins, *([d.synthese] if d.synthese else [])])
        lien_diagnostic = Lien("diagnostic", (numero,), "Voir le diagnostic", "diagnostic.saisir")
        yield Entree(
            d.etabli_le,
            "orientation",
            "Diagnostic",
            detail,
            str(d.agent),
            lien=lien_diagnostic,
            reserve=True,
            heure=heure_de_saisie(d.etabli_le, d.cree_le, dossier),
            instant=d.cree_le,
        )


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """The next step of the law that waits, one at a time."""
    if dossier.statut != Statut.ACTIF:
        return
    orientation = selectors.orientation_actuelle(dossier=dossier)
    lien = Lien("orientation", (str(dossier),), "Orientation", "orientation.decider")
    if orientation is None:
        yield Alerte("L'orientation n'est pas encore décidée.", Urgence.INFO, lien)
    elif not orientation.notifiee:
        yield Alerte(f"L'orientation du {orientation.decidee_le:%d/%m/%Y} est à notifier.", Urgence.BIENTOT, lien)
    elif orientation.nouvelle_demandee_le is not None:
        jour = f"{orientation.nouvelle_demandee_le:%d/%m/%Y}"
        yield Alerte(f"Nouvelle orientation demandée le {jour} : la décision est attendue.", Urgence.INFO, lien)


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Orientation et diagnostic" of the dossier page."""
    numero = str(dossier)
    liens = (
        Lien("orientation", (numero,), "Orientation", "orientation.decider"),
        Lien("diagnostic", (numero,), "Diagnostic", "diagnostic.saisir"),
    )
    o = selectors.orientation_actuelle(dossier=dossier)
    d = next(iter(selectors.diagnostics(dossier=dossier)), None)
    etat = "À décider" if o is None else "À notifier" if not o.notifiee else "Notifiée"
    if o is not None and o.interrompue:
        etat = "Nouvelle demandée"
    lignes: list[tuple[str, str]] = []
    if o is not None:
        lignes.append(("Organisme référent", f"{o.get_vers_display()}, décidé le {o.decidee_le:%d/%m/%Y}"))
    lignes.append(("Diagnostic", f"établi le {d.etabli_le:%d/%m/%Y}" if d else "à établir"))
    return Resume("Orientation et diagnostic", etat, tuple(lignes), liens)


def _vers_l_orientation(orientation: Orientation) -> Lien:
    return Lien("orientation", (str(orientation.dossier),), "Voir l'orientation", "orientation.decider")


DECISIONS = {
    "competence": ("competence", "Qui décide de l'orientation"),
    "reorientation": ("reorientation", "Nouvelle orientation : à qui la demander"),
    "delai-de-signature": ("delai", "Délai de signature du contrat"),
}


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("orientation", "Orientation et diagnostic", entrees)
    alertes.declarer_alertes("diagnostics", alertes_du_dossier)
    alertes.declarer_resume("diagnostics", resume)
    for code, (champ, titre) in DECISIONS.items():
        source = Source(
            f"diagnostics.Orientation.{champ}",
            selectors.orientations,
            titre,
            _vers_l_orientation,
            "orientation.decider",
        )
        decisions.declarer(code, source)
