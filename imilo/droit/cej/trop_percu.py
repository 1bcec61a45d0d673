"""What was paid against what was due, month by month: to be paid back, kept for good, or owed to the young person.

Articles: D. 5131-19 II, L. 5412-1 IV, R. 5131-25. The text asks for money back in two cases, fraud and a fiscal
autonomy that the next declaration didn't confirm; what was paid by a provisional decision is kept for good, unless by
fraud. Of the other causes it says nothing: what isn't said to be kept goes back (code civil, article 1302-1), unless a
reading chooses not to claim it, which no article asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, TypedDict

from imilo.droit import delais, francais
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import Fait, montant, verifier_choix_facultatif
from imilo.droit.montants import ZERO, Montant, arrondir
from imilo.droit.registre import Redaction, regle

CauseTropPercu = Literal[
    "fraude_ou_fausse_declaration",
    "autonomie_fiscale_non_confirmee",
    "changement_de_situation",
    "ressource_connue_apres",
    "pieces_recues_apres",
    "erreur_de_la_structure",
    "erreur_du_payeur",
]
"""Why a month was paid too much."""

Suite = Literal["rien", "a_rembourser", "acquis", "non_reclame", "a_verser", "perdu"]
"""What becomes of the difference of a month."""

FRAUDULEUX, PRESUMEE = "fraude_ou_fausse_declaration", "autonomie_fiscale_non_confirmee"
FRAUDE, AUTONOMIE = "L. 5412-1 IV", "D. 5131-19 II"
PIECES, MENSUEL, INDU = "R. 5131-25 II", "R. 5131-25 I", "code civil, article 1302-1"


@dataclass(frozen=True, slots=True)
class MoisPaye:
    """One month: what was paid, what is due now that everything is known (`cej.allocation`, less any sanction).

    `conservatoire` and `perdu` are the answers of `cej.pieces` (`mois_acquis`, `mois_perdus`). `cause` is that of an
    excess; None while it isn't known.
    """

    mois: Annotated[str, Fait("mois de l'allocation", "AAAA-MM")]
    verse: Annotated[Decimal, Fait("somme versée pour ce mois", "euros")]
    du: Annotated[Decimal, Fait("somme due pour ce mois, une fois tout connu", "euros")]
    conservatoire: Annotated[bool, Fait("le mois a été versé à titre conservatoire")] = False
    perdu: Annotated[bool, Fait("le mois est perdu, faute de pièces à temps")] = False
    cause: Annotated[CauseTropPercu | None, Fait("pourquoi il a été versé plus que la somme due")] = None

    def __post_init__(self) -> None:
        try:
            delais.premier_jour_du_mois_ecrit(self.mois)
        except (TypeError, ValueError):
            raise FaitInvalide("mois", "Indiquez un mois, par exemple 2025-06.") from None
        object.__setattr__(self, "verse", montant("verse", self.verse))
        object.__setattr__(self, "du", montant("du", self.du))
        for champ in ("conservatoire", "perdu"):
            if not isinstance(getattr(self, champ), bool):
                raise FaitInvalide(champ, "Répondez par oui ou par non.")
        if self.conservatoire and self.perdu:
            raise FaitInvalide("perdu", "Un mois versé à titre conservatoire n'est pas perdu.")
        verifier_choix_facultatif("cause", self.cause, CauseTropPercu)

    @property
    def revient(self) -> Montant:
        """What the month really leaves to pay: nothing once it is lost (R. 5131-25 II)."""
        return arrondir(ZERO if self.perdu else self.du)


@dataclass(frozen=True, slots=True)
class FaitsTropPercu:
    """The months of one contract to compare, each once, in any order."""

    mois: Annotated[tuple[MoisPaye, ...], Fait("mois payés ou dus, chacun une fois")]

    def __post_init__(self) -> None:
        object.__setattr__(self, "mois", tuple(self.mois))
        if not self.mois or not all(isinstance(un, MoisPaye) for un in self.mois):
            raise FaitInvalide("mois", "Indiquez au moins un mois, avec ce qui a été versé et ce qui était dû.")
        if len({un.mois for un in self.mois}) < len(self.mois):
            raise FaitInvalide("mois", "Le même mois est indiqué deux fois.")


class LigneTropPercu(TypedDict):
    """One month: the difference in euros, never negative, what becomes of it (None while its cause isn't known)."""

    mois: str
    ecart: Montant
    suite: Suite | None


class ResultatTropPercu(TypedDict):
    """`lignes` by month, then the totals in euros; those of an excess are None while a cause is missing."""

    lignes: tuple[LigneTropPercu, ...]
    a_rembourser: Montant | None
    acquis: Montant | None
    non_reclame: Montant | None
    a_verser: Montant
    perdu: Montant
    a_completer: tuple[str, ...]


@regle("cej.trop_percu", version="1")
def trop_percu(faits: FaitsTropPercu, le: date, redaction: Redaction) -> ResultatTropPercu:
    """Compare, on the day `le`, what was paid for each month with what is due."""
    _verifier_les_mois_conservatoires(faits, le, redaction)
    lignes = []
    for un in sorted(faits.mois, key=lambda un: un.mois):
        if delais.premier_jour_du_mois_ecrit(un.mois) > le:
            raise FaitInvalide("mois", f"Le mois {un.mois} n'a pas commencé.")
        lignes.append(_ligne(un, redaction))
    incomplet = any(ligne["suite"] is None for ligne in lignes)
    return ResultatTropPercu(
        lignes=tuple(lignes),
        a_rembourser=None if incomplet else _total("a_rembourser", "À rembourser", lignes, redaction),
        acquis=None if incomplet else _total("acquis", "Versé en trop, acquis pour de bon", lignes, redaction),
        non_reclame=None if incomplet else _total("non_reclame", "Versé en trop, non réclamé", lignes, redaction),
        a_verser=_total("a_verser", "Reste à vous verser", lignes, redaction),
        perdu=_total("perdu", "Perdu, faute de pièces à temps", lignes, redaction),
        a_completer=("cause",) if incomplet else (),
    )


def _ligne(un: MoisPaye, redaction: Redaction) -> LigneTropPercu:
    """Write what becomes of one month."""
    suite, article = _manque(un) if un.verse <= un.revient else _exces(un, redaction)
    ecart = arrondir(un.du if suite == "perdu" else abs(un.verse - un.revient))
    mois = francais.mois(delais.premier_jour_du_mois_ecrit(un.mois))
    phrase = _PHRASES[suite].format(mois=mois[:1].upper() + mois[1:], ecart=francais.euros(ecart))
    if suite == "a_rembourser":
        phrase += f" {_RAISONS[article]}"
    redaction.motif(f"{suite or 'cause_inconnue'}.{un.mois}", _SATISFAIT[suite], phrase, article)
    return LigneTropPercu(mois=un.mois, ecart=ecart, suite=suite)


def _manque(un: MoisPaye) -> tuple[Suite, str]:
    """Return what becomes of a month paid as due or less, and the article that says so; a lost one is paid nothing."""
    if un.verse == un.du:
        return "rien", MENSUEL
    return ("perdu", PIECES) if un.perdu else ("a_verser", MENSUEL)


def _exces(un: MoisPaye, redaction: Redaction) -> tuple[Suite | None, str]:
    """Return what becomes of a month paid too much (None: the cause decides), and the article that says so."""
    if un.conservatoire and _reste_acquis(un.cause, redaction):
        return "acquis", PIECES
    if un.cause is None:
        return None, FRAUDE
    if un.cause == FRAUDULEUX:
        return "a_rembourser", FRAUDE
    if un.cause == PRESUMEE:
        return "a_rembourser", AUTONOMIE
    if redaction.lecture("cej.trop_percu_sans_texte") == "droit_commun":
        return "a_rembourser", INDU
    return "non_reclame", INDU


def _reste_acquis(cause: CauseTropPercu | None, redaction: Redaction) -> bool:
    """Say whether a provisional month is kept whatever its cause may be: two causes are asked back by a text."""
    contestees = {
        FRAUDULEUX: "cej.trop_percu_conservatoire_frauduleux",
        PRESUMEE: "cej.trop_percu_conservatoire_autonomie",
    }
    en_jeu = [question for contestee, question in contestees.items() if cause in (None, contestee)]
    return all(redaction.lecture(question) == "acquis" for question in en_jeu)


def _verifier_les_mois_conservatoires(faits: FaitsTropPercu, le: date, redaction: Redaction) -> None:
    """Refuse more provisional months than R. 5131-25 II allows for one contract."""
    donnes = [un for un in faits.mois if un.conservatoire]
    if not donnes:
        return
    maximum = redaction.entier("cej.pieces.duree_conservatoire", le)
    if len(donnes) > maximum and redaction.lecture("cej.pieces_duree_conservatoire") == "de_date_a_date":
        maximum += 1  # three months from a day within a month touch four civil months
    if len(donnes) > maximum:
        message = (
            f"Un contrat compte {maximum} mois à titre conservatoire au plus : ne cochez que ceux qui sont acquis."
        )
        raise FaitInvalide("conservatoire", message)


def _total(suite: Suite, libelle: str, lignes: list[LigneTropPercu], redaction: Redaction) -> Montant:
    """Write and return the sum of the months that end so; nothing is written when there is none."""
    montants = [ligne["ecart"] for ligne in lignes if ligne["suite"] == suite]
    total = arrondir(sum(montants, ZERO))
    if montants:
        redaction.etape(libelle, f"{francais.somme(montants)} = {francais.nombre(total)}", total)
    return total


_RAISONS = {
    FRAUDE: "Cette somme a été reçue par une fraude ou une fausse déclaration.",
    AUTONOMIE: "La déclaration d'impôts suivante n'a pas confirmé que vous comptiez seul(e) pour le foyer fiscal.",
    INDU: "Une somme reçue sans être due se rend.",
}
_PHRASES: dict[Suite | None, str] = {
    "rien": "{mois} : ce qui a été versé est ce qui était dû.",
    "a_rembourser": "{mois} : {ecart} versés en trop, à rembourser.",
    "acquis": "{mois} : {ecart} versés en trop à titre conservatoire, que personne ne peut vous reprendre.",
    "non_reclame": (
        "{mois} : {ecart} versés en trop sans fraude de votre part. Aucun article ne vous les laisse ; la mission "
        "locale a choisi de ne pas les réclamer."
    ),
    "a_verser": "{mois} : il manque {ecart}, qui vous sont dus.",
    "perdu": "{mois} : {ecart} ne seront pas versés, car vos pièces sont arrivées trop tard.",
    None: "{mois} : {ecart} versés en trop ; il faut en dire la cause.",
}
_SATISFAIT: dict[Suite | None, bool | None] = {
    "rien": True,
    "a_rembourser": False,
    "acquis": True,
    "non_reclame": True,
    "a_verser": True,
    "perdu": False,
    None: None,
}
