"""To whom an assessment may be sent: the person, and who decides for them when the file names somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from imilo.acteurs.selectors import aujourd_hui
from imilo.jeunes.telephones import afficher
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Representant
from imilo.parcours.liens.services import Contact
from imilo.parcours.messagerie.models import Canal
from imilo.parcours.messagerie.selectors import adresses, mobile
from imilo.socle.erreurs import RegleViolee


@dataclass(frozen=True)
class Choix:
    """One way to reach one person, as the form offers it."""

    cle: str
    libelle: str
    contact: Contact


def destinataires(dossier: Dossier) -> list[Choix]:
    """The person's own telephone and e-mail, then those of their representatives today. One query."""
    siens = [
        Choix(canal, _en_mots(canal, adresse), Contact(canal, adresse)) for canal, adresse in adresses(dossier).items()
    ]
    return [*siens, *_des_representants(dossier)]


def _des_representants(dossier: Dossier) -> Iterator[Choix]:
    le = aujourd_hui(dossier.structure)
    for r in Representant.objects.filter(dossier=dossier):
        if not r.en_cours(le=le):
            continue
        moyens = {Canal.SMS.value: r.telephone if mobile(r.telephone) else "", Canal.COURRIEL.value: r.courriel}
        for canal, adresse in moyens.items():
            if adresse:
                yield Choix(f"r{r.pk}-{canal}", f"{r} : {_en_mots(canal, adresse)}", Contact(canal, adresse, r.nom))


def _en_mots(canal: str, adresse: str) -> str:
    return f"SMS au {afficher(adresse)}" if canal == Canal.SMS else f"courriel à {adresse}"


def contact_choisi(dossier: Dossier, cle: str) -> Contact:
    """The contact of a choice of the form. Raises `RegleViolee` at `canal` for any other, or when there is none."""
    possibles = {c.cle: c.contact for c in destinataires(dossier)}
    if not possibles:
        raise RegleViolee(
            "Il n'y a ni téléphone mobile ni adresse électronique dans ce dossier : complétez d'abord les coordonnées.",
            "canal",
        )
    if cle not in possibles:
        raise RegleViolee("Choisissez à qui envoyer le lien, dans la liste.", "canal")
    return possibles[cle]
