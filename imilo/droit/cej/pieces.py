"""The documents of the allowance: until when, what comes of a late file, what may be paid meanwhile (R. 5131-25 II)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, TypedDict

from imilo.droit import delais, francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_jour, verifier_jour_facultatif, verifier_oui_non
from imilo.droit.registre import Redaction, regle

ARTICLE = "R. 5131-25 II"


@dataclass(frozen=True, slots=True)
class FaitsPieces:
    """When the right began, when the whole file was received, and what is paid while it is awaited.

    None means *not yet* for a day, *not known yet* for an answer: no day is to come. `mois_conservatoires` are the
    months paid by a provisional decision, each begun; some may come after a `contrat_fin` that was known later.
    `mois_conservatoire_a_payer` is one more that waits to be paid so: it takes the place of none of them.
    """

    contrat_signe_le: Annotated[date, Fait("jour de la signature du CEJ")]
    droit_ouvert_le: Annotated[date | None, Fait("jour où l'allocation s'ouvre, s'il vient après la signature")] = None
    contrat_fin: Annotated[date | None, Fait("dernier jour du contrat, s'il est connu")] = None
    dossier_complet_le: Annotated[date | None, Fait("jour de réception de la dernière pièce du dossier")] = None
    eligibilite_demontree: Annotated[bool | None, Fait("le jeune montre, sans toutes les pièces, qu'il y a droit")] = (
        None
    )
    decision_conservatoire_le: Annotated[date | None, Fait("jour de la décision de verser à titre conservatoire")] = (
        None
    )
    mois_conservatoires: Annotated[tuple[str, ...], Fait("mois versés à titre conservatoire", "AAAA-MM")] = ()
    mois_conservatoire_a_payer: Annotated[
        str | None, Fait("mois que l'on voudrait verser aussi à titre conservatoire", "AAAA-MM")
    ] = None

    def __post_init__(self) -> None:
        verifier_jour("contrat_signe_le", self.contrat_signe_le)
        for champ in ("droit_ouvert_le", "contrat_fin", "dossier_complet_le", "decision_conservatoire_le"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        verifier_oui_non("eligibilite_demontree", self.eligibilite_demontree)
        for champ in ("droit_ouvert_le", "contrat_fin", "decision_conservatoire_le"):
            valeur = getattr(self, champ)
            if valeur is not None and valeur < self.contrat_signe_le:
                raise FaitInvalide(champ, "Ce jour vient avant la signature du contrat.")
        object.__setattr__(self, "mois_conservatoires", tuple(self.mois_conservatoires))
        for mois in self.provisoires:
            if _premier_jour(mois) < self.premier_mois:
                raise FaitInvalide("mois_conservatoires", "Un de ces mois vient avant l'ouverture de l'allocation.")
        if len(set(self.provisoires)) < len(self.provisoires):
            raise FaitInvalide("mois_conservatoires", "Le même mois est indiqué deux fois.")
        if self.provisoires and self.decision_conservatoire_le is None:
            raise FaitInvalide("decision_conservatoire_le", "Indiquez le jour de la décision de verser ces mois.")

    @property
    def provisoires(self) -> tuple[str, ...]:
        """The months paid provisionally, and the one to pay, if any, last."""
        a_payer = self.mois_conservatoire_a_payer
        return self.mois_conservatoires if a_payer is None else (*self.mois_conservatoires, a_payer)

    @property
    def premier_mois(self) -> date:
        """The first day of the first month that the allowance may be due for."""
        return delais.debut_du_mois(self.droit_ouvert_le or self.contrat_signe_le)


class ResultatPieces(TypedDict):
    """`limite`: last day to bring the whole file. `dans_le_delai`: None while it is awaited and the day isn't past.

    `mois_perdus`: months (`AAAA-MM`) that will never be paid, those already certain when the file is still awaited.
    `premier_mois_conserve`: the first month that keeps its allowance. `mois_acquis`: provisional months that nobody
    may claim back. `conservatoire_possible`: whether provisional payments are open; `mois_conservatoires_restants`:
    how many more months they may cover, None while that answer is awaited.
    """

    limite: Echeance
    dans_le_delai: bool | None
    mois_perdus: tuple[str, ...]
    premier_mois_conserve: str
    conservatoire_possible: bool | None
    mois_conservatoires_restants: int | None
    mois_acquis: tuple[str, ...]
    a_completer: tuple[str, ...]


@regle("cej.pieces", version="1")
def pieces(faits: FaitsPieces, le: date, redaction: Redaction) -> ResultatPieces:
    """Say on the day `le` until when documents are awaited, what is lost, and what may be paid without them."""
    _refuser_ce_qui_est_a_venir(faits, le)
    limite = _limite(faits, le, redaction)
    recu = faits.dossier_complet_le
    dans_le_delai = _dans_le_delai(recu, limite, le, redaction)
    premier = faits.premier_mois
    if dans_le_delai is False:
        premier = max(premier, _premier_mois_garde(recu or le, le, redaction))
    possible = _conservatoire(faits, recu, redaction)
    permis, restants = _mois_permis(faits, le, redaction) if possible else ((), 0)
    acquis = () if possible is None else _acquis(faits, permis, redaction)
    sursis = faits.provisoires if possible is None else acquis
    perdus = [m for m in _mois(faits.premier_mois, premier, faits.contrat_fin) if m not in sursis]
    if perdus:
        phrase = f"L'allocation de ces mois ne sera jamais versée : {_liste(perdus)}."
        redaction.motif("mois_perdus", False, phrase, ARTICLE)
    return ResultatPieces(
        limite=limite,
        dans_le_delai=dans_le_delai,
        mois_perdus=tuple(perdus),
        premier_mois_conserve=_ecrit(premier),
        conservatoire_possible=possible,
        mois_conservatoires_restants=None if possible is None else restants,
        mois_acquis=acquis,
        a_completer=("eligibilite_demontree",) if possible is None else (),
    )


def _refuser_ce_qui_est_a_venir(faits: FaitsPieces, le: date) -> None:
    for champ in ("dossier_complet_le", "decision_conservatoire_le"):
        jour = getattr(faits, champ)
        if jour is not None and jour > le:
            raise FaitInvalide(champ, "Ce jour est à venir : laissez sans réponse ce qui n'a pas eu lieu.")
    if any(_premier_jour(mois) > le for mois in faits.provisoires):
        raise FaitInvalide("mois_conservatoires", "Un de ces mois n'a pas commencé : indiquez ceux qui sont versés.")


def _limite(faits: FaitsPieces, le: date, redaction: Redaction) -> Echeance:
    """Write the last day of the delay; the text doesn't say what starts it."""
    mois = redaction.entier("cej.pieces.delai", le)
    depart = faits.contrat_signe_le
    if faits.droit_ouvert_le is not None and redaction.lecture("cej.pieces_depart") == "ouverture_du_droit":
        depart = faits.droit_ouvert_le
    limite = redaction.terme(depart, mois)
    formule = f"{francais.jour(depart)} + {mois} mois = {francais.jour(limite)}"
    redaction.etape("Dernier jour pour donner toutes les pièces", formule, limite)
    return limite


