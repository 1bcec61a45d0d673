"""Writing the identity of a person. The fact in the journal is written by the act that calls (a dossier's)."""

from __future__ import annotations

from datetime import date

from imilo.jeunes.doublons import Rapprochement
from imilo.jeunes.identite import CHAMPS, Identite, anomalies, differences_du_nir
from imilo.jeunes.models import Jeune
from imilo.socle.erreurs import RegleViolee


class DifferencesDuNir(RegleViolee):
    """The NIR says otherwise than the identity: `differences` (French) are to be confirmed on a document."""

    def __init__(self, differences: tuple[str, ...]) -> None:
        super().__init__(
            f"Ce numéro ne correspond pas à l'identité saisie : {' ; '.join(differences)}. Corrigez l'un ou l'autre, "
            "ou confirmez que vous l'avez lu sur un document au nom de cette personne.",
            "nir",
        )
        self.differences = differences


def verifier_identite(identite: Identite, *, le: date, nir_confirme: bool = False) -> None:
    """Refuse a cleaned identity that can't be stored on the day `le`. Raises `RegleViolee` for the first reason."""
    if trouvees := anomalies(identite, le=le):
        raise trouvees[0]
    if not nir_confirme and (ecarts := differences_du_nir(identite)):
        raise DifferencesDuNir(ecarts)


def refuser_le_nir_d_un_autre(rapprochement: Rapprochement) -> None:
    """Refuse a NIR that another person bears, without saying who. Raises `RegleViolee` at `nir`."""
    if not rapprochement.porteurs_du_nir:
        return
    porteur = min(rapprochement.porteurs_du_nir, key=lambda p: not p.ici)
    if porteur.ici:
        ou = "d'un autre dossier de votre structure"
    else:
        appel = f" ({porteur.structure_telephone})" if porteur.structure_telephone else ""
        ou = f"d'un dossier d'une autre structure : {porteur.structure_nom}{appel}, à appeler en cas de doute"
    raise RegleViolee(
        f"Ce numéro de sécurité sociale est déjà celui {ou}, avec une autre naissance ou un autre sexe. "
        "Vérifiez qu'il n'est pas celui d'un parent ; laissez ce champ vide si vous ne pouvez pas trancher.",
        "nir",
    )


def creer_jeune(identite: Identite) -> Jeune:
    """Store a new person. Needs a perimeter; the person can be read once a dossier of it exists."""
    jeune = Jeune(**{champ: getattr(identite, champ) for champ in CHAMPS})
    jeune.save(force_insert=True)
    return jeune


def ecrire_identite(jeune: Jeune, identite: Identite) -> frozenset[str]:
    """Store a changed identity and count one more version. Returns the fields that changed."""
    changes = frozenset(champ for champ in CHAMPS if getattr(jeune, champ) != getattr(identite, champ))
    for champ in changes:
        setattr(jeune, champ, getattr(identite, champ))
    if changes:
        jeune.version += 1
        jeune.save()
    return changes
