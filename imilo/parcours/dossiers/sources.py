"""What the dossier itself has to tell in its timeline, and its own alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from imilo.acteurs.models import Agent
from imilo.jeunes.identite import avertissements, identite_de
from imilo.parcours.dossiers import alertes, chronologie
from imilo.parcours.dossiers.alertes import Alerte, Urgence
from imilo.parcours.dossiers.chronologie import Entree
from imilo.parcours.dossiers.coordonnees import arrivee_de, rqth_en_cours
from imilo.parcours.dossiers.liens import Lien
from imilo.parcours.dossiers.models import Acte, Document, Dossier, GenreDocument, Statut
from imilo.parcours.dossiers.selectors import suivi
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import libelle


def _titre(acte: Acte) -> str:
    quoi = f"{libelle(Liste.TYPE_ACTE, acte.type)} · {libelle(Liste.MODALITE_ACTE, acte.modalite)}, {acte.duree} min"
    return f"{quoi} : {acte.collectif.intitule}" if acte.collectif else quoi


def entrees_des_actes(dossier: Dossier) -> Iterator[Entree]:
    """Each act, with what was said and what was proposed (reserved to those who accompany)."""
    for acte in suivi.actes(dossier=dossier):
        proposes = [f"→ {p.intitule} ({p.get_etat_display().lower()})" for p in acte.propositions.all()]
        yield Entree(
            le=acte.le,
            heure=acte.heure,
            genre="acte",
            titre=_titre(acte),
            detail="\n".join([*([acte.compte_rendu] if acte.compte_rendu else []), *proposes]),
            auteur=str(acte.agent),
            lien=Lien("acte-modifier", (str(dossier), acte.pk), "Corriger cet acte", "acte.saisir"),
            reserve=True,
            instant=acte.cree_le,
        )


def entrees_des_situations(dossier: Dossier) -> Iterator[Entree]:
    for s in suivi.situations_lues(dossier=dossier):
        lien = Lien("situation-modifier", (str(dossier), s.pk), "Modifier cette situation", "situation.saisir")
        titre = s.get_categorie_display()
        yield Entree(s.debut, "situation", f"{titre} : début", s.libelle, lien=lien, instant=s.cree_le)
        if s.fin is not None:
            yield Entree(s.fin, "situation", f"{titre} : fin", s.libelle, lien=lien, instant=s.modifie_le)


def _agents(identifiants: Iterable[int | None]) -> dict[int, str]:
    voulus = {i for i in identifiants if i}
    return {a.pk: str(a) for a in Agent.objects.filter(pk__in=voulus)} if voulus else {}


def entrees_du_dossier(dossier: Dossier) -> Iterator[Entree]:
    """First reception (the bottom of its day: no instant), then each change of status or référent, read from
    the history of the row."""
    yield Entree(dossier.premier_accueil, "dossier", "Premier accueil")
    anciens = list(
        Dossier.pgh_event_model.objects.filter(pgh_obj_id=dossier.pk)  # type: ignore[attr-defined]  # made by pghistory
        .order_by("pgh_id")
        .values("statut", "referent_id", "pgh_created_at", "pgh_context")
    )
    if not anciens:
        return
    noms = _agents(
        [
            dossier.referent_id,
            *(e["referent_id"] for e in anciens),
            *((e["pgh_context"] or {}).get("agent") for e in anciens),
        ]
    )
    etats = [(e["statut"], e["referent_id"]) for e in anciens] + [(dossier.statut, dossier.referent_id)]
    # An event holds the row as it was before: what it became is in the next one.
    for evenement, avant, apres in zip(anciens, etats, etats[1:], strict=False):
        auteur = noms.get((evenement["pgh_context"] or {}).get("agent", 0), "")
        if avant[0] != apres[0]:
            titre = f"Dossier : {Statut(apres[0]).label}"
            yield Entree(evenement["pgh_created_at"], "dossier", titre, auteur=auteur)
        if avant[1] != apres[1]:
            titre = f"Référent : {noms.get(apres[1] or 0, 'aucun')}"
            yield Entree(evenement["pgh_created_at"], "dossier", titre, auteur=auteur)


def entrees_des_documents(dossier: Dossier) -> Iterator[Entree]:
    # The contracts' own entry tells that one was signed, and opens its document.
    documents = Document.objects.filter(dossier=dossier).exclude(genre=GenreDocument.CONTRAT_SIGNE)
    documents = documents.select_related("depose_par").defer("contenu")
    for document in documents:
        yield Entree(
            document.cree_le,
            "document",
            document.get_genre_display(),
            document.titre,
            auteur=str(document.depose_par),
            lien=Lien("document", (str(dossier), document.pk), "Télécharger", "document.lire"),
            reserve=True,  # a title may tell of health or money; the list of documents knows the type of each
        )


def alertes_du_dossier(dossier: Dossier, le: date) -> Iterator[Alerte]:
    """What the dossier lacks or what has run out, with where to put it right."""
    numero = str(dossier)
    if dossier.referent_id is None and dossier.statut != Statut.FIN:
        yield Alerte(
            "Ce dossier n'a pas de référent.",
            Urgence.BIENTOT,
            Lien("dossier-referent", (numero,), "Choisir un référent", "dossier.suivre"),
        )
    if dossier.statut != Statut.FIN:
        for message in avertissements(
            identite_de(dossier.jeune), le=le, rqth=rqth_en_cours(arrivee_de(dossier), le=le)
        ):
            yield Alerte(message, Urgence.INFO)
    if dossier.notice_remise_le is None:
        yield Alerte(
            "La notice d'information sur les données n'a pas encore été remise.",
            Urgence.BIENTOT,
            Lien("dossier-coordonnees", (numero,), "Noter la remise", "identite.modifier"),
        )
    if dossier.piece_expire_le is not None and dossier.piece_expire_le < le:
        yield Alerte(
            f"La pièce d'identité n'est plus valable depuis le {dossier.piece_expire_le:%d/%m/%Y}.", Urgence.INFO
        )
    if not (dossier.telephone or dossier.telephone_2 or dossier.courriel):
        yield Alerte("Aucun téléphone ni courriel : cette personne ne peut pas être jointe.", Urgence.BIENTOT)


def declarer() -> None:
    """Called once, when the application is ready."""
    chronologie.declarer("acte", "Actes", entrees_des_actes)
    chronologie.declarer("situation", "Situations", entrees_des_situations)
    chronologie.declarer("document", "Documents", entrees_des_documents)
    chronologie.declarer("dossier", "Dossier", entrees_du_dossier)
    alertes.declarer_alertes("dossiers", alertes_du_dossier)