def _dans_le_delai(recu: date | None, limite: Echeance, le: date, redaction: Redaction) -> bool | None:
    jour = francais.jour(limite)
    satisfait: bool | None = False
    if recu is not None:
        satisfait = recu <= limite
        suite = "dans le délai" if satisfait else f"après le {jour}, dernier jour du délai"
        phrase = f"Votre dossier complet a été reçu le {francais.jour(recu)}, {suite}."
    elif le <= limite:
        satisfait = None
        phrase = f"Vous avez jusqu'au {jour} inclus pour donner toutes les pièces."
    else:
        phrase = f"Toutes les pièces étaient attendues au plus tard le {jour} : chaque mois de plus peut en coûter un."
    redaction.motif("dans_le_delai", satisfait, phrase, ARTICLE)
    return satisfait


def _premier_mois_garde(recu: date, le: date, redaction: Redaction) -> date:
    """Write how far back a late file still counts; return the first day of the first month kept."""
    mois = redaction.entier("cej.pieces.periode_conservee", le)
    seuil = delais.terme(recu, -mois)
    entame = delais.debut_du_mois(seuil)
    garde = entame
    if seuil > entame and redaction.lecture("cej.pieces_mois_entame") == "perdu":
        garde = delais.mois_plus(entame, 1)
    formule = f"{francais.jour(recu)} {francais.MOINS} {mois} mois = {francais.jour(seuil)}"
    redaction.etape("Premier jour de la période qui reste due", formule, seuil)
    redaction.etape("Premier mois qui garde son allocation", francais.mois(garde), garde)
    return garde


