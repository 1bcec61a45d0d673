"""Until when the contract is to be signed, whatever the number of reorientations.

Articles: D. 5411-14-1 (one month from the notification of a decision of orientation), D. 5411-8-2 (interrupted by the
request made after the assessment), D. 5411-14-2 (a new contract with another organism), R. 5411-8-1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Annotated, Literal, TypedDict

from imilo.droit import francais
from imilo.droit.delais import Echeance
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, verifier_choix_facultatif, verifier_jour, verifier_jour_facultatif, verifier_oui_non
from imilo.droit.orientation.organismes import Organisme
from imilo.droit.registre import Redaction, regle

EtatDelai = Literal["non_commence", "en_cours", "interrompu", "echu", "signe", "signe_en_retard", "sans_delai"]


@dataclass(frozen=True, slots=True)
class Reorientation:
    """Another decision of orientation: asked for, decided and notified, followed by a contract; each may be to come."""

    demandee_le: Annotated[date | None, Fait("jour où l'organisme référent a demandé une autre décision")] = None
    notifiee_le: Annotated[date | None, Fait("jour où la personne a reçu la nouvelle décision")] = None
    vers: Annotated[Organisme | None, Fait("organisme référent que la nouvelle décision désigne")] = None
    signe_le: Annotated[date | None, Fait("jour où le contrat qui suit cette décision a été signé")] = None
    apres_diagnostic: Annotated[
        bool | None, Fait("la demande suit le diagnostic global ; sans réponse, oui, et c'est dit")
    ] = None

    def __post_init__(self) -> None:
        for champ in ("demandee_le", "notifiee_le", "signe_le"):
            verifier_jour_facultatif(champ, getattr(self, champ))
        verifier_choix_facultatif("vers", self.vers, Organisme)
        verifier_oui_non("apres_diagnostic", self.apres_diagnostic)
        if self.demandee_le is None and self.notifiee_le is None:
            raise FaitInvalide("demandee_le", "Indiquez le jour de la demande, ou celui de la nouvelle décision.")
        if self.notifiee_le is None:
            if self.signe_le is not None:
                raise FaitInvalide("signe_le", "Un contrat ne suit pas une décision qui n'est pas notifiée.")
            return
        if self.demandee_le is not None and self.notifiee_le < self.demandee_le:
            raise FaitInvalide("notifiee_le", "La nouvelle décision vient avant sa demande.")
        if self.vers is None:
            raise FaitInvalide("vers", "Indiquez l'organisme que la nouvelle décision désigne.")

    @property
    def premier_jour(self) -> date:
        """The first day known of it."""
        jours = [jour for jour in (self.demandee_le, self.notifiee_le) if jour is not None]
        return min(jours)


@dataclass(frozen=True, slots=True)
class FaitsDelaiSignature:
    """When the decision of orientation was received, what was signed, and the reorientations since, in their order."""

    notifiee_le: Annotated[date, Fait("jour où la personne a reçu la décision d'orientation")]
    reorientations: Annotated[tuple[Reorientation, ...], Fait("autres décisions demandées, dans l'ordre")] = ()
    signe_le: Annotated[date | None, Fait("jour où le contrat qui suit la première décision a été signé")] = None
    vers: Annotated[
        Organisme | None,
        Fait("organisme référent que la première décision désigne ; sans réponse, la mission locale, et c'est dit"),
    ] = None

    def __post_init__(self) -> None:
        verifier_jour("notifiee_le", self.notifiee_le)
        verifier_jour_facultatif("signe_le", self.signe_le)
        verifier_choix_facultatif("vers", self.vers, Organisme)
        object.__setattr__(self, "reorientations", tuple(self.reorientations))
        if not all(isinstance(autre, Reorientation) for autre in self.reorientations):
            raise FaitInvalide("reorientations", "Chaque réorientation a un jour de demande ou de notification.")
        if self.reorientations and self.reorientations[0].premier_jour < self.notifiee_le:
            raise FaitInvalide("reorientations", "Une réorientation vient avant la première notification.")
        for avant, apres in pairwise(self.reorientations):
            if avant.notifiee_le is None:
                raise FaitInvalide("reorientations", "Une demande attend encore sa décision : la suivante vient après.")
            if apres.premier_jour < avant.notifiee_le:
                raise FaitInvalide("reorientations", "Écrivez les réorientations dans l'ordre de leurs jours.")


class Interruption(TypedDict):
    """The month stopped on `du` (the request); `limite` no longer counts. `au`: the new decision, None if awaited."""

    du: date
    au: date | None
    limite: Echeance


class ResultatDelaiSignature(TypedDict):
    """`limite`: last day to sign, None while another decision is awaited, and for an organism without a deadline.

    `etat` says where things stand on the day; `echu` and `interrompu` are two of its values. `jours_restants`: whole
    days to the limit, 0 on the last one and after, None when nothing runs.
    """

    limite: Echeance | None
    jours_restants: int | None
    echu: bool
    interrompu: bool
    etat: EtatDelai
    interruptions: tuple[Interruption, ...]


@dataclass(frozen=True, slots=True)
class _Decision:
    """The decision of orientation in force, the contract that follows it, the last day to sign and its article."""

    notifiee_le: date
    vers: Organisme
    signe_le: date | None
    limite: Echeance | None
    article: str = "D. 5411-14-1"

    def signe_au(self, jour: date) -> bool:
        """Whether the contract is signed on that day."""
        return self.signe_le is not None and self.signe_le <= jour


@regle("contrat_engagement.delai_signature", version="2")
def delai_signature(faits: FaitsDelaiSignature, le: date, redaction: Redaction) -> ResultatDelaiSignature:
    """Say until when the contract is to be signed, and where the delay stands on the day `le`."""
    if faits.vers is None:
        redaction.avertir(
            "L'organisme que la première décision désigne n'est pas indiqué : le délai est celui de la mission locale."
        )
    decision = _ouvrir(faits.notifiee_le, faits.vers or "mission_locale", faits.signe_le, redaction)
    interruptions: list[Interruption] = []
    attente = False
    for autre in faits.reorientations:
        if autre.premier_jour > le:
            break
        interruption = _interruption(autre, decision, le, redaction)
        if interruption is not None:
            interruptions.append(interruption)
        if autre.notifiee_le is None or autre.notifiee_le > le:
            attente = interruption is not None
            break
        decision = _apres(autre, decision, redaction, interrompue=interruption is not None)
    etat = _etat(decision, le, attente=attente)
    _dire(etat, decision, interruptions, redaction)
    limite = None if etat == "interrompu" else decision.limite
    reste = limite is not None and etat in ("non_commence", "en_cours", "echu")
    return ResultatDelaiSignature(
        limite=limite,
        jours_restants=max(0, (limite - le).days) if limite is not None and reste else None,
        echu=etat == "echu",
        interrompu=etat == "interrompu",
        etat=etat,
        interruptions=tuple(interruptions),
    )


def _ouvrir(notifiee_le: date, vers: Organisme, signe_le: date | None, redaction: Redaction) -> _Decision:
    """Start the month of D. 5411-14-1 at a notification; it doesn't name the organism of L. 5411-5-1 IV 5°."""
    redaction.citer("R. 5411-8-1")
    sans_delai = vers == "cap_emploi" and redaction.lecture("contrat_engagement.delai_cap_emploi") == "aucun"
    if sans_delai:
        return _Decision(notifiee_le, vers, signe_le, None)
    mois = redaction.entier("contrat_engagement.delai_signature", notifiee_le)
    limite = redaction.terme(notifiee_le, mois)
    redaction.etape(
        "Dernier jour pour signer",
        f"{francais.jour(notifiee_le)} + {mois} mois = {francais.jour(limite)}",
        limite,
    )
    return _Decision(notifiee_le, vers, signe_le, limite)


