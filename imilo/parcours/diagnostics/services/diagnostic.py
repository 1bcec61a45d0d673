"""Writes of the shared assessment: a version, what the person says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from imilo.acteurs.models import Agent
from imilo.journal.services import consigner
from imilo.parcours.diagnostics.grille import contraintes as contraintes_connues
from imilo.parcours.diagnostics.grille import sujets
from imilo.parcours.diagnostics.models import (
    Accord,
    Appreciation,
    Commentaire,
    Constat,
    Contrainte,
    Diagnostic,
    DiagnosticTheme,
    Element,
    ElementDeContrainte,
    Impact,
    MetierDuDiagnostic,
    Valeur,
    ValeurContrainte,
    ValeurObjectif,
    ValeurSituation,
)
from imilo.parcours.diagnostics.selectors import diagnostics_complets
from imilo.parcours.diagnostics.services.commun import dossier_ouvert, exiger_passe
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.dossiers.services.enregistrement import PERIMEE, controler, enregistrer
from imilo.referentiels.models import Liste
from imilo.referentiels.rome import metiers as metiers_connus
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import Controle, RegleViolee, VersionPerimee

COMMENTAIRES_MAX = 20  # of one assessment: a conversation belongs elsewhere
METIERS_MAX = 5


@dataclass(frozen=True)
class ThemeSaisi:
    """One theme of the list `theme_demande`, what was found, and why."""

    theme: str
    valeur: str
    texte: str = ""


@dataclass(frozen=True)
class ContrainteSaisie:
    """One constraint of the grid; `situations` and `objectifs` are {code: value}, those not spoken of may be absent."""

    code: str
    valeur: str = ValeurContrainte.NON_ABORDEE
    impact: str = Impact.NON_RENSEIGNE
    prioritaire: bool = False
    texte: str = ""
    situations: Mapping[str, str] = field(default_factory=dict)
    objectifs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AppreciationSaisie:
    """Digital autonomy or a side of the power to act: a subject of the grid, and a value of its scale."""

    sujet: str
    valeur: str
    texte: str = ""


class _Signature:
    """Who found what and when: the former version's author and day for a datum left as it was, else these."""

    def __init__(self, precedent: Diagnostic | None, agent: Agent, le: date) -> None:
        self.agent, self.le = agent, le
        self.connus: dict[tuple[Any, ...], tuple[date, int]] = {}
        if precedent is not None:
            for cle, constat in _constats(precedent):
                self.connus[cle] = (
                    constat.constate_le or precedent.etabli_le,
                    constat.constate_par_id or precedent.agent_id,
                )

    def __call__(self, *cle: Any) -> dict[str, Any]:
        le, agent_id = self.connus.get(cle, (self.le, self.agent.pk))
        return {"constate_le": le, "constate_par_id": agent_id}


def _constats(d: Diagnostic) -> Iterable[tuple[tuple[Any, ...], Constat]]:
    """Every datum of a version, under what it says."""
    for t in d.themes.all():
        yield ("theme", t.theme, t.valeur, t.texte), t
    for a in d.appreciations.all():
        yield ("appreciation", a.sujet, a.valeur, a.texte), a
    for m in d.metiers.all():
        yield ("metier", m.rome), m
    for c in d.contraintes.all():
        yield ("contrainte", c.code, c.valeur, c.impact, c.prioritaire, c.texte), c
        for e in c.elements.all():
            yield (e.genre, c.code, e.code, e.valeur), e


@transaction.atomic
def etablir_diagnostic(
    agent: Agent,
    dossier: Dossier,
    *,
    etabli_le: date,
    objectifs: str,
    synthese: str,
    themes: Sequence[ThemeSaisi],
    avec_la_personne: bool,
    contraintes: Sequence[ContrainteSaisie] = (),
    appreciations: Sequence[AppreciationSaisie] = (),
    metiers: Sequence[str] = (),
    vu: int | None = None,
) -> Diagnostic:
    """Keep the assessment made with the person on a day (L. 5411-5-2). Fact `diagnostic.saisi`.

    It replaces the last one for what follows, and changes nothing of it. `metiers` are ROME codes by preference. A
    datum that says what the last version said keeps its author and day. `vu`: number of the version that the page
    showed, 0 for none. Raises `RegleViolee` at its field, `VersionPerimee` when another version came since.
    """
    dossier = dossier_ouvert(dossier)
    controle = Controle()
    with controle.point():
        exiger_passe(dossier, etabli_le, "etabli_le", "Un diagnostic")
    _verifier_l_entretien(objectifs, avec_la_personne, controle)
    verifier_les_constats(themes, contraintes, appreciations, metiers, le=etabli_le, controle=controle)
    controle.conclure()
    signer = _Signature(_dernier(dossier, vu), agent, etabli_le)
    lie: dict[str, Any] = {"dossier": dossier, "structure_id": dossier.structure_id}
    diagnostic = Diagnostic(**lie, agent=agent, etabli_le=etabli_le, objectifs=objectifs, synthese=synthese)
    enregistrer(diagnostic, champs={}, premier=True)
    lie["diagnostic"] = diagnostic
    _ecrire(DiagnosticTheme(**lie, **signer("theme", t.theme, t.valeur, t.texte), **asdict(t)) for t in themes)
    _ecrire(
        Appreciation(**lie, **signer("appreciation", a.sujet, a.valeur, a.texte), **asdict(a)) for a in appreciations
    )
    _ecrire(MetierDuDiagnostic(**lie, **signer("metier", m), rome=m, rang=rang) for rang, m in enumerate(metiers, 1))
    _ecrire_contraintes(contraintes, lie, signer)
    consigner(agent, "diagnostic.saisi", diagnostic)
    return diagnostic


