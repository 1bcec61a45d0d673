"""What the full file tells the rest: alerts of the dossier, deadlines of *Ma journée*, timeline, filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from imilo.acteurs.models import Agent, Structure
from imilo.parcours.dossiers import alertes, chronologie, lots
from imilo.parcours.dossiers.alertes import Alerte, Jalon, Resume, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.dossiers.selectors import portefeuille
from imilo.parcours.dossiers.selectors.portefeuille import FiltreDeclare
from imilo.parcours.dossiers.selectors.referents import dossiers_suivis
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.lots import ETIQUETTE
from imilo.parcours.fiche.models import Demande, Etiquette, EtiquettePosee, Justificatif, Note, Territoire, TitreSejour
from imilo.parcours.fiche.models.identite import Appartenance
from imilo.parcours.fiche.models.suivi import EtatDemande, Portee
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle

RETARD = timedelta(days=365)  # past it, what has run out is no longer to be seen to today


def _delai_sejour() -> timedelta:
    return timedelta(days=settings.ALERTE_SEJOUR_JOURS)


def _delai_document() -> timedelta:
    return timedelta(days=settings.ALERTE_DOCUMENT_JOURS)


def _fiche(dossier: Dossier, libelle: str = "Ouvrir la fiche") -> Lien:
    return Lien("fiche", (str(dossier),), libelle, "dossier.lire")


def _documents(dossier: Dossier) -> Lien:
    return Lien("documents", (str(dossier),), "Voir les documents", "document.lire")


def _quand(jour: date, le: date, quoi: str) -> str:
    if jour < le:
        return f"{quoi} n'est plus valable depuis le {jour:%d/%m/%Y}."
    return f"{quoi} prend fin le {jour:%d/%m/%Y}."


def titres_a_voir(le: date) -> Q:
    """Condition on `TitreSejour`: it ends within the delay, and no permit of the dossier holds longer."""
    plus_tard = TitreSejour.objects.filter(dossier=OuterRef("dossier"), expire_le__gt=OuterRef("expire_le"))
    return Q(expire_le__lte=le + _delai_sejour(), expire_le__gte=le - RETARD) & ~Q(Exists(plus_tard))


def justificatifs_a_voir(le: date) -> Q:
    """Condition on `Justificatif`: it ends within the delay, and none of its type in the dossier holds longer."""
    plus_tard = Justificatif.objects.filter(dossier=OuterRef("dossier"), type=OuterRef("type")).filter(
        Q(expire_le__isnull=True) | Q(expire_le__gt=OuterRef("expire_le"))
    )
    return Q(expire_le__lte=le + _delai_document(), expire_le__gte=le - RETARD) & ~Q(Exists(plus_tard))


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """Permits and documents about to end, a minor whom nobody represents. Three queries at most."""
    if dossier.statut == Statut.FIN:
        return
    for titre in TitreSejour.objects.filter(titres_a_voir(le), dossier=dossier):
        urgence = Urgence.DEPASSEE if titre.expire_le < le else Urgence.BIENTOT
        yield Alerte(_quand(titre.expire_le, le, "Le titre de séjour"), urgence, _fiche(dossier))
    for document in Justificatif.objects.filter(justificatifs_a_voir(le), dossier=dossier):
        if document.expire_le is not None:
            quoi = f"Un document ({document.get_type_display()})"
            yield Alerte(_quand(document.expire_le, le, quoi), Urgence.INFO, _documents(dossier))
    if selectors.est_mineur(dossier, le=le) and selectors.representant_du_jour(dossier, le=le) is None:
        yield Alerte("Mineur : aucun représentant légal n'est noté.", Urgence.INFO, _fiche(dossier, "Le noter"))


def echeances(agent: Agent, structure: Structure, le: date) -> Iterator[Jalon]:
    """Permits, identity documents and filed documents about to end, in the agent's caseload: three queries."""
    dossiers = dossiers_suivis(agent=agent, structure=structure, le=le).actifs()
    titres = TitreSejour.objects.filter(titres_a_voir(le), dossier__in=dossiers).select_related("dossier__jeune")
    for titre in titres:
        yield _jalon(titre.expire_le, "Fin du titre de séjour", titre.dossier, _fiche(titre.dossier), le)
    pieces = dossiers.filter(piece_expire_le__lte=le + _delai_document(), piece_expire_le__gte=le - RETARD)
    for dossier in pieces.select_related("jeune"):
        if dossier.piece_expire_le is not None:
            lien = Lien("dossier-justifier", (str(dossier),), "Noter la nouvelle pièce", "identite.modifier")
            yield _jalon(dossier.piece_expire_le, "Fin de la pièce d'identité", dossier, lien, le)
    documents = Justificatif.objects.filter(justificatifs_a_voir(le), dossier__in=dossiers)
    for document in documents.select_related("dossier__jeune"):
        if document.expire_le is not None:
            texte = f"Fin de validité : {document.get_type_display()}"
            yield _jalon(document.expire_le, texte, document.dossier, _documents(document.dossier), le)