def _interruption(autre: Reorientation, decision: _Decision, le: date, redaction: Redaction) -> Interruption | None:
    """Return what the request stops: a month that runs, after the assessment, when nothing is signed yet."""
    demandee, limite = autre.demandee_le, decision.limite
    if demandee is None or limite is None or autre.apres_diagnostic is False:
        return None
    if demandee > limite or decision.signe_au(demandee):
        return None
    redaction.etape(
        "Délai interrompu",
        f"demande du {francais.jour(demandee)}, au plus tard le {francais.jour(limite)}",
        demandee,
    )
    redaction.citer("D. 5411-8-2")
    if autre.apres_diagnostic is None:
        redaction.avertir(
            f"La demande du {francais.jour(demandee)} est comptée comme faite après le diagnostic : avant lui, elle "
            "n'interrompt pas le délai."
        )
    connue = autre.notifiee_le if autre.notifiee_le is not None and autre.notifiee_le <= le else None
    return Interruption(du=demandee, au=connue, limite=limite)


def _apres(autre: Reorientation, decision: _Decision, redaction: Redaction, *, interrompue: bool) -> _Decision:
    """Return the decision in force once the new one is notified: a signed contract stays with the same organism."""
    assert autre.notifiee_le is not None
    assert autre.vers is not None
    article = "D. 5411-8-2" if interrompue else "D. 5411-14-1"
    if decision.signe_au(autre.notifiee_le):
        if autre.vers == decision.vers:
            return decision
        redaction.motif(
            "nouveau_contrat",
            True,
            "Un autre organisme vous accompagne désormais : un nouveau contrat est à signer avec lui.",
            "D. 5411-14-2",
        )
        article = "D. 5411-14-2"
    return replace(_ouvrir(autre.notifiee_le, autre.vers, autre.signe_le, redaction), article=article)