def _verifier_l_entretien(objectifs: str, avec_la_personne: bool, controle: Controle) -> None:
    with controle.point():
        if not avec_la_personne:
            raise RegleViolee("Le diagnostic s'établit avec la personne (L. 5411-5-2 I).", "avec_la_personne")
    with controle.point():
        if not objectifs.strip():
            raise RegleViolee("Indiquez au moins un objectif de la personne.", "objectifs")


def _dernier(dossier: Dossier, vu: int | None) -> Diagnostic | None:
    """The last version. Raises `VersionPerimee` when it isn't the one that the page showed."""
    dernier = diagnostics_complets(dossier=dossier).first()
    numero = dernier.pk if dernier else 0
    if vu is not None and vu != numero:
        raise VersionPerimee(PERIMEE, numero)
    return dernier


def _ecrire(lignes: Iterable[Constat]) -> list[Any]:
    """Check rows of one model, and save them in one statement."""
    toutes = list(lignes)
    for ligne in toutes:
        controler(ligne)
    return list(type(toutes[0])._default_manager.bulk_create(toutes)) if toutes else []


def _ecrire_contraintes(saisies: Sequence[ContrainteSaisie], lie: dict[str, Any], signer: _Signature) -> None:
    ecrites = _ecrire(
        Contrainte(
            **lie,
            **signer("contrainte", c.code, c.valeur, c.impact, c.prioritaire, c.texte),
            code=c.code,
            valeur=c.valeur,
            impact=c.impact,
            prioritaire=c.prioritaire,
            texte=c.texte,
        )
        for c in saisies
    )
    du_dossier = {cle: lie[cle] for cle in ("dossier", "structure_id")}
    _ecrire(
        ElementDeContrainte(
            **du_dossier,
            **signer(genre.value, c.code, code, valeur),
            contrainte=contrainte,
            genre=genre,
            code=code,
            valeur=valeur,
        )
        for contrainte, c in zip(ecrites, saisies, strict=True)
        for genre, code, valeur in _dits(c)
    )


def _dits(c: ContrainteSaisie) -> list[tuple[Element, str, str]]:
    """Situations and goals that were spoken of."""
    dits = [(Element.SITUATION, k, v) for k, v in c.situations.items() if v != ValeurSituation.NON_ABORDEE]
    return dits + [(Element.OBJECTIF, k, v) for k, v in c.objectifs.items() if v != ValeurObjectif.NON_ABORDE]


def verifier_les_constats(
    themes: Sequence[ThemeSaisi],
    contraintes: Sequence[ContrainteSaisie],
    appreciations: Sequence[AppreciationSaisie],
    metiers: Sequence[str],
    *,
    le: date,
    controle: Controle,
) -> None:
    """Something was explored; every code is of its list, every value of its scale. What isn't is kept in `controle`."""
    with controle.point():
        _verifier_themes(themes, contraintes, le)
    for a in appreciations:
        with controle.point():
            sujet = sujets().get(a.sujet)
            if sujet is None or a.valeur not in sujet.echelle:
                raise RegleViolee("Choisissez dans la liste.", f"appreciation_{a.sujet}")
    with controle.point():
        _verifier_metiers(metiers)
    for c in contraintes:
        with controle.point():
            _verifier_contrainte(c)
    with controle.point():
        if sum(c.prioritaire for c in contraintes) > 1:
            raise RegleViolee("Une seule contrainte peut être traitée en premier.", "prioritaire")


def _verifier_themes(themes: Sequence[ThemeSaisi], contraintes: Sequence[ContrainteSaisie], le: date) -> None:
    abordees = [c for c in contraintes if c.valeur != ValeurContrainte.NON_ABORDEE]
    if all(t.valeur == Valeur.NON_EXPLORE for t in themes) and not abordees:
        raise RegleViolee("Explorez au moins un thème.", "themes")
    if {t.theme for t in themes} - set(dict(codes(Liste.THEME_DEMANDE, le))):
        raise RegleViolee("Choisissez dans la liste.", "themes")
    if {t.valeur for t in themes} - set(Valeur.values):
        raise RegleViolee("Choisissez un constat : point fort, besoin ou non exploré.", "themes")


