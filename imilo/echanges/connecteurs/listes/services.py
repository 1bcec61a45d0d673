"""Loading a list: the file received, read in the background in small transactions, undone while nobody worked on it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes.formats import FORMATS
from imilo.echanges.connecteurs.listes.lecture import Lecture, Lue, fichier_de
from imilo.echanges.connecteurs.listes.models import EffetLigne, EtatImport, Import, LigneImport
from imilo.echanges.connecteurs.listes.rapprochement import verdicts_d_avance
from imilo.journal.services import consigner
from imilo.parcours.arrivees.models import Arrivee, Source, Tentative
from imilo.parcours.arrivees.signalements import Verdicts, accueillir
from imilo.socle.erreurs import RegleViolee
from imilo.socle.lecture_csv import FichierIllisible
from imilo.socle.perimetre import perimetre

TACHE = "importer_liste"
TAILLE_MAX = 64 * 1024 * 1024
REJETS_GARDES = 5_000  # lines left out whose reason is kept; beyond, they are counted
BINAIRES = {
    b"PK\x03\x04": "une archive ou un classeur (xlsx, ods, zip)",
    b"\xd0\xcf\x11\xe0": "un classeur ancien (xls)",
    b"%PDF": "un PDF",
    b"\x1f\x8b": "une archive (gz)",
}


@transaction.atomic
def deposer(
    agent: Agent | None,
    *,
    structure: Structure,
    source: Source,
    nom: str,
    contenu: bytes,
    colonnes: Mapping[str, str] | None = None,
    a_preparer: bool = False,
) -> Import:
    """Receive a file, and queue its reading in the same transaction. Fact `liste.deposee`.

    With `a_preparer` it waits until somebody has said which column is which (`lancer`).
    Raises `RegleViolee` at `fichier` for what can't be a list: empty, too large, a spreadsheet or an archive.
    """
    verifier_contenu(contenu)
    recu = Import.objects.create(
        structure=structure,
        source=source,
        fichier=nom_sur(nom),
        taille=len(contenu),
        sha256=hashlib.sha256(contenu).hexdigest(),
        contenu=contenu,
        colonnes=dict(colonnes or {}),
        depose_par=agent,
        etat=EtatImport.A_PREPARER if a_preparer else EtatImport.EN_ATTENTE,
    )
    consigner(agent, "liste.deposee", recu, source=source.value)
    if not a_preparer:
        _mettre_en_file(recu)
    return recu


@transaction.atomic
def lancer(agent: Agent, recu: Import, *, colonnes: Mapping[str, str]) -> Import:
    """Queue the reading of a list whose columns were chosen, {ours: theirs}. Fact `liste.lancee`.

    Raises `RegleViolee` when a column that is needed has none, or when it is read already.
    """
    stocke = Import.objects.select_for_update(of=("self",)).get(pk=recu.pk)
    if stocke.etat != EtatImport.A_PREPARER:
        raise RegleViolee("Cette liste est déjà en cours de lecture, ou lue.")
    if manquantes := sorted(FORMATS[Source(stocke.source)].requises - set(colonnes)):
        raise RegleViolee(f"Choisissez la colonne de : {', '.join(manquantes)}.")
    stocke.colonnes, stocke.etat = dict(colonnes), EtatImport.EN_ATTENTE
    stocke.save(update_fields=["colonnes", "etat", "modifie_le"])
    consigner(agent, "liste.lancee", stocke)
    _mettre_en_file(stocke)
    return stocke


def verifier_contenu(contenu: bytes) -> None:
    """Raises `RegleViolee` at `fichier` for what can't be a list."""
    if not contenu.strip():
        raise RegleViolee("Ce fichier est vide.", "fichier")
    if len(contenu) > TAILLE_MAX:
        raise RegleViolee(f"Ce fichier dépasse {TAILLE_MAX >> 20} Mo : partagez-le en plusieurs.", "fichier")
    for debut, quoi in BINAIRES.items():
        if contenu.startswith(debut):
            raise RegleViolee(f"Ce fichier est {quoi} : enregistrez la liste en CSV, puis déposez-la.", "fichier")


def nom_sur(nom: str) -> str:
    """The last part of a file's name, without signs that could be taken for something else."""
    seul = nom.replace("\\", "/").rpartition("/")[2]
    propre = "".join(c if c.isalnum() or c in " ._-()" else "_" for c in seul).strip(" .")
    return propre[-200:] or "liste.csv"