def _etat(decision: _Decision, le: date, *, attente: bool) -> EtatDelai:
    limite, signe_le = decision.limite, decision.signe_le
    if signe_le is not None and signe_le <= le:
        tardif = limite is not None and signe_le > limite and not attente
        return "signe_en_retard" if tardif else "signe"
    if attente:
        return "interrompu"
    if limite is None:
        return "sans_delai"
    if le < decision.notifiee_le:
        return "non_commence"
    return "echu" if le > limite else "en_cours"


def _dire(etat: EtatDelai, decision: _Decision, interruptions: list[Interruption], redaction: Redaction) -> None:
    """Write where things stand, for the young person."""
    if etat == "interrompu":
        demandee = francais.jour(interruptions[-1]["du"])
        phrase = (
            f"Une nouvelle orientation a été demandée le {demandee} : le délai s'arrête, et un nouveau délai "
            "commencera quand vous recevrez la nouvelle décision."
        )
        redaction.motif("delai_interrompu", True, phrase, "D. 5411-8-2")
        return
    limite, signe_le = decision.limite, decision.signe_le
    if limite is None:
        # A contract signed there is within no deadline either.
        phrase = "La loi ne fixe pas de dernier jour pour signer un contrat avec Cap emploi."
        redaction.motif("sans_delai", True, phrase, "D. 5411-14-1")
        return
    phrases: dict[EtatDelai, str] = {
        "non_commence": f"Le délai pour signer commencera le {francais.jour(decision.notifiee_le)}, et finira le "
        f"{francais.jour(limite)} inclus.",
        "en_cours": f"Vous avez jusqu'au {francais.jour(limite)} inclus pour signer votre contrat.",
        "echu": f"Le contrat devait être signé au plus tard le {francais.jour(limite)}.",
    }
    if signe_le is not None:
        signe = f"Votre contrat est signé depuis le {francais.jour(signe_le)}"
        phrases |= {
            "signe": f"{signe}.",
            "signe_en_retard": f"{signe} : il devait l'être au plus tard le {francais.jour(limite)}.",
        }
    redaction.motif("dans_le_delai", etat not in ("echu", "signe_en_retard"), phrases[etat], decision.article)
