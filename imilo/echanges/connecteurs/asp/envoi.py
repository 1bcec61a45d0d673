"""Sending: what is to leave is fixed in the database, name and bytes, then deposited as it is, as often as needed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.asp import messages
from imilo.echanges.connecteurs.asp.a_envoyer import a_envoyer
from imilo.echanges.connecteurs.asp.client import Porte
from imilo.echanges.connecteurs.asp.messages import Depot, Flux, Nom
from imilo.echanges.connecteurs.asp.messages import Ligne as LigneEcrite
from imilo.echanges.connecteurs.asp.models import Envoi, EtatEnvoi, GenreLigne, Ligne
from imilo.echanges.connecteurs.asp.pret import Pret, ecrire
from imilo.journal.services import consigner
from imilo.socle.perimetre import perimetre


def fixer(structure: Structure) -> list[Envoi]:
    """Write the files of all that may leave now, in one transaction. Fact `asp.fixe` for each.

    The caller holds the lock of the structure (`verrou.seul`); were it two, the database refuses the second.
    """
    with perimetre(structure.pk):
        partent = a_envoyer(structure)
        return [
            *_fichiers(structure, Flux.CONTRATS, partent.contrats),
            *_fichiers(structure, Flux.AVENANTS, partent.avenants),
            *_fichiers(structure, Flux.ALLOCATIONS, partent.sommes),
        ]


def _fichiers(structure: Structure, flux: Flux, prets: Sequence[Pret]) -> list[Envoi]:
    envois, debut = [], 0
    for lot in messages.en_fichiers(ecrire(prets)):
        envois.append(_fichier(structure, flux, prets[debut : debut + len(lot)], lot))
        debut += len(lot)
    return envois


def _fichier(structure: Structure, flux: Flux, prets: Sequence[Pret], lignes: Sequence[LigneEcrite]) -> Envoi:
    nom = _nom_libre(structure, flux)
    octets = messages.ecrire_depot(Depot(nom, tuple(lignes)))
    envoi = Envoi.objects.create(
        structure=structure,
        genre=flux.value,
        nom=str(nom),
        contenu=octets.decode(),
        sha256=hashlib.sha256(octets).hexdigest(),
        taille=len(octets),
        nombre=len(prets),
    )
    Ligne.objects.bulk_create([_ligne(envoi, numero, pret) for numero, pret in enumerate(prets, 1)])
    consigner(None, "asp.fixe", envoi, nombre=len(prets))
    return envoi


def _ligne(envoi: Envoi, numero: int, pret: Pret) -> Ligne:
    ligne = Ligne(
        envoi=envoi,
        numero=numero,
        genre=pret.genre,
        dossier_id=pret.contrat.dossier_id,
        structure_id=envoi.structure_id,
        contrat=pret.contrat,
        suspension=pret.suspension,
        reference=pret.reference,
        du=pret.du,
        au=pret.au,
    )
    if pret.somme is not None:
        ligne.mois, ligne.montant = pret.somme.mois, pret.somme.du  # type: ignore[union-attr]  # annotated
        setattr(ligne, "pacea" if pret.genre == GenreLigne.PACEA else "decision", pret.somme)
    return ligne


def _nom_libre(structure: Structure, flux: Flux) -> Nom:
    """The first second, from now, that no file of the structure bears."""
    instant = timezone.now().astimezone(UTC).replace(microsecond=0)
    dernier = Envoi.objects.filter(structure=structure, genre=flux.value).order_by("-nom").first()
    if dernier is not None and (lu := Nom.lu(dernier.nom)) is not None:
        suivant = datetime.strptime(lu.horodatage, "%Y%m%d%H%M%S").replace(tzinfo=UTC) + timedelta(seconds=1)
        instant = max(instant, suivant)
    return Nom.a(flux, structure.code, instant)


def deposer(structure: Structure, porte: Porte) -> int:
    """Deposit the files that are fixed and not known to be deposited. How many. Raises `PorteInjoignable`.

    One that stopped between its deposit and this note is either still there, or answered already, or goes once more
    under the same name with the same bytes, which the agency takes for done.
    """
    with perimetre(structure.pk):
        attente = list(Envoi.objects.filter(structure=structure, etat=EtatEnvoi.FIXE).order_by("-genre", "nom"))
    if not attente:
        return 0
    la = {*porte.depots(), *map(messages.nom_du_depot, porte.retraits())}
    for envoi in attente:
        if envoi.nom not in la:
            porte.deposer(envoi.nom, envoi.contenu.encode())
        noter_le_depot(envoi)
    return len(attente)


def noter_le_depot(envoi: Envoi) -> None:
    """The file is with the agency. Fact `asp.depose`, once."""
    with perimetre(envoi.structure_id):
        note = Envoi.objects.filter(pk=envoi.pk, etat=EtatEnvoi.FIXE)
        if note.update(etat=EtatEnvoi.DEPOSE, depose_le=timezone.now(), modifie_le=timezone.now()):
            consigner(None, "asp.depose", envoi, nombre=envoi.nombre)
