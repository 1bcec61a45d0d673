"""One act on many dossiers: looked at first, done in one transaction with one fact, undone as a whole."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.acteurs.selectors import aujourd_hui, habilite
from imilo.journal.services import consigner
from imilo.parcours.dossiers import lots as registre
from imilo.parcours.dossiers.lots import ActionDeLot, Examen, Memoire
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.selectors.equipe import agents_qui_peuvent
from imilo.parcours.portefeuilles.models import LigneDeLot, Lot
from imilo.socle.erreurs import NonHabilite, RegleViolee

DOSSIERS_MAX = 1000
CHANGE = "Ce dossier a été modifié pendant que vous vérifiiez : regardez-le avant de recommencer."


@dataclass(frozen=True)
class Apercu:
    """What an act would do: `libelle` ("Confier à Awa Diallo"), each dossier's, and how many weren't found."""

    action: ActionDeLot
    valeur: str
    libelle: str
    examens: tuple[Examen, ...]
    inconnus: int

    @property
    def retenus(self) -> list[Examen]:
        return [e for e in self.examens if not e.refus]

    @property
    def refuses(self) -> list[Examen]:
        return [e for e in self.examens if e.refus]


def _demande(agent: Agent, structure: Structure, code: str, valeur: str, le: date) -> tuple[ActionDeLot, str]:
    """The act and its label. Raises `RegleViolee` for one that isn't offered, `NonHabilite`."""
    action = registre.action_de_lot(code)
    equipe = list(agents_qui_peuvent("dossier.suivre", structure=structure, le=le))
    libelles = dict(action.choix(structure, le, equipe)) if action else {}
    if action is None or valeur not in libelles:
        raise RegleViolee("Choisissez ce qu'il faut faire de ces dossiers.", "faire")
    if not habilite(agent=agent, structure=structure, action=action.action, le=le):
        raise NonHabilite("Votre profil ne permet pas cette action.")
    return action, libelles[valeur]


def _lire(agent: Agent, structure: Structure, numeros: Collection[int], *, verrou: bool = False) -> list[Dossier]:
    if len(numeros) > DOSSIERS_MAX:
        raise RegleViolee(f"Une action porte sur {DOSSIERS_MAX} dossiers au plus : resserrez les filtres.", "faire")
    visibles = dossiers_visibles(agent=agent, structure=structure).filter(numero__in=list(numeros))
    visibles = visibles.select_related("jeune", "referent", "structure").defer("jeune__nir", "piece_numero")
    return list((visibles.select_for_update(of=("self",)) if verrou else visibles).order_by("pk"))


def examiner(agent: Agent, *, structure: Structure, action: str, valeur: str, numeros: Collection[int]) -> Apercu:
    """What the act would do to these dossiers (numbers). Writes nothing. Raises `RegleViolee`, `NonHabilite`."""
    le = aujourd_hui(structure)
    declaree, libelle = _demande(agent, structure, action, valeur, le)
    dossiers = _lire(agent, structure, numeros)
    examens = sorted(declaree.examiner(dossiers, valeur, le), key=lambda e: e.dossier.numero)
    return Apercu(declaree, valeur, libelle, tuple(examens), len(set(numeros)) - len(dossiers))


@transaction.atomic
def appliquer(agent: Agent, *, structure: Structure, action: str, valeur: str, versions: Mapping[int, int]) -> Lot:
    """Do it to the dossiers of `versions` (number to the version that was looked at): one fact, `portefeuille.lot`.

    A dossier that the act refuses, or that somebody saved since, is left as it is and says why. Raises
    `RegleViolee` when nothing at all would be done, `NonHabilite`.
    """
    le = aujourd_hui(structure)
    declaree, libelle = _demande(agent, structure, action, valeur, le)
    dossiers = _lire(agent, structure, versions, verrou=True)
    examens = [_confronter(e, versions) for e in declaree.examiner(dossiers, valeur, le)]
    retenus = [e.dossier for e in examens if not e.refus]
    if not retenus:
        raise RegleViolee("Aucun de ces dossiers ne peut être changé ainsi : voyez pourquoi, dossier par dossier.")
    avant = declaree.appliquer(agent, retenus, valeur, le)
    lot = Lot.objects.create(
        structure=structure,
        agent=agent,
        action=action,
        valeur=valeur,
        libelle=libelle[:200],
        le=le,
        faits=len(retenus),
        refuses=len(examens) - len(retenus),
    )
    LigneDeLot.objects.bulk_create(_ligne(lot, e, avant) for e in examens)
    consigner(
        agent, "portefeuille.lot", lot, action=action, valeur=valeur or None, nombre=lot.faits, refuses=lot.refuses
    )
    return lot