def _jalon(jour: date, texte: str, dossier: Dossier, lien: Lien, le: date) -> Jalon:
    urgence = Urgence.DEPASSEE if jour < le else Urgence.BIENTOT
    return Jalon(jour, texte, dossier, lien, urgence)


def entrees(dossier: Dossier) -> Iterator[Entree]:
    """Demands (their text reserved to whoever accompanies) and notes."""
    numero = str(dossier)
    lien = Lien("demandes", (numero,), "Voir les demandes", "dossier.suivre")
    for d in Demande.objects.filter(dossier=dossier).select_related("agent"):
        titre = f"Demande : {libelle(Liste.THEME_DEMANDE, d.theme)}"
        yield Entree(d.le, "demande", titre, d.texte, str(d.agent), lien, reserve=True, instant=d.cree_le)
        if d.etat == EtatDemande.CLOSE and d.close_le is not None:
            titre = f"Demande terminée : {d.get_issue_display().lower()}"
            yield Entree(d.close_le, "demande", titre, lien=lien, instant=d.modifie_le)


def entrees_des_notes(dossier: Dossier) -> Iterator[Entree]:
    for n in Note.objects.filter(dossier=dossier).select_related("agent"):
        reserve = n.portee == Portee.RESTREINTE
        yield Entree(n.cree_le, "note", "Note", n.texte, str(n.agent), _fiche(dossier), reserve=reserve)


def resume(dossier: Dossier, le: date) -> Resume | None:
    """The block "Fiche complète" of the dossier page: the way to the file, without a query."""
    etat = "Foyer, parcours, droits"
    numero = (str(dossier),)
    liens = (
        _fiche(dossier, "Fiche complète"),
        Lien("demandes", numero, "Demandes et propositions", "dossier.suivre"),
        Lien("documents", numero, "Documents", "document.lire"),
    )
    return Resume("Fiche complète", etat, (), liens)


def _etiquettes(structure: Structure, le: date) -> list[tuple[str, str]]:
    return [(str(e.pk), e.nom) for e in Etiquette.objects.filter(structure=structure)]


def _etiquete(valeur: str, le: date) -> Q:
    return Q(Exists(EtiquettePosee.objects.filter(dossier=OuterRef("pk"), etiquette=int(valeur))))


def _choix_qpv(structure: Structure, le: date) -> list[tuple[str, str]]:
    return [("oui", "En QPV"), ("non", "Hors QPV"), ("inconnu", "Pas encore dit")]


def _en_qpv(valeur: str, le: date) -> Q:
    """By the last statement; a dossier where nothing is said, or not known, is the third choice."""
    dits = Territoire.objects.filter(dossier=OuterRef("pk"))
    if valeur == Appartenance.INCONNU:
        return ~Q(Exists(dits.exclude(qpv=Appartenance.INCONNU)))
    return Q(Exists(dits.filter(qpv=valeur)))


def echeances_de_la_fiche(le: date, jusqu_au: date) -> Q:
    """A permit that ends by that day, none of the dossier holding longer."""
    titres = TitreSejour.objects.filter(dossier=OuterRef("pk"), expire_le__gte=le - RETARD)
    plus_loin = TitreSejour.objects.filter(dossier=OuterRef("pk"), expire_le__gt=jusqu_au)
    return Q(Exists(titres.filter(expire_le__lte=jusqu_au))) & ~Q(Exists(plus_loin))


def declarer() -> None:
    """Called once, when the application is ready."""
    alertes.declarer_alertes("fiche_alertes", alertes_du_dossier)
    alertes.declarer_echeances("fiche", echeances)
    alertes.declarer_resume("fiche", resume)
    chronologie.declarer("demande", "Demandes", entrees)
    chronologie.declarer("note", "Notes", entrees_des_notes)
    portefeuille.declarer_filtre(FiltreDeclare("etiquette", "Étiquette", _etiquettes, _etiquete))
    portefeuille.declarer_filtre(FiltreDeclare("qpv", "Quartier prioritaire (QPV)", _choix_qpv, _en_qpv))
    portefeuille.declarer_echeance("fiche", echeances_de_la_fiche)
    lots.declarer_action(ETIQUETTE)
