"""What the full file says already of what an orientation and a contract ask: proposed, never decided.

A form shows it as its first answer with where it comes from; the person in front of the counsellor has the last word.
What the file doesn't settle (two data that disagree, a household that somebody else's RSA counts) is left to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from imilo.acteurs.politique import vu
from imilo.parcours.contrats.models import Logement as Domicile
from imilo.parcours.diagnostics.models import Difficulte
from imilo.parcours.dossiers.models import Dossier
from imilo.parcours.fiche.models import Donnee, Enfant, Foyer, Logement, Ressource
from imilo.parcours.fiche.models.vie import Garde, NatureRessource, SituationFamiliale, TypeLogement, VitAvec

ALLOCATAIRE = frozenset({NatureRessource.RSA, NatureRessource.RSA_MAJORE})
EN_COUPLE = frozenset({SituationFamiliale.COUPLE, SituationFamiliale.PACS, SituationFamiliale.MARIE})
CHEZ_SES_PARENTS = frozenset({VitAvec.PARENTS, VitAvec.UN_PARENT})
# Where the type alone doesn't say whether the parents live there too.
SANS_REPONSE = frozenset({TypeLogement.ITINERANT, TypeLogement.DETENTION})
SANS_LOGEMENT_STABLE = frozenset({TypeLogement.RUE, TypeLogement.CHRS, TypeLogement.HOTEL})
D = TypeVar("D", bound=Donnee)


@dataclass(frozen=True)
class Connu:
    """First answers by field, and in words with their date where they come from."""

    reponses: dict[str, object]
    dits: tuple[str, ...] = ()


def connu_pour_l_orientation(dossier: Dossier, *, profil: str, le: date) -> Connu:
    """RSA and difficulties, as the sections that this profile reads say on the day `le`. Four queries at most."""
    lu = _Lecture(dossier, profil, le)
    reponses = {"beneficiaire_rsa": lu.beneficiaire_rsa(), "difficultes": lu.difficultes()}
    return Connu({nom: v for nom, v in reponses.items() if v not in (None, [])}, tuple(lu.dits))


def connu_pour_le_contrat(dossier: Dossier, *, profil: str, le: date) -> Connu:
    """Where the person lives, which a CEJ asks (L. 5131-6). Two queries.

    The jobs aimed at aren't proposed as the reasonable offer: defining it is an act, and a refusal has consequences.
    """
    lu = _Lecture(dossier, profil, le)
    domicile = lu.domicile()
    return Connu({"logement": domicile} if domicile else {}, tuple(lu.dits))


class _Lecture:
    """The sections read once, and what was taken from them as it goes."""

    def __init__(self, dossier: Dossier, profil: str, le: date) -> None:
        self.dossier, self.profil, self.le = dossier, profil, le
        self.dits: dict[str, None] = {}
        # Two that a merge left side by side say nothing until somebody keeps one of them.
        foyers = self._lire(Foyer, "foyer")
        self.foyer = foyers[0] if len(foyers) == 1 else None
        logements = [x for x in self._lire(Logement, "logement") if x.jusqu_au is None or x.jusqu_au >= le]
        self.logement = logements[0] if len(logements) == 1 else None

    def _lire(self, modele: type[D], rubrique: str) -> list[D]:
        if not vu(self.profil, f"fiche_{rubrique}"):
            return []
        return list(modele._default_manager.filter(dossier=self.dossier))

    def _dire(self, texte: str, donnee: Donnee) -> None:
        self.dits[f"{texte} (confirmé le {donnee.confirme_le:%d/%m/%Y})"] = None

    def beneficiaire_rsa(self) -> bool | None:
        """Yes for who receives it or whose partner does; no only for who said to have no resource at all."""
        courantes = [r for r in self._lire(Ressource, "ressources") if r.en_cours(le=self.le)]
        en_couple = self.foyer is not None and self.foyer.situation in EN_COUPLE
        for r in courantes:
            if r.nature in ALLOCATAIRE or (r.nature == NatureRessource.RSA_AYANT_DROIT and en_couple):
                self._dire(r.get_nature_display(), r)
                return True
        if len(courantes) == 1 and courantes[0].nature == NatureRessource.AUCUNE:
            self._dire(courantes[0].get_nature_display(), courantes[0])
            return False
        return None

    def difficultes(self) -> list[str]:
        """Those that a section names by itself. Health is never guessed."""
        trouvees: list[str] = []
        if self.logement is not None and self.logement.type in SANS_LOGEMENT_STABLE:
            trouvees.append(Difficulte.LOGEMENT)
            self._dire(self.logement.get_type_display(), self.logement)
        sans_garde = [e for e in self._lire(Enfant, "enfants") if e.garde == Garde.RECHERCHE]
        if sans_garde:
            trouvees.append(Difficulte.GARDE)
            self._dire("Cherche une solution de garde", sans_garde[0])
        return trouvees

    def domicile(self) -> str:
        """At the parents' home or not (L. 5131-6); "" when housing and household don't agree."""
        reponses: dict[str, Donnee] = {}
        if self.logement is not None and self.logement.type not in SANS_REPONSE:
            chez_eux = self.logement.type == TypeLogement.PARENTS
            reponses[Domicile.FOYER if chez_eux else Domicile.HORS_FOYER] = self.logement
        if self.foyer is not None and self.foyer.vit_avec:
            chez_eux = self.foyer.vit_avec in CHEZ_SES_PARENTS
            reponses.setdefault(Domicile.FOYER if chez_eux else Domicile.HORS_FOYER, self.foyer)
        if len(reponses) != 1:
            return ""
        (domicile, donnee), *_ = reponses.items()
        self._dire(str(Domicile(domicile).label), donnee)
        return domicile