def _verifier_metiers(metiers: Sequence[str]) -> None:
    if inconnus := [m for m in metiers if m not in metiers_connus()]:
        raise RegleViolee(f"« {inconnus[0]} » n'est pas un métier de la liste ROME.", "metiers")
    if len(metiers) > METIERS_MAX:
        raise RegleViolee(f"Gardez {METIERS_MAX} métiers au plus : ceux qu'elle vise d'abord.", "metiers")
    if len(set(metiers)) < len(metiers):
        raise RegleViolee("Ce métier est donné deux fois : gardez-le une fois.", "metiers")


def _verifier_contrainte(c: ContrainteSaisie) -> None:
    connue = contraintes_connues().get(c.code)
    champ = f"contrainte_{c.code}"
    if connue is None or c.valeur not in ValeurContrainte.values or c.impact not in Impact.values:
        raise RegleViolee("Choisissez dans la liste.", champ)
    if set(c.situations) - set(connue.situations) or set(c.objectifs) - set(connue.objectifs):
        raise RegleViolee("Choisissez dans la liste.", champ)
    if set(c.situations.values()) - set(ValeurSituation.values):
        raise RegleViolee("Choisissez dans la liste.", champ)
    if set(c.objectifs.values()) - set(ValeurObjectif.values):
        raise RegleViolee("Choisissez dans la liste.", champ)
    precise = c.impact != Impact.NON_RENSEIGNE or c.prioritaire or _dits(c)
    if c.valeur == ValeurContrainte.NON_ABORDEE and precise:
        raise RegleViolee(f"{connue.libelle} : dites d'abord si cette contrainte est présente, ou clôturée.", champ)
    if c.valeur == ValeurContrainte.CLOTUREE and c.prioritaire:
        raise RegleViolee(f"{connue.libelle} : une contrainte clôturée ne se traite plus en premier.", champ)
    en_cours = [o for o, valeur in c.objectifs.items() if valeur == ValeurObjectif.EN_COURS]
    if c.valeur == ValeurContrainte.CLOTUREE and en_cours:
        dits = ", ".join(f"« {connue.objectifs[o]} »" for o in en_cours)
        raise RegleViolee(
            f"{connue.libelle} : cette contrainte est clôturée ; dites si {dits} est réalisé ou abandonné.",
            f"objectif_{c.code}__{en_cours[0]}",
        )


@transaction.atomic
def commenter(
    diagnostic: Diagnostic, *, accord: str, texte: str, acteur: str, representant: str = "", lien_id: int | None = None
) -> Commentaire:
    """Keep what the person says of their assessment. Fact `diagnostic.commente`, by `acteur` ("lien:<n>").

    The same words sent twice are kept once. Raises `RegleViolee` at its field.
    """
    if accord not in Accord.values:
        raise RegleViolee("Dites si vous êtes d'accord.", "accord")
    if accord != Accord.OUI and not texte.strip():
        raise RegleViolee("Dites en quelques mots ce qui ne va pas.", "texte")
    Diagnostic.objects.select_for_update(of=("self",)).get(pk=diagnostic.pk)
    deja = list(Commentaire.objects.filter(diagnostic=diagnostic))
    if deja and (deja[-1].accord, deja[-1].texte, deja[-1].representant) == (accord, texte, representant):
        return deja[-1]
    if len(deja) >= COMMENTAIRES_MAX:
        raise RegleViolee("Vous avez déjà beaucoup écrit ici : parlez-en directement à votre conseiller.", "texte")
    commentaire = Commentaire(
        dossier_id=diagnostic.dossier_id,
        structure_id=diagnostic.structure_id,
        diagnostic=diagnostic,
        accord=accord,
        texte=texte,
        representant=representant,
        lien_id=lien_id,
    )
    enregistrer(commentaire, champs={"commentaire_dit_pourquoi": "texte"}, premier=True)
    consigner(None, "diagnostic.commente", commentaire, acteur=acteur, accord=accord)
    return commentaire


@transaction.atomic
def marquer_vu(agent: Agent, diagnostic: Diagnostic) -> int:
    """Note that the agent read the comments of an assessment. Fact `diagnostic.commentaire_lu`; returns how many."""
    nouveaux = Commentaire.objects.filter(diagnostic=diagnostic, vu_le__isnull=True)
    nombre = nouveaux.update(vu_le=timezone.now(), vu_par=agent)
    if nombre:
        consigner(agent, "diagnostic.commentaire_lu", diagnostic)
    return nombre
