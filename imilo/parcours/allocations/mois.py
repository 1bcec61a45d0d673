"""The month of a structure: what is ready to be decided, what is missing, what asks for a look, what is done."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import F, Q

from imilo.acteurs.models import Agent, Structure
from imilo.droit import francais
from imilo.droit.avertissements import cause_du_bareme
from imilo.droit.comptes import oppose, total
from imilo.droit.delais import fin_du_mois, mois_plus
from imilo.droit.montants import ZERO, Montant
from imilo.droit.ressources import nature
from imilo.parcours.allocations.models import (
    DecisionAllocation,
    Declaration,
    PiecesAttendues,
    ReglageAllocations,
    RessourceDeclaree,
    Sens,
)
from imilo.parcours.allocations.selectors import reglage
from imilo.parcours.contrats.etats import CONCLUS, Cadre
from imilo.parcours.contrats.models import ContratEngagement
from imilo.parcours.dossiers.selectors.acces import dossiers_visibles
from imilo.socle import mots


class Section(StrEnum):
    A_DECIDER = "a_decider"
    MANQUE = "manque"
    EXCEPTIONS = "exceptions"
    DECIDEES = "decidees"


LIBELLES = {
    Section.A_DECIDER: "À décider",
    Section.MANQUE: "Il manque quelque chose",
    Section.EXCEPTIONS: "À regarder",
    Section.DECIDEES: "Décidées",
}
SITUATION = ("logement", "soutien_parental", "foyer_fiscal", "autonomie_fiscale", "rsa", "prime_activite", "suspensif")


@dataclass(frozen=True)
class LigneDuMois:
    """One contract in the month. `raisons`: what is missing, or why it asks for a look; `changements`: since then.

    `avant` is last month's amount, None without a decision taken; `ecart` what changes, signed.
    """

    contrat: ContratEngagement
    decision: DecisionAllocation | None
    section: Section
    raisons: tuple[str, ...] = ()
    changements: tuple[str, ...] = ()
    avant: Montant | None = None

    @property
    def nom(self) -> str:
        return self.contrat.dossier.jeune.nom_complet

    @property
    def montant(self) -> Montant | None:
        return self.decision.montant if self.decision else None

    @property
    def ecart(self) -> Montant | None:
        if self.montant is None or self.avant is None:
            return None
        return total([self.montant, oppose(self.avant)])


@dataclass(frozen=True)
class MoisDeLaStructure:
    """All the lines of a month, and the settings they were read with."""

    mois: date
    reglage: ReglageAllocations
    lignes: tuple[LigneDuMois, ...]
    comptes: Mapping[Section, int] = field(default_factory=dict)
    avertissements: tuple[str, ...] = ()

    def de(self, section: Section) -> list[LigneDuMois]:
        return [ligne for ligne in self.lignes if ligne.section == section]


def limite_de_declaration(reglages: ReglageAllocations, mois: date) -> date:
    """The last day on which the structure awaits the resources of a month: its own choice, no text sets it."""
    return mois_plus(mois, 1).replace(day=reglages.jour_limite)


def contrats_du_mois(*, agent: Agent | None, structure: Structure, mois: date) -> list[ContratEngagement]:
    """The CEJ whose signature and end leave this month to them (R. 5131-25 I), by name of the person.

    Those that `agent` may see; without one (a task of the night), all.
    """
    vus = Q() if agent is None else Q(dossier__in=dossiers_visibles(agent=agent, structure=structure))
    contrats = (
        ContratEngagement.objects.filter(
            Q(fin_le__isnull=True, fin_prevue__gte=mois) | Q(fin_le__gte=mois),
            structure=structure,
            cadre=Cadre.CEJ,
            etat__in=CONCLUS,
            signe_le__lte=fin_du_mois(mois),
        )
        .filter(vus)
        .select_related("dossier__jeune", "dossier__referent")
        .only(
            "dossier__numero", "dossier__structure_id", "dossier__jeune", "dossier__referent", "signe_le", "debut",
            "fin_le", "fin_prevue", "structure_id", "cadre", "etat",
        )
        .defer("dossier__jeune__nir")
    )  # fmt: skip
    return sorted(contrats, key=lambda c: (c.dossier.jeune.nom_complet.casefold(), c.pk))


def mois_de_la_structure(*, agent: Agent, structure: Structure, mois: date, le: date) -> MoisDeLaStructure:
    """Where each contract of the month stands, in a bounded number of queries. `mois` has begun."""
    contrats = contrats_du_mois(agent=agent, structure=structure, mois=mois)
    cles = [c.pk for c in contrats]
    precedent = mois_plus(mois, -1)
    dernieres = _dernieres(cles, (precedent, mois))
    pieces = {p.contrat_id: p for p in PiecesAttendues.objects.filter(contrat__in=cles).defer("decision")}
    reglages = reglage(structure=structure)
    communs = _avertissements_communs([d for (_, du), d in dernieres.items() if du == mois], mois)
    lecture = Lecture(agent, reglages, le, communs)
    lignes = tuple(
        _ligne(c, mois, dernieres.get((c.pk, mois)), dernieres.get((c.pk, precedent)), pieces.get(c.pk), lecture)
        for c in contrats
    )
    comptes = {section: sum(ligne.section == section for ligne in lignes) for section in Section}
    return MoisDeLaStructure(mois, reglages, lignes, comptes, tuple(sorted(set(communs.values()))))


def _avertissements_communs(decisions: Iterable[DecisionAllocation], mois: date) -> dict[str, str]:
    """What the law warns of that is no one's in particular, and how the page says it, once, above the lists.

    What a scale is warned of always is, be it that of a few (minors, the first bracket): an awaited revaluation dates
    them all, and is said once for all. Anything else is when most decisions of the month say it.
    """
    listes = [d.avertissements or () for d in decisions if not d.prise]  # type: ignore[attr-defined]  # annotated below
    en_cours = f"Le mois {francais.du_mois(mois)} n'est pas fini"  # the page says it in its own words
    nombres = Counter(dit for liste in listes for dit in liste if not dit.startswith(en_cours))
    causes = {dit: cause for dit in nombres if (cause := cause_du_bareme(dit))}
    de_tous = {dit: dit for dit, nombre in nombres.items() if nombre > 1 and 2 * nombre > len(listes)}
    return de_tous | {dit: f"Barèmes : {cause}" for dit, cause in causes.items()}


def _dernieres(contrats: list[int], mois: Iterable[date]) -> dict[tuple[int, date], DecisionAllocation]:
    """The decision of the highest rank of each month, with its declaration and its resources, in two queries."""
    lues = (
        DecisionAllocation.objects.filter(contrat__in=contrats, mois__in=list(mois))
        .select_related("declaration", "corrige")
        .annotate(avertissements=F("calcul__avertissements"))
        .defer("droit", "calcul", "pieces", "regularisation", "corrige__droit", "corrige__calcul")
        .order_by("rang")
    )
    dernieres = {(d.contrat_id, d.mois): d for d in lues}
    ressources: dict[int, list[RessourceDeclaree]] = defaultdict(list)
    for r in RessourceDeclaree.objects.filter(declaration__in=[d.declaration_id for d in dernieres.values()]):
        ressources[r.declaration_id].append(r)
    for d in dernieres.values():
        d.declaration._prefetched_objects_cache = {"ressources": ressources[d.declaration_id]}  # type: ignore[attr-defined]  # what prefetch_related would have set
    return dernieres


@dataclass(frozen=True)
class Lecture:
    """Who looks, with what settings, on what day; and the warnings that are no one's in particular."""

    agent: Agent
    reglages: ReglageAllocations
    le: date
    communs: Mapping[str, str]


