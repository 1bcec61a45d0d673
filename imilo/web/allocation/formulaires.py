"""Forms of the allowance of a month."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict

from imilo.droit.ressources import NATURES, TRAITEMENTS
from imilo.parcours.allocations.models import Declaration, PrimeActivite, RessourceDeclaree, Rsa, Suspensif
from imilo.parcours.allocations.services import RESSOURCES_MAX, RessourceSaisie, SituationDuMois
from imilo.parcours.contrats.models import AutonomieFiscale, ContratEngagement, FoyerFiscal, Logement, Soutien
from imilo.parcours.dossiers.documents import titre_sur, verifier_fichier
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.socle.erreurs import RegleViolee, VersionPerimee
from imilo.web.formulaires import ChampMontant, FormulaireDSFR

SANS_CHOIX = [("", "Choisir")]
LIGNES_AU_DEPART = 3


def natures() -> list[tuple[str, str | list[tuple[str, str]]]]:
    """The kinds of resources, grouped by what they do to the allowance."""
    groupes: list[tuple[str, str | list[tuple[str, str]]]] = [("", "Choisir")]
    for traitement, libelle in TRAITEMENTS.items():
        groupes.append((libelle, [(n.code, n.libelle) for n in NATURES if n.traitement == traitement]))
    return groupes


class FormulaireSituation(FormulaireDSFR):
    """The situation of the month. What an earlier month or the contract said is proposed again."""

    logement = forms.ChoiceField(label="Où vit la personne ?", choices=Logement.choices, widget=forms.RadioSelect)
    soutien_parental = forms.ChoiceField(
        label="Soutien financier de ses parents",
        choices=[*SANS_CHOIX, *Soutien.choices],
        required=False,
        help_text="À dire si elle vit chez eux (L. 5131-6).",
    )
    foyer_fiscal = forms.ChoiceField(
        label="Foyer fiscal",
        choices=FoyerFiscal.choices,
        widget=forms.RadioSelect,
        help_text="Celui que la personne constitue, ou auquel elle est rattachée (D. 5131-19).",
    )
    autonomie_fiscale = forms.ChoiceField(
        label="Compte-t-elle seule pour le foyer fiscal ?",
        choices=AutonomieFiscale.choices,
        help_text="Si ses parents la déclarent encore (D. 5131-19 II).",
    )
    rsa = forms.ChoiceField(label="Son foyer reçoit-il le RSA ?", choices=Rsa.choices)
    prime_activite = forms.ChoiceField(label="Prime d'activité", choices=PrimeActivite.choices)
    suspensif = forms.ChoiceField(label="Service, volontariat ou contrat d'insertion", choices=Suspensif.choices)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("logement") == Logement.FOYER and not donnees.get("soutien_parental"):
            self.add_error(
                "soutien_parental", "La personne vit chez ses parents : dites s'ils l'aident financièrement."
            )
        return donnees

    def situation(self) -> SituationDuMois:
        return SituationDuMois(**{c: v for c, v in self.cleaned_data.items() if c != "version"})


def situation_initiale(
    contrat: ContratEngagement, declaration: Declaration | None, precedente: Declaration | None
) -> dict[str, Any]:
    """What the form shows first: this month's declaration, else the previous month's, else the contract's."""
    source: Declaration | ContratEngagement = declaration or precedente or contrat
    initiale = {c: getattr(source, c, "") for c in FormulaireSituation.base_fields if hasattr(source, c)}
    initiale["version"] = declaration.version if declaration else None
    return initiale


def ligne_initiale(ressource: RessourceDeclaree) -> dict[str, Any]:
    """What a line of the form shows of a resource declared before."""
    justificatif = ressource.justificatif
    return {
        "nature": ressource.nature,
        "montant": ressource.montant,
        "document_id": ressource.justificatif_id,
        "titre": justificatif.titre if justificatif else "",
    }