def _mettre_en_file(recu: Import) -> None:
    from procrastinate.contrib.django import app

    app.configure_task(TACHE).defer(import_id=recu.pk, structure_id=recu.structure_id)


def traiter(import_id: int, structure_id: int, *, avancer: Callable[[int], None] | None = None) -> Import | None:
    """Read a file that was received, from where a former reading stopped. Fact `liste.importee`.

    Each transaction of some lines is whole: killed, it is started again without anything done twice. Two readings of
    the same import share the work. None when there is nothing of that number in the structure.
    """
    with perimetre(structure_id):
        recu = Import.objects.select_related("structure").filter(pk=import_id).first()
        if recu is None or recu.fini or recu.etat == EtatImport.A_PREPARER:
            return recu
        structure, contenu = recu.structure, bytes(recu.contenu or b"")
    try:
        with fichier_de(contenu) as chemin:
            verdicts = verdicts_d_avance(recu, structure, chemin)
            lecture = Lecture(recu, structure, chemin, colonnes=recu.colonnes, avancer=avancer)
            for lot in lecture.lots():
                _ecrire(recu, structure, lot, verdicts)
    except FichierIllisible as erreur:
        return _finir(recu, EtatImport.ILLISIBLE, str(erreur).replace(chemin.name, recu.fichier))
    return _finir(recu, EtatImport.TERMINE)


