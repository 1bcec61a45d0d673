"""The facts of `sanction.quantum`, and what missing ones may still turn out to be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from imilo.droit.baremes import bareme
from imilo.droit.erreurs import FaitInvalide
from imilo.droit.faits import (
    Fait,
    verifier_choix,
    verifier_jour,
    verifier_jour_facultatif,
    verifier_nombre_de_mois,
    verifier_oui_non,
)
from imilo.droit.sanction.modele import Manquement, Objet, Rang, verifier_en_vigueur, verifier_part

NatureEnvisagee = Literal["avertissement", "suspension", "suppression", "radiation"]
REFUS_REQUIS = "sanction.refus_offres.refus"
INCERTAINS = ("allocation", "revenu_remplacement", "rsa", "accompagnement_mission_locale", "motif_legitime")
SANS_EXCUSE = ("fraude", "activite_breve")


@dataclass(frozen=True, slots=True)
class SanctionEnvisagee:
    """A measure that one thinks of: its nature, the share of what is paid, and for how long."""

    nature: Annotated[NatureEnvisagee, Fait("ce qui est envisagé")]
    part: Annotated[Decimal | None, Fait("part suspendue ou supprimée", "fraction, 1 pour la totalité")] = None
    mois: Annotated[int | None, Fait("durée ; sans objet pour un avertissement", "mois")] = None
    objet: Annotated[
        Literal["allocation", "revenu_remplacement"], Fait("ce qu'une suspension ou une suppression touche")
    ] = "allocation"
    fin_le: Annotated[date | None, Fait("dernier jour qu'un avertissement laisse pour mettre fin au manquement")] = None

    def __post_init__(self) -> None:
        verifier_choix("nature", self.nature, NatureEnvisagee)
        verifier_choix("objet", self.objet, Literal["allocation", "revenu_remplacement"])
        if self.part is not None:
            verifier_part("part", self.part)
        if self.mois is not None:
            verifier_nombre_de_mois("mois", self.mois)
        if self.porte_sur_un_revenu != (self.part is not None):
            raise FaitInvalide("part", "Une suspension ou une suppression a une part, et elle seule.")
        if self.nature == "avertissement" and self.mois is not None:
            raise FaitInvalide("mois", "Un avertissement n'a pas de durée en mois.")
        verifier_jour_facultatif("fin_le", self.fin_le)
        if self.nature != "avertissement" and self.fin_le is not None:
            raise FaitInvalide("fin_le", "Seul un avertissement laisse un délai pour mettre fin au manquement.")

    @property
    def porte_sur_un_revenu(self) -> bool:
        """Whether money is withheld."""
        return self.nature in ("suspension", "suppression")


@dataclass(frozen=True, slots=True)
class FaitsQuantum:
    """A failing, its rank (`sanction.rang`), and what the person receives; None means *not known yet*."""

    manquement: Annotated[Manquement, Fait("manquement constaté, tel que le L. 5412-1 les distingue")]
    rang: Annotated[Rang, Fait("premier manquement, manquement qui persiste ou qui se répète (règle sanction.rang)")]
    constate_le: Annotated[date, Fait("jour où le manquement a été constaté")]
    allocation: Annotated[
        bool | None,
        Fait("un droit à l'allocation du CEJ ou du PACEA est ouvert, même pour un montant nul ce mois-ci"),
    ] = None
    revenu_remplacement: Annotated[bool | None, Fait("la personne reçoit une allocation de chômage")] = None
    rsa: Annotated[bool | None, Fait("la personne est bénéficiaire du RSA")] = None
    accompagnement_mission_locale: Annotated[bool | None, Fait("la mission locale assure l'accompagnement")] = None
    motif_legitime: Annotated[bool | None, Fait("le manquement a un motif légitime")] = None
    refus: Annotated[
        int | None,
        Fait("offres raisonnables refusées sans motif légitime (manquement refus_offres seulement)", "refus"),
    ] = None
    envisagee: Annotated[SanctionEnvisagee | None, Fait("sanction à vérifier, s'il y en a une")] = None

    def __post_init__(self) -> None:
        verifier_choix("manquement", self.manquement, Manquement)
        verifier_choix("rang", self.rang, Rang)
        verifier_jour("constate_le", self.constate_le)
        verifier_en_vigueur("constate_le", self.constate_le, "sanction.quantum")
        for champ in INCERTAINS:
            verifier_oui_non(champ, getattr(self, champ))
        if self.refus is not None and (type(self.refus) is not int or self.refus < 0):
            raise FaitInvalide("refus", "Indiquez un nombre de refus.")
        if self.envisagee is not None and not isinstance(self.envisagee, SanctionEnvisagee):
            raise FaitInvalide("envisagee", "Une sanction envisagée a une nature, une part et une durée.")
        self._verifier_duree()

    def _verifier_duree(self) -> None:
        """Ask for a duration but of a warning, and of a suppression for fraud, which a reading leaves without one."""
        fin = None if self.envisagee is None else self.envisagee.fin_le
        if fin is not None and fin < self.constate_le:
            raise FaitInvalide("envisagee.fin_le", "Ce jour vient avant celui où le manquement a été constaté.")
        if self.envisagee is None or self.envisagee.mois is not None or self.envisagee.nature == "avertissement":
            return
        if self.envisagee.nature != "suppression" or self.manquement != "fraude":
            raise FaitInvalide("envisagee.mois", "Indiquez la durée envisagée, en mois.")

    @property
    def revenus(self) -> tuple[Objet, ...]:
        """What the labour code's sanctions may be set on, among what the person receives."""
        possibles: tuple[Objet, ...] = ("allocation", "revenu_remplacement")
        return tuple(objet for objet in possibles if getattr(self, objet))

    @property
    def sans_ressource(self) -> bool:
        """Whether R. 5412-3-3 applies: neither allowance, nor unemployment benefit, nor RSA."""
        return not self.revenus and not self.rsa

    @property
    def excuse(self) -> bool:
        """Whether a legitimate reason forbids any sanction; the text admits none for a fraud."""
        return bool(self.motif_legitime) and self.manquement not in SANS_EXCUSE


def completions(faits: FaitsQuantum) -> list[FaitsQuantum]:
    """Return every way in which the facts not known yet may turn out."""
    for champ in INCERTAINS:
        if getattr(faits, champ) is None:
            return [cas for sue in (True, False) for cas in completions(_avec(faits, champ, sue))]
    if faits.manquement == "refus_offres" and faits.refus is None:
        return [replace(faits, refus=nombre) for nombre in (_refus_requis(faits), 0)]
    return [faits]


def inverse(faits: FaitsQuantum, champ: str) -> FaitsQuantum:
    """Return the same facts, with the other answer to `champ`."""
    if champ == "refus":
        return replace(faits, refus=0 if faits.refus else _refus_requis(faits))
    return _avec(faits, champ, not getattr(faits, champ))


def _refus_requis(faits: FaitsQuantum) -> int:
    return int(bareme(REFUS_REQUIS, faits.constate_le).valeur)


def _avec(faits: FaitsQuantum, champ: str, reponse: bool) -> FaitsQuantum:
    return replace(faits, **{champ: reponse})  # type: ignore[arg-type]  # `champ` is one of INCERTAINS, all booleans
