"""Failings that the dossier itself shows: weeks under the hours of the contract, absences without a good reason,
declarations of activity that were refused.

Nothing is noted by itself: each is proposed to the counsellor, who notes it or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from imilo.droit import francais
from imilo.parcours.activites.models import Absence, ActiviteDeclaree, EtatDeclaration
from imilo.parcours.activites.selectors import sous_la_duree
from imilo.parcours.activites.semaines import Semaine, duree_lisible
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.sanctions.models import Manquement, Origine, Procedure

RECENTES = timedelta(days=60)
MONTREES = 3  # declarations that a sentence names: the facts of a letter stay short


@dataclass(frozen=True)
class Constat:
    """What may be noted: its day, where it was seen, the facts in a sentence, as what failings.

    A declaration that was refused says by itself neither that a commitment wasn't kept nor that somebody meant to
    deceive (L. 5412-1 I and IV): two failings are then offered, and the counsellor says which.
    """

    constate_le: date
    origine: str
    faits: str
    manquements: tuple[Manquement, ...] = (Manquement.ENGAGEMENTS,)

    @property
    def cle(self) -> str:
        """Its name in an address: the facts stay out of it."""
        return f"{self.origine}:{self.constate_le.isoformat()}"


def constats_proposes(*, dossier: Dossier, le: date) -> list[Constat]:
    """What the ledger of hours, the absences and the declarations show on the day `le`, and isn't noted yet.

    The latest first.
    """
    notes = set(Procedure.objects.filter(dossier=dossier).values_list("constate_le", "origine", "manquement"))
    trouves = [*_heures(dossier, le), *_absences(dossier, le), *_declarations(dossier, le)]
    restent = [reste for c in trouves if (reste := _sans_ce_qui_est_note(c, notes)) is not None]
    return sorted(restent, key=lambda c: c.constate_le, reverse=True)


def constat(*, dossier: Dossier, cle: str, le: date) -> Constat | None:
    """The one of that name (`Constat.cle`), if it is still proposed."""
    return next((c for c in constats_proposes(dossier=dossier, le=le) if c.cle == cle), None)


def _sans_ce_qui_est_note(constat: Constat, notes: Iterable[tuple[date, str, str]]) -> Constat | None:
    """With the failings that may still be noted for its day: one of each a day, and one for what was seen."""
    du_jour = {(origine, manquement) for jour, origine, manquement in notes if jour == constat.constate_le}
    manquements = tuple(m for m in constat.manquements if m not in {m for _, m in du_jour})
    vu = constat.origine in {origine for origine, m in du_jour if m in constat.manquements}
    return replace(constat, manquements=manquements) if manquements and not vu else None


def _heures(dossier: Dossier, le: date) -> Iterator[Constat]:
    for sous in sous_la_duree(dossiers=Dossier.objects.filter(pk=dossier.pk), le=le):
        semaines = " ; ".join(_semaine(s) for s in sous.semaines)
        dimanche = sous.semaines[-1].dimanche
        yield Constat(dimanche, Origine.HEURES, f"Heures d'activité sous la durée du contrat : {semaines}.")


def _semaine(semaine: Semaine) -> str:
    faites, demandees = duree_lisible(semaine.fait), duree_lisible(semaine.demande or 0)
    return f"semaine du {francais.jour(semaine.lundi)}, {faites} pour {demandees} demandées"


def _absences(dossier: Dossier, le: date) -> Iterator[Constat]:
    """Absences whose reason the counsellor didn't take as a good one."""
    for absence in Absence.objects.filter(dossier=dossier, reconnue=False, au__gte=le - RECENTES, au__lte=le):
        du, au = francais.jour(absence.du), francais.jour(absence.au)
        quand = f"le {du}" if absence.du == absence.au else f"du {du} au {au}"
        yield Constat(absence.au, Origine.ABSENCE, f"Absence {quand}, sans raison reconnue.")


def _declarations(dossier: Dossier, le: date) -> Iterator[Constat]:
    """What the young person declared under a contract and was refused, by the day of the refusal."""
    zone = dossier.structure.zone
    depuis = datetime.combine(le - RECENTES, time.min, tzinfo=zone)
    refusees = ActiviteDeclaree.objects.filter(
        dossier=dossier, etat=EtatDeclaration.REFUSEE, par_le_jeune=True, examine_le__gte=depuis
    ).order_by("examine_le", "pk")
    premier = ContratEngagement.objects.conclus().filter(dossier=dossier).order_by("debut").first()
    sous_contrat = (a for a in refusees if premier is not None and a.jour >= premier.debut)
    for jour, groupe in groupby(sous_contrat, key=lambda a: a.examine_le and a.examine_le.astimezone(zone).date()):
        assert jour is not None  # by constraint, what is refused was examined
        dites = [_declaration(a) for a in groupe]
        autres = f" ; et {len(dites) - MONTREES} de plus" if len(dites) > MONTREES else ""
        yield Constat(
            jour,
            Origine.DECLARATION,
            f"Activité déclarée et refusée : {' ; '.join(dites[:MONTREES])}{autres}.",
            (Manquement.ENGAGEMENTS, Manquement.FRAUDE),
        )


def _declaration(activite: ActiviteDeclaree) -> str:
    quand, combien = francais.jour(activite.jour), duree_lisible(activite.minutes)
    motif = activite.motif_refus.rstrip(".")
    return f"« {activite.intitule} », le {quand}, {combien} (raison du refus : {motif})"