@dataclass(frozen=True)
class Rapport:
    """What an import did, for a terminal. `rejets`: number of the line, and why."""

    fichier: str
    etat: str
    message: str
    comptes: dict[str, int]
    rejets: list[tuple[int, str]]

    @property
    def lu(self) -> bool:
        return self.etat == EtatImport.TERMINE

    def donnees(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return asdict(self)

    def __str__(self) -> str:
        if not self.lu:
            return self.message
        compte = ", ".join(f"{nombre} {nom}" for nom, nombre in self.comptes.items())
        return "\n".join([f"{self.fichier} : {compte}.", *(f"Ligne {n} : {raison}." for n, raison in self.rejets)])


def importer_le_fichier(
    chemin: Path, structure: Structure, source: Source, *, avancer: Callable[[int], None] | None = None
) -> Rapport:
    """Load a file of the disk now, without the background job. Raises `RegleViolee` as `deposer` does."""
    with perimetre(structure.pk):
        recu = deposer(None, structure=structure, source=source, nom=chemin.name, contenu=chemin.read_bytes())
    return _lire_maintenant(recu, structure, avancer)


def reprendre_ou_importer(nom: str, contenu: bytes, structure: Structure, source: Source) -> Rapport:
    """Load these bytes now, or go on with a reading of them that was stopped half way. One caller at a time.

    Raises `RegleViolee` as `deposer` does.
    """
    empreinte = hashlib.sha256(contenu).hexdigest()
    with perimetre(structure.pk):
        memes = Import.objects.filter(structure=structure, source=source, sha256=empreinte, fichier=nom_sur(nom))
        arrete = memes.filter(depose_par=None, fini_le=None).defer("contenu").first()
        recu = arrete or deposer(None, structure=structure, source=source, nom=nom, contenu=contenu)
    return _lire_maintenant(recu, structure, None)


def _lire_maintenant(recu: Import, structure: Structure, avancer: Callable[[int], None] | None) -> Rapport:
    lu = traiter(recu.pk, structure.pk, avancer=avancer) or recu
    with perimetre(structure.pk):
        lignes = LigneImport.objects.filter(imports=lu, effet=EffetLigne.REJETEE)
        rejets = list(lignes.values_list("numero", "raison"))
    comptes = {
        "créées": lu.creees,
        "mises à jour": lu.modifiees,
        "sans changement": lu.inchangees,
        "laissées de côté": lu.rejetees,
    }
    return Rapport(lu.fichier, lu.etat, lu.message, comptes, rejets)


def _ecrire(recu: Import, structure: Structure, lot: list[Lue], verdicts: Verdicts | None) -> None:
    """One transaction: what another reading of this import already did is left out."""
    with perimetre(structure.pk):
        stocke = Import.objects.select_for_update(of=("self",)).defer("contenu").get(pk=recu.pk)
        a_faire = [lue for lue in lot if lue.numero > stocke.lignes_faites]
        if not a_faire:
            return
        dits = [lue.signalement for lue in a_faire if lue.signalement is not None]
        effets = iter(accueillir(structure, Source(recu.source), dits, verdicts=verdicts))
        lignes = []
        for lue in a_faire:
            if lue.signalement is None:
                stocke.rejetees += 1
                if stocke.rejetees <= REJETS_GARDES:
                    lignes.append(_ligne(stocke, lue.numero, EffetLigne.REJETEE, raison=lue.raison[:500]))
                continue
            effet = next(effets)
            stocke.creees += effet.genre == EffetLigne.CREEE
            stocke.modifiees += effet.genre == EffetLigne.MODIFIEE
            stocke.inchangees += effet.genre == EffetLigne.INCHANGEE
            commun = {"arrivee_id": effet.arrivee_id, "version": effet.version, "avant": effet.avant}
            lignes.append(_ligne(stocke, lue.numero, EffetLigne(effet.genre), **commun))
        LigneImport.objects.bulk_create(lignes)
        stocke.lignes_faites, stocke.octets_lus = a_faire[-1].numero, a_faire[-1].octets
        stocke.etat = EtatImport.EN_COURS
        stocke.save(
            update_fields=[
                "lignes_faites", "octets_lus", "etat", "creees", "modifiees", "inchangees", "rejetees", "modifie_le",
            ]
        )  # fmt: skip


def _ligne(recu: Import, numero: int, effet: EffetLigne, **champs: Any) -> LigneImport:
    return LigneImport(imports=recu, structure_id=recu.structure_id, numero=numero, effet=effet, **champs)


def _finir(recu: Import, etat: EtatImport, message: str = "") -> Import:
    with perimetre(recu.structure_id):
        stocke = Import.objects.select_for_update(of=("self",)).select_related("structure").get(pk=recu.pk)
        if stocke.fini:
            return stocke
        stocke.etat, stocke.message, stocke.fini_le = etat, message[:500], timezone.now()
        stocke.contenu = None  # read: what it said is in the arrivals, and nowhere else
        stocke.save()
        consigner(
            None,
            "liste.importee",
            stocke,
            source=stocke.source,
            creees=stocke.creees,
            modifiees=stocke.modifiees,
            rejetees=stocke.rejetees,
        )
    return stocke


def touchees(recu: Import) -> int:
    """How many of the arrivals of an import somebody, or a later list, has worked on since."""
    lignes = LigneImport.objects.filter(imports=recu, effet__in=(EffetLigne.CREEE, EffetLigne.MODIFIEE))
    intactes = lignes.filter(arrivee__version=F("version"), arrivee__dossier__isnull=True)
    tentees = Tentative.objects.filter(arrivee__in=intactes.values("arrivee")).values("arrivee").distinct().count()
    return lignes.count() - intactes.count() + tentees


@transaction.atomic
def annuler(agent: Agent, recu: Import) -> Import:
    """Take back all that an import brought, while nobody has worked on it. Fact `liste.annulee`.

    Raises `RegleViolee` when somebody has, or when it isn't finished.
    """
    stocke = Import.objects.select_for_update(of=("self",)).get(pk=recu.pk)
    if stocke.etat != EtatImport.TERMINE:
        raise RegleViolee("Seul un import terminé s'annule.")
    if nombre := touchees(stocke):
        raise RegleViolee(
            f"{nombre} arrivée{'s' if nombre > 1 else ''} de cette liste {'ont' if nombre > 1 else 'a'} déjà été "
            "travaillée ou mise à jour : l'import ne peut plus être annulé."
        )
    lignes = LigneImport.objects.filter(imports=stocke)
    for ligne in lignes.filter(effet=EffetLigne.MODIFIEE).select_related("arrivee"):
        if ligne.arrivee is not None:
            _remettre(ligne.arrivee, ligne.avant)
    creees = lignes.filter(effet=EffetLigne.CREEE).values_list("arrivee_id", flat=True)
    Arrivee.objects.filter(pk__in=[cle for cle in creees if cle is not None]).delete()
    stocke.etat = EtatImport.ANNULE
    stocke.save(update_fields=["etat", "modifie_le"])
    consigner(agent, "liste.annulee", stocke)
    return stocke


def _remettre(arrivee: Arrivee, avant: dict[str, Any]) -> None:
    for nom, valeur in avant.items():
        setattr(arrivee, nom, Arrivee._meta.get_field(nom).to_python(valeur))  # type: ignore[union-attr]  # our own columns
    arrivee.version += 1
    arrivee.save()
