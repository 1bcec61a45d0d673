"""What the team keeps of a dossier: notes, tags of the structure's list, household links."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import uuid4

from django.db import transaction

from imilo.acteurs.models import Agent, Structure
from imilo.journal.services import consigner
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import enregistrer, reprendre
from imilo.parcours.fiche.models import Etiquette, EtiquettePosee, LienDeFoyer, Note
from imilo.parcours.fiche.models.suivi import NatureLien
from imilo.parcours.fiche.services.donnees import verrouiller
from imilo.socle.erreurs import RegleViolee

CHAMPS = {"etiquette_unique": "nom", "lien_foyer_deux_dossiers": "numero"}
NOTES_MAX, LIENS_MAX, ETIQUETTES_MAX = 200, 20, 200
# What this dossier is to the other, and what the other then is to this one.
RECIPROQUE: Mapping[str, str] = {
    NatureLien.FRATRIE: NatureLien.FRATRIE,
    NatureLien.COUPLE: NatureLien.COUPLE,
    NatureLien.FOYER: NatureLien.FOYER,
    NatureLien.PARENT: NatureLien.ENFANT,
    NatureLien.ENFANT: NatureLien.PARENT,
}


@transaction.atomic
def ecrire_note(agent: Agent, dossier: Dossier, *, texte: str, portee: str) -> Note:
    """Write a note. Fact `note.ecrite`. Raises `RegleViolee` at the field."""
    dossier = verrouiller(dossier)
    if Note.objects.filter(dossier=dossier).count() >= NOTES_MAX:
        raise RegleViolee(f"Ce dossier a déjà {NOTES_MAX} notes : retirez celles qui ne servent plus.", "texte")
    note = Note(dossier=dossier, structure_id=dossier.structure_id, agent=agent, texte=texte.strip(), portee=portee)
    enregistrer(note, champs=CHAMPS, premier=True)
    consigner(agent, "note.ecrite", note, portee=portee)
    return note


@transaction.atomic
def corriger_note(agent: Agent, note: Note, *, version: int, texte: str, portee: str) -> Note:
    """Correct a note; its author stays. Fact `note.modifiee`. Raises `RegleViolee`, `VersionPerimee`."""
    stockee = reprendre(note, version=version)
    stockee.texte, stockee.portee = texte.strip(), portee
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "note.modifiee", stockee, portee=portee)
    return stockee


@transaction.atomic
def retirer_note(agent: Agent, note: Note, *, version: int) -> None:
    """Take a note out; history keeps it. Fact `note.retiree`."""
    stockee = reprendre(note, version=version)
    consigner(agent, "note.retiree", stockee)
    stockee.delete()


@transaction.atomic
def creer_etiquette(agent: Agent, structure: Structure, *, nom: str) -> Etiquette:
    """Add a tag to the structure's list. Fact `etiquette.creee`. Raises `RegleViolee`: names are unique."""
    nom = " ".join(nom.split())
    if not nom:
        raise RegleViolee("Donnez un nom à l'étiquette.", "nom")
    if Etiquette.objects.filter(structure=structure, nom__iexact=nom).exists():
        raise RegleViolee("Votre structure a déjà une étiquette de ce nom.", "nom")
    if Etiquette.objects.filter(structure=structure).count() >= ETIQUETTES_MAX:
        raise RegleViolee(f"Une structure a {ETIQUETTES_MAX} étiquettes au plus.", "nom")
    etiquette = Etiquette(structure=structure, nom=nom)
    enregistrer(etiquette, champs=CHAMPS, premier=True)
    consigner(agent, "etiquette.creee", etiquette)
    return etiquette


@transaction.atomic
def modifier_etiquette(agent: Agent, etiquette: Etiquette, *, version: int, nom: str, active: bool) -> Etiquette:
    """Rename a tag, or close it: dossiers keep it, nobody is offered it any more. Fact `etiquette.modifiee`."""
    stockee = reprendre(etiquette, version=version)
    stockee.nom, stockee.active = " ".join(nom.split()), active
    doubles = Etiquette.objects.filter(structure_id=stockee.structure_id, nom__iexact=stockee.nom)
    if not stockee.nom or doubles.exclude(pk=stockee.pk).exists():
        raise RegleViolee("Donnez un nom que votre structure n'utilise pas encore.", "nom")
    stockee.version += 1
    enregistrer(stockee, champs=CHAMPS)
    consigner(agent, "etiquette.modifiee", stockee)
    return stockee


@transaction.atomic
def etiqueter(agent: Agent, dossier: Dossier, *, etiquettes: Collection[int]) -> tuple[int, int]:
    """Give a dossier exactly these tags of its structure's list; returns (posed, taken out).

    One fact, `dossier.etiquete`, when something changes. A tag closed since may stay, and can't be posed anew.
    """
    dossier = verrouiller(dossier)
    posees = list(EtiquettePosee.objects.filter(dossier=dossier))
    deja = {p.etiquette_id for p in posees}
    offertes = Etiquette.objects.filter(structure_id=dossier.structure_id, active=True)
    nouvelles = list(offertes.filter(pk__in=set(etiquettes) - deja))
    if len(nouvelles) != len(set(etiquettes) - deja):
        raise RegleViolee("Choisissez parmi les étiquettes de votre structure.", "etiquettes")
    a_retirer = [p.pk for p in posees if p.etiquette_id not in etiquettes]
    EtiquettePosee.objects.filter(pk__in=a_retirer).delete()
    for etiquette in nouvelles:
        EtiquettePosee.objects.create(
            dossier=dossier, structure_id=dossier.structure_id, etiquette=etiquette, agent=agent
        )
    if nouvelles or a_retirer:
        consigner(agent, "dossier.etiquete", dossier, posees=len(nouvelles), retirees=len(a_retirer))
    return len(nouvelles), len(a_retirer)


@transaction.atomic
def lier(agent: Agent, dossier: Dossier, *, autre: Dossier, nature: str) -> LienDeFoyer:
    """Say what `autre`, a dossier of the same structure, is to this one. Both sides show it. Fact `foyer.lie`.

    Raises `RegleViolee`: oneself, somebody already linked, another structure's.
    """
    # Both locked, in one order whoever asks.
    for numero in sorted({dossier.pk, autre.pk}):
        verrouiller(Dossier(pk=numero))
    if dossier.pk == autre.pk:
        raise RegleViolee("C'est ce dossier : donnez le numéro de l'autre personne.", "numero")
    if dossier.structure_id != autre.structure_id:
        raise RegleViolee("Ce dossier n'est pas de votre structure.", "numero")
    siens = LienDeFoyer.objects.filter(dossier=dossier)
    if LienDeFoyer.objects.filter(dossier=autre, paire__in=siens.values("paire")).exists():
        raise RegleViolee("Ces deux dossiers sont déjà liés : retirez d'abord ce lien.", "numero")
    if siens.count() >= LIENS_MAX:
        raise RegleViolee(f"Un dossier a {LIENS_MAX} liens au plus.", "numero")
    paire = uuid4()
    cotes = [(dossier, nature), (autre, RECIPROQUE[nature])]
    premier, _ = [
        LienDeFoyer.objects.create(dossier=d, structure_id=d.structure_id, paire=paire, nature=n) for d, n in cotes
    ]
    consigner(agent, "foyer.lie", premier, autre=autre.pk)
    return premier


@transaction.atomic
def delier(agent: Agent, lien: LienDeFoyer) -> None:
    """Take a household link out, on both sides. Fact `foyer.delie`."""
    consigner(agent, "foyer.delie", lien)
    LienDeFoyer.objects.filter(paire=lien.paire).delete()
