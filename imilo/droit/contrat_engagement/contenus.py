"""What a contract must state and lacks, and who need not sign one.

Articles: L. 5411-6, L. 5411-6-1, R. 5411-14, R. 5411-15, R. 5411-15-1, R. 5411-15-2, R. 5411-15-3, R. 5131-12,
R. 5131-16.
"""

from __future__ import annotations

from datetime import date
from typing import TypedDict

from imilo.droit.contrat_engagement.mentions import EXIGENCES, FaitsContenu, Mention
from imilo.droit.erreurs import HorsPeriode
from imilo.droit.logique import et, non
from imilo.droit.orientation.organismes import beneficiaire_du_rsa
from imilo.droit.registre import Redaction, regle


class ResultatContenu(TypedDict):
    """`obligatoire`: the person has to sign a contract. `conforme`: this one states all that it must.

    `exigees` and `manquantes` hold codes of mentions. `a_completer` names the facts that leave either answer open. A
    person who may be exempt, and has no contract, lacks nothing: `conforme` is None.
    """

    obligatoire: bool | None
    conforme: bool | None
    exigees: tuple[Mention, ...]
    manquantes: tuple[Mention, ...]
    a_completer: tuple[str, ...]


@regle("contrat_engagement.contenu", version="1")
def contenu(faits: FaitsContenu, le: date, redaction: Redaction) -> ResultatContenu:
    """Say what the contract must state, what it lacks, and whether one has to be signed at all."""
    obligatoire, a_completer = _obligatoire(faits, redaction)
    if obligatoire is not True and not faits.mentions:
        return ResultatContenu(
            obligatoire=obligatoire, conforme=None, exigees=(), manquantes=(), a_completer=tuple(a_completer)
        )
    exigees: list[Mention] = []
    reponses: list[bool | None] = []
    for exigence in EXIGENCES:
        exigee, presente = exigence.exigee(faits), exigence.mention in faits.mentions
        if exigee is False:
            continue
        if exigee:
            exigees.append(exigence.mention)
        reponse = True if presente else None if exigee is None else False
        reponses.append(reponse)
        phrase = {
            True: exigence.presente,
            False: exigence.absente,
            None: f"Il faut savoir si ceci est demandé. {exigence.absente}",
        }[reponse]
        if reponse is False and exigence.mention == "offre_raisonnable":
            phrase = f"{phrase}{_delai(le, redaction)}"
        redaction.motif(exigence.mention, reponse, phrase, exigence.article)
        if reponse is None:
            a_completer.extend(c for c in exigence.selon if getattr(faits, c) is None and c not in a_completer)
    return ResultatContenu(
        obligatoire=obligatoire,
        conforme=et(*reponses),
        exigees=tuple(exigees),
        manquantes=tuple(mention for mention in exigees if mention not in faits.mentions),
        a_completer=tuple(a_completer),
    )


def _delai(le: date, redaction: Redaction) -> str:
    """The sentence that says until when a mention that lacks at once may still be added (R. 5411-15-1)."""
    try:
        mois = redaction.entier("contrat_engagement.delai_offre", le)
    except HorsPeriode:
        return ""
    redaction.citer("R. 5411-15-1")
    return f" La loi laisse {mois} mois pour le faire, à partir de la signature."


def _obligatoire(faits: FaitsContenu, redaction: Redaction) -> tuple[bool | None, list[str]]:
    """Write whether a contract has to be signed; return it, and the facts that are missing to say so."""
    au_rsa = beneficiaire_du_rsa(faits.rsa, redaction)
    dispense = et(au_rsa, non(faits.obligations_rsa))
    phrase = {
        True: "Vous n'avez pas à signer ce contrat : les obligations liées au RSA ne vous concernent pas.",
        False: "Un contrat est à signer avec l'organisme qui vous accompagne.",
        None: "Pour savoir si vous devez signer un contrat, il faut dire votre situation au regard du RSA.",
    }[dispense]
    article = "L. 5411-6 I" if dispense is False else "R. 5411-15-2"
    redaction.motif("contrat_a_signer", non(dispense), phrase, article)
    if dispense is not None:
        return not dispense, []
    return None, [champ for champ in ("rsa", "obligations_rsa") if getattr(faits, champ) is None]
