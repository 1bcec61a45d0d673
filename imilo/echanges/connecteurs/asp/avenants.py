"""What changed in a contract since the agency took it: its end, earlier or later, and its suspensions.

What it holds is read on the lines it accepted, and compared with the contract: whatever changed it, and however often,
what leaves is the difference. The allowance is due for the month in which the right ends, and no longer (R. 5131-25 I):
the agency has to know that day. Only days leave, never why.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from imilo.acteurs.models import Structure
from imilo.echanges.connecteurs.asp.models import TENUES, EtatLigne, GenreLigne, Ligne
from imilo.echanges.connecteurs.asp.pret import Pret
from imilo.parcours.contrats.etats import CONCLUS, Cadre
from imilo.parcours.contrats.models import ContratEngagement, Suspension

PAYES = (Cadre.PACEA, Cadre.CEJ)  # the frames whose young people the agency pays (R. 5131-8, R. 5131-25)


def avenants(structure: Structure) -> list[Pret]:
    """Amendments to send now: of contracts that the agency holds, none of which waits for an answer or a correction."""
    return [*_fins(structure), *_suspensions(structure)]


def _tenus(contrats: QuerySet[ContratEngagement]) -> QuerySet[Any]:
    """Contracts that the agency holds, with their name there (`connu`), and until when (`connu_au`, `reelle`)."""
    sien = Ligne.objects.filter(contrat=OuterRef("pk"))
    accepte = sien.filter(genre=GenreLigne.CONTRAT, etat__in=TENUES)
    return contrats.annotate(
        connu=Subquery(accepte.values("reference")[:1]),
        connu_au=Subquery(sien.terme_connu().values("au")[:1], output_field=DateField()),
        reelle=Coalesce("fin_le", "fin_prevue", output_field=DateField()),
    ).filter(connu_au__isnull=False, cadre__in=PAYES)


def _en_chemin(**de: object) -> Exists:
    """Whether an amendment waits: for its answer, or to be said corrected."""
    siens = Ligne.objects.filter(genre=GenreLigne.AVENANT, **de)
    return Exists(siens.filter(Q(etat=EtatLigne.ENVOYEE) | Q(etat=EtatLigne.REJETEE, corrigee_le__isnull=True)))


def _fins(structure: Structure) -> list[Pret]:
    contrats = ContratEngagement.objects.conclus().filter(structure=structure)
    changes = _tenus(contrats).exclude(reelle=F("connu_au"))
    changes = changes.filter(~_en_chemin(contrat=OuterRef("pk"), suspension__isnull=True))
    lus = changes.select_related("dossier").defer("dossier__piece_numero").order_by("pk")
    return [Pret(GenreLigne.AVENANT, c, c.connu, du=c.signe_le, au=c.fin) for c in lus]


def _suspensions(structure: Structure) -> list[Pret]:
    dites = Ligne.objects.filter(suspension=OuterRef("pk"), etat__in=TENUES).order_by("-pk")
    contrat = Ligne.objects.filter(contrat=OuterRef("contrat"), genre=GenreLigne.CONTRAT, etat__in=TENUES)
    a_dire = (
        Suspension.objects.filter(structure=structure, contrat__etat__in=CONCLUS, contrat__cadre__in=PAYES)
        .annotate(
            connu=Subquery(contrat.values("reference")[:1]),
            dite_du=Subquery(dites.values("du")[:1], output_field=DateField()),
            dite_au=Subquery(dites.values("au")[:1], output_field=DateField()),
        )
        .filter(
            Q(dite_du__isnull=True)
            | ~Q(dite_du=F("debut"))
            | Q(fin__isnull=False) & (Q(dite_au__isnull=True) | ~Q(dite_au=F("fin"))),
            ~_en_chemin(suspension=OuterRef("pk")),
            connu__isnull=False,
        )
        .select_related("contrat__dossier")
        .defer("contrat__dossier__piece_numero")
        .order_by("pk")
    )
    return [Pret(GenreLigne.AVENANT, s.contrat, s.connu, suspension=s, du=s.debut, au=s.fin) for s in a_dire]


def qui_doit_finir_avant(contrats: Sequence[ContratEngagement]) -> set[int]:
    """Keys of those whose first day the agency still holds for another contract of the dossier, ended since.

    It would refuse them: the end of the other one goes first.
    """
    autres = ContratEngagement.objects.conclus().filter(dossier__in={c.dossier_id for c in contrats})
    tenus = _tenus(autres).exclude(reelle=F("connu_au"))
    termes = list(tenus.values_list("dossier_id", "pk", "connu_au", "reelle"))
    return {
        c.pk
        for c in contrats
        for dossier_id, autre, connu_au, reelle in termes
        if dossier_id == c.dossier_id and autre != c.pk and connu_au >= (c.signe_le or c.debut) > reelle
    }
