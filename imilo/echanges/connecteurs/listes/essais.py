"""Before a list is loaded: what it looks like, which column is which, and what loading it would do. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from imilo.echanges.connecteurs.listes.formats import FORMATS, conseiller_des_colonnes
from imilo.echanges.connecteurs.listes.lecture import Lecture, fichier_de
from imilo.echanges.connecteurs.listes.models import Import
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.socle.lecture_csv import Rejet, lire

APERCU = 5  # lines shown
REFUS_MONTRES = 20


@dataclass(frozen=True)
class Apercu:
    """The first lines under the names of their columns, and the column that each of ours probably is."""

    entete: list[str]
    lignes: list[list[str]]
    proposees: dict[str, str]


def apercu(recu: Import) -> Apercu:
    """How a list that was received looks. Raises `FichierIllisible`."""
    rejets: list[Rejet] = []
    with fichier_de(_contenu(recu)) as chemin:
        premieres = list(islice(lire(chemin, set(), rejeter=rejets.append), APERCU))
    entete = list(premieres[0].valeurs) if premieres else []
    attendues = FORMATS[Source(recu.source)].colonnes
    lignes = [list(ligne.valeurs.values()) for ligne in premieres]
    return Apercu(entete, lignes, conseiller_des_colonnes(entete, attendues))


def _contenu(recu: Import) -> bytes:
    return bytes(Import.objects.values_list("contenu", flat=True).get(pk=recu.pk) or b"")


@dataclass
class Bilan:
    """What loading would do: lines that add somebody, that name somebody already there, that can't be used."""

    nouvelles: int = 0
    deja_la: int = 0
    refusees: int = 0
    refus: list[tuple[int, str]] = field(default_factory=list)


def essayer(recu: Import, *, colonnes: Mapping[str, str]) -> Bilan:
    """Read the whole list as loading it would, without writing anything. Raises `FichierIllisible`."""
    bilan = Bilan()
    with fichier_de(_contenu(recu)) as chemin:
        for lot in Lecture(recu, recu.structure, chemin, colonnes=colonnes).lots():
            cles = {lue.signalement.cle for lue in lot if lue.signalement is not None}
            connues = Arrivee.objects.filter(structure=recu.structure, source=recu.source, cle__in=cles).count()
            bilan.deja_la += connues
            bilan.nouvelles += len(cles) - connues
            refus = [(lue.numero, lue.raison) for lue in lot if lue.signalement is None]
            bilan.refusees += len(refus)
            bilan.refus += refus[: REFUS_MONTRES - len(bilan.refus)]
    return bilan