def _conservatoire(faits: FaitsPieces, recu: date | None, redaction: Redaction) -> bool | None:
    """Write whether provisional payments are open."""
    decide = faits.decision_conservatoire_le
    if recu is not None and (decide is None or recu <= decide):
        phrase = "Votre dossier est complet : un versement à titre conservatoire n'a pas lieu d'être."
        redaction.motif("conservatoire", False, phrase, ARTICLE)
        return False
    phrase = {
        None: "Il faut dire si vous montrez, sans toutes les pièces, que vous avez droit à l'allocation.",
        True: "Vous montrez que vous avez droit à l'allocation : elle peut être versée sans attendre le reste.",
        False: "Sans montrer que vous avez droit à l'allocation, elle ne peut pas être versée avant les pièces.",
    }[faits.eligibilite_demontree]
    redaction.motif("conservatoire", faits.eligibilite_demontree, phrase, ARTICLE)
    return faits.eligibilite_demontree


def _mois_permis(faits: FaitsPieces, le: date, redaction: Redaction) -> tuple[tuple[str, ...], int]:
    """Return the months that provisional payments may cover among those given, and how many more they may.

    Those that are paid come before the one to pay, whatever its place in the year.
    """
    donnes = [*sorted(faits.mois_conservatoires), *faits.provisoires[len(faits.mois_conservatoires) :]]
    maximum = redaction.entier("cej.pieces.duree_conservatoire", le)
    if redaction.lecture("cej.pieces_duree_conservatoire") == "mensualites":
        permis = donnes[:maximum]
        return tuple(permis), maximum - len(permis)
    depart = faits.decision_conservatoire_le or le
    fin = redaction.dernier_jour(depart, maximum)
    formule = f"{maximum} mois à partir du {francais.jour(depart)} compris = {francais.jour(fin)}"
    redaction.etape("Dernier jour du versement à titre conservatoire", formule, fin)
    couverts = tuple(_mois(delais.debut_du_mois(depart), delais.mois_plus(fin, 1), None))
    permis = [mois for mois in donnes if mois in couverts]
    return tuple(permis), len(couverts) - len(permis)


def _acquis(faits: FaitsPieces, permis: tuple[str, ...], redaction: Redaction) -> tuple[str, ...]:
    """Write which provisional months are kept for good, and whether some are beyond what the text allows."""
    acquis = tuple(mois for mois in sorted(faits.provisoires) if mois in permis)
    de_trop = [mois for mois in sorted(faits.provisoires) if mois not in permis]
    if acquis:
        phrase = f"Versés à titre conservatoire, ces mois vous sont acquis pour de bon : {_liste(acquis)}."
        redaction.motif("mois_acquis", True, phrase, ARTICLE)
    apres = [mois for mois in acquis if faits.contrat_fin is not None and _premier_jour(mois) > faits.contrat_fin]
    if apres:
        phrase = f"Votre contrat était fini : ces mois n'étaient pas dus, et vous restent acquis : {_liste(apres)}."
        redaction.motif("mois_acquis_apres_la_fin", True, phrase, ARTICLE)
    if de_trop:
        phrase = f"Un versement à titre conservatoire ne pouvait pas couvrir ces mois : {_liste(de_trop)}."
        redaction.motif("conservatoire_duree", False, phrase, ARTICLE)
    return acquis


def _premier_jour(mois: str) -> date:
    try:
        return delais.premier_jour_du_mois_ecrit(mois)
    except (TypeError, ValueError):
        raise FaitInvalide("mois_conservatoires", "Indiquez des mois, par exemple 2025-06.") from None


def _ecrit(premier: date) -> str:
    return premier.isoformat().rpartition("-")[0]


def _liste(mois: Iterable[str]) -> str:
    return ", ".join(francais.mois(delais.premier_jour_du_mois_ecrit(un)) for un in mois)


def _mois(premier: date, avant: date, fin: date | None) -> Iterator[str]:
    """Yield the months from `premier` to the one before `avant`, none after `fin`."""
    while premier < delais.debut_du_mois(avant) and (fin is None or premier <= fin):
        yield _ecrit(premier)
        premier = delais.mois_plus(premier, 1)