def _confronter(examen: Examen, versions: Mapping[int, int]) -> Examen:
    d = examen.dossier
    if examen.refus or d.version == versions[d.numero]:
        return examen
    return Examen(d, examen.avant, examen.apres, CHANGE)


def _ligne(lot: Lot, examen: Examen, avant: Mapping[int, Mapping[str, object]]) -> LigneDeLot:
    d = examen.dossier
    return LigneDeLot(
        lot=lot,
        dossier=d,
        structure_id=lot.structure_id,
        avant=dict(avant.get(d.pk, {})),
        version=None if examen.refus else d.version,
        de=examen.avant[:200],
        vers=examen.apres[:200],
        refus=examen.refus[:300],
    )


def _a_rendre(agent: Agent, lot: Lot, *, verrou: bool = False) -> tuple[list[LigneDeLot], list[Memoire]]:
    """The lines of what was done that this agent may see, and what each dossier had."""
    lignes = list(LigneDeLot.objects.filter(lot=lot, refus="").order_by("dossier_id", "pk"))
    dossiers = dossiers_visibles(agent=agent, structure=lot.structure).filter(pk__in={x.dossier_id for x in lignes})
    dossiers = dossiers.select_related("jeune", "referent", "structure").defer("jeune__nir", "piece_numero")
    lus = {d.pk: d for d in (dossiers.select_for_update(of=("self",)) if verrou else dossiers).order_by("pk")}
    vues = [x for x in lignes if x.dossier_id in lus]
    return vues, [Memoire(lus[x.dossier_id], x.avant, x.version or 0) for x in vues]


def _action_du_lot(lot: Lot) -> ActionDeLot:
    action = registre.action_de_lot(lot.action)
    if action is None:
        raise RegleViolee("Cette action n'existe plus : elle ne peut pas être annulée d'un coup.")
    return action


def examiner_retour(agent: Agent, lot: Lot) -> Sequence[Examen]:
    """What undoing would do to each dossier; `refus` for what it would leave. Writes nothing."""
    _, memoires = _a_rendre(agent, lot)
    return _action_du_lot(lot).examiner_retour(memoires, lot.valeur)


@transaction.atomic
def annuler(agent: Agent, lot: Lot) -> Lot:
    """Give back to each dossier what it had, but for those that changed since: these say why they are left.

    Fact `portefeuille.lot_annule`. Raises `RegleViolee` when it was undone already, or when everything has
    changed since; `NonHabilite`.
    """
    stocke = Lot.objects.select_for_update(of=("self",)).select_related("structure").get(pk=lot.pk)
    action = _action_du_lot(stocke)
    if not habilite(agent=agent, structure=stocke.structure, action=action.action, le=aujourd_hui(stocke.structure)):
        raise NonHabilite("Votre profil ne permet pas cette action.")
    if stocke.annule_le is not None:
        raise RegleViolee("Cette action est déjà annulée.")
    lignes, memoires = _a_rendre(agent, stocke, verrou=True)
    examens = action.examiner_retour(memoires, stocke.valeur)
    a_rendre = [m for m, e in zip(memoires, examens, strict=True) if not e.refus]
    if not a_rendre:
        raise RegleViolee("Tous ces dossiers ont changé depuis : il n'y a plus rien à annuler.")
    action.retablir(agent, a_rendre, stocke.valeur)
    for ligne, examen in zip(lignes, examens, strict=True):
        ligne.laisse = examen.refus[:300]
    LigneDeLot.objects.bulk_update([ligne for ligne in lignes if ligne.laisse], ["laisse"])
    stocke.annule_le, stocke.annule_par, stocke.rendus = timezone.now(), agent, len(a_rendre)
    stocke.save(update_fields=["annule_le", "annule_par", "rendus", "modifie_le"])
    consigner(agent, "portefeuille.lot_annule", stocke, nombre=len(a_rendre), laisses=stocke.faits - len(a_rendre))
    return stocke