def _ligne(  # noqa: PLR0917  # all that is known of one contract, in the order of the story
    contrat: ContratEngagement,
    mois: date,
    decision: DecisionAllocation | None,
    avant: DecisionAllocation | None,
    pieces: PiecesAttendues | None,
    lecture: Lecture,
) -> LigneDuMois:
    verse = avant.montant if avant is not None and avant.prise else None
    if decision is None:
        return LigneDuMois(
            contrat, None, Section.MANQUE, (_non_declare(lecture.reglages, mois, lecture.le),), (), verse
        )
    if decision.prise:
        return LigneDuMois(contrat, decision, Section.DECIDEES, (), _changements(decision, avant), verse)
    manques = tuple(_manques(decision, pieces))
    changements = _changements(decision, avant)
    if manques:
        return LigneDuMois(contrat, decision, Section.MANQUE, manques, changements, verse)
    regards = tuple(_a_regarder(decision, avant, contrat, lecture))
    section = Section.EXCEPTIONS if regards else Section.A_DECIDER
    return LigneDuMois(contrat, decision, section, regards, changements, verse)


def _non_declare(reglages: ReglageAllocations, mois: date, le: date) -> str:
    limite = limite_de_declaration(reglages, mois)
    quand = (
        f"attendues avant le {francais.jour(limite)}"
        if le <= limite
        else f"en retard depuis le {francais.jour(limite)}"
    )
    return f"Ressources non déclarées, {quand}"