class FormulaireRessource(FormulaireDSFR):
    """One line: a kind and a sum. An empty line is no resource."""

    nature = forms.ChoiceField(label="Nature", required=False)
    montant = ChampMontant(
        label="Montant reçu (€)",
        required=False,
        localize=True,
        min_value=0,
        max_digits=9,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": "Écrivez un nombre, par exemple 612,50.",
            "min_value": "Un montant est positif ou nul.",
            "max_digits": "Ce montant est trop grand.",
            "max_whole_digits": "Ce montant est trop grand.",
            "max_decimal_places": "Un montant a deux chiffres après la virgule, pas plus.",
        },
    )

    justificatif = forms.FileField(
        label="Justificatif", required=False, help_text="PDF, JPEG ou PNG, 10 Mo au plus.", allow_empty_file=True
    )
    document_id = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["nature"].choices = natures()  # type: ignore[attr-defined]  # a ChoiceField

    @property
    def deja(self) -> str:
        """The name of the proof that this line already has, "" for none."""
        return str(self.initial.get("titre", ""))

    def clean_justificatif(self) -> Any:
        """The file's bytes are read once, here: what isn't one is refused at its field."""
        recu = self.cleaned_data.get("justificatif")
        if recu is None:
            return None
        contenu = recu.read()
        try:
            verifier_fichier(contenu)
        except RegleViolee as erreur:
            raise forms.ValidationError(erreur.message) from erreur
        return titre_sur(recu.name), contenu

    def saisie(self) -> RessourceSaisie:
        """The line as the service takes it; the proof it had stays, unless another one comes."""
        donnees = self.cleaned_data
        nom, contenu = donnees.get("justificatif") or ("", b"")
        garde = self.initial.get("document_id")
        return RessourceSaisie(
            donnees["nature"],
            donnees["montant"],
            justificatif=contenu,
            nom_du_fichier=nom,
            document_id=garde if garde and not contenu and donnees.get("document_id") == garde else None,
        )

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        if donnees.get("nature") and donnees.get("montant") is None and "montant" not in self.errors:
            self.add_error("montant", "Indiquez le montant reçu.")
        if donnees.get("montant") is not None and not donnees.get("nature") and "nature" not in self.errors:
            self.add_error("nature", "Dites ce que c'est.")
        return donnees


class BaseRessources(forms.BaseFormSet[FormulaireRessource]):
    """The lines of the month."""

    def ressources(self) -> list[RessourceSaisie]:
        return [f.saisie() for f in self.forms if f.cleaned_data.get("nature")]

    def refuser(self, erreur: RegleViolee) -> bool:
        """Show what the law refused at the last line filled, when it speaks of a resource."""
        if erreur.champ not in ("montant", "nature"):
            return False
        remplis = [f for f in self.forms if f.cleaned_data.get("nature")]
        if remplis:
            remplis[-1].refuser(erreur)
        return bool(remplis)


FormulairesRessources = forms.formset_factory(
    FormulaireRessource,
    formset=BaseRessources,
    extra=LIGNES_AU_DEPART,
    max_num=RESSOURCES_MAX,
    absolute_max=RESSOURCES_MAX,
    validate_max=True,
)


class FormulaireVersion(FormulaireDSFR):
    """A confirmation of what was shown: nothing but its version."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def refuser(self, erreur: RegleViolee) -> None:
        """The same; the page comes back with what is stored since, so that sending it again is done knowingly."""
        super().refuser(erreur)
        if isinstance(erreur, VersionPerimee):
            donnees = self.data.copy() if isinstance(self.data, QueryDict) else QueryDict(mutable=True)
            donnees["version"] = str(erreur.version)
            self.data = donnees


class FormulaireDecision(FormulaireVersion):
    """The confirmation of a decision; a month that isn't over asks for one more word."""

    avant_la_fin = forms.BooleanField(
        label="Ce mois n'est pas fini : je décide sur les ressources connues aujourd'hui.",
        error_messages={"required": "Cochez cette case pour décider avant la fin du mois, ou attendez-la."},
    )

    def __init__(self, *args: Any, fini: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fini:
            del self.fields["avant_la_fin"]


class FormulaireNotification(FormulaireVersion):
    """When and how the young person received the letter."""

    notifiee_le = forms.DateField(label="Reçue le", help_text="Les délais de recours courent à partir de ce jour.")
    moyen = forms.ChoiceField(label="Par quel moyen ?")

    def __init__(self, *args: Any, le: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["moyen"].choices = [*SANS_CHOIX, *codes(Liste.NOTIFICATION, le)]  # type: ignore[attr-defined]  # a ChoiceField