def _manques(decision: DecisionAllocation, pieces: PiecesAttendues | None) -> Iterable[str]:
    declaration = decision.declaration
    if declaration.a_verifier:
        yield "Déclarée par la personne : à vérifier"
        for r in declaration.ressources.all():
            if r.montant and r.justificatif_id is None:
                yield f"Sans justificatif : {nature(r.nature).libelle}"
    if pieces is not None and pieces.completes_le is None and not decision.conservatoire:
        yield f"Pièces attendues jusqu'au {mots.echeance_en_lettres(pieces.limite)} : {pieces.manquantes}"


def _a_regarder(
    decision: DecisionAllocation,
    avant: DecisionAllocation | None,
    contrat: ContratEngagement,
    lecture: Lecture,
) -> Iterable[str]:
    if decision.rang > 1:
        yield f"Correction : {decision.get_cause_display().lower()}"
    yield from _inhabituelles(decision.declaration)
    if decision.conservatoire:
        yield "Versement conservatoire, des pièces manquent"
    if decision.effets:
        yield "Une sanction retient une part de l'allocation"
    if avant is not None and avant.prise and avant.sens == Sens.ACCORD and decision.sens == Sens.REFUS:
        yield "Plus d'allocation, alors qu'elle était accordée le mois d'avant"
    if contrat.fin <= fin_du_mois(decision.mois):
        yield f"Dernier mois du contrat, fini le {francais.jour(contrat.fin)}"
    if lecture.reglages.deux_regards and decision.preparee_par_id == lecture.agent.pk:
        yield "Vous l'avez préparée : une autre personne la décide"
    en_cours = f"Le mois {francais.du_mois(decision.mois)} n'est pas fini"
    for avertissement in decision.avertissements or ():  # type: ignore[attr-defined]  # annotated above
        if avertissement not in lecture.communs and not avertissement.startswith(en_cours):
            yield avertissement


def _inhabituelles(declaration: Declaration) -> Iterable[str]:
    for r in declaration.ressources.all():
        if r.montant >= settings.ALLOCATION_MONTANT_A_REGARDER:
            yield f"Montant inhabituel, à vérifier : {nature(r.nature).libelle}, {mots.montant(r.montant)}"


def _changements(decision: DecisionAllocation, avant: DecisionAllocation | None) -> tuple[str, ...]:
    """What the declaration says otherwise than that of the month before, in words."""
    if avant is None:
        return ("Premier mois",) if decision.rang == 1 else ()
    ici, la = decision.declaration, avant.declaration
    changes = [
        f"{Declaration._meta.get_field(champ).verbose_name} : {_dit(la, champ)} → {_dit(ici, champ)}"  # type: ignore[union-attr]  # fields have one
        for champ in SITUATION
        if getattr(ici, champ) != getattr(la, champ)
    ]
    maintenant, precedemment = _sommes(ici), _sommes(la)
    for code in sorted({*maintenant, *precedemment}):
        m, p = maintenant.get(code, ZERO), precedemment.get(code, ZERO)
        if m != p:
            changes.append(f"{nature(code).libelle} : {francais.euros(p)} → {francais.euros(m)}")
    return tuple(changes)


def _dit(declaration: Declaration, champ: str) -> str:
    return str(getattr(declaration, f"get_{champ}_display")()).lower() or "rien"


def _sommes(declaration: Declaration) -> dict[str, Montant]:
    recues: dict[str, list[Any]] = defaultdict(list)
    for r in declaration.ressources.all():
        recues[r.nature].append(r.montant)
    return {code: total(montants) for code, montants in recues.items()}
