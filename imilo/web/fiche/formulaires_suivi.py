"""Forms of demands, documents, notes, tags and household links."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from imilo.acteurs.models import Structure
from imilo.parcours.dossiers.documents import TAILLE_MAXIMALE, titre_sur
from imilo.parcours.dossiers.models import Dossier, EtatProposition, Proposition
from imilo.parcours.fiche import selectors
from imilo.parcours.fiche.models import Demande, Justificatif, Note
from imilo.parcours.fiche.models.suivi import EtatDemande, IssueDemande, NatureLien, Portee, TypeJustificatif
from imilo.referentiels.models import Liste
from imilo.referentiels.selectors import codes
from imilo.web.fiche.formulaires import CHOISIR
from imilo.web.formulaires import FormulaireDSFR


class FormulaireDemande(FormulaireDSFR):
    """What the person asks for; with `demande`, where it stands."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    theme = forms.ChoiceField(label="Thème", widget=forms.Select(attrs={"autofocus": True}))
    texte = forms.CharField(
        label="Ce que la personne demande", max_length=1000, widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"})
    )
    le = forms.DateField(label="Exprimée le")
    etat = forms.ChoiceField(label="Où en est-elle ?", choices=EtatDemande.choices, widget=forms.RadioSelect)
    issue = forms.ChoiceField(
        label="Comment s'est-elle terminée ?", choices=[*CHOISIR, *IssueDemande.choices], required=False
    )
    close_le = forms.DateField(label="Terminée le", required=False, help_text="Vide : aujourd'hui.")

    def __init__(self, data: Any = None, *, le: date, demande: Demande | None = None) -> None:
        noms = ("version", "theme", "texte", "le", "etat", "issue", "close_le")
        depart = {n: getattr(demande, n) for n in noms} if demande is not None else {"le": le}
        super().__init__(data, initial=depart)
        champ = self.fields["theme"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [*CHOISIR, *codes(Liste.THEME_DEMANDE, le)]
        if demande is None:
            for nom in ("etat", "issue", "close_le"):
                del self.fields[nom]

    def clean(self) -> dict[str, Any]:
        d = super().clean() or {}
        if d.get("etat") == EtatDemande.CLOSE and not d.get("issue"):
            self.add_error("issue", "Dites comment la demande s'est terminée.")
        return d


class FormulaireReponse(FormulaireDSFR):
    """What is proposed in answer: a new proposition, or one that was made already."""

    existante = forms.ChoiceField(label="Une proposition déjà faite", required=False)
    intitule = forms.CharField(label="Ou une nouvelle proposition", max_length=300, required=False)
    le = forms.DateField(label="Proposée le", required=False)

    def __init__(self, data: Any = None, *, demande: Demande, le: date) -> None:
        super().__init__(data, initial={"le": le})
        self.demande = demande
        liees = demande.reponses.values("proposition")
        libres = Proposition.objects.filter(dossier_id=demande.dossier_id).exclude(pk__in=liees).order_by("-le", "-pk")
        self.libres = {str(p.pk): p for p in libres[:100]}
        champ = self.fields["existante"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [
            ("", "Aucune : j'en écris une nouvelle"),
            *((k, f"{p.intitule[:120]} ({p.get_etat_display().lower()})") for k, p in self.libres.items()),
        ]
        if not self.libres:
            del self.fields["existante"]
            self.fields["intitule"].label = "Ce que vous proposez"

    def clean(self) -> dict[str, Any]:
        d = super().clean() or {}
        existante, intitule = d.get("existante"), (d.get("intitule") or "").strip()
        if not existante and not intitule:
            self.add_error("intitule", "Écrivez ce que vous proposez.")
        if existante and intitule:
            self.add_error("intitule", "Choisissez une proposition déjà faite, ou écrivez-en une : pas les deux.")
        if intitule and not d.get("le") and "le" not in self.errors:
            self.add_error("le", "Remplissez ce champ.")
        return d


class FormulaireFiltre(FormulaireDSFR):
    """Filters of demands and propositions."""

    filtre = True
    theme = forms.ChoiceField(label="Thème", required=False)
    etat = forms.ChoiceField(
        label="Demandes", required=False, choices=[("", "Toutes"), ("a_suivre", "À suivre"), *EtatDemande.choices]
    )
    proposition = forms.ChoiceField(
        label="Propositions", required=False, choices=[("", "Toutes"), *EtatProposition.choices]
    )

    def __init__(self, data: Any, *, le: date) -> None:
        super().__init__(data)
        champ = self.fields["theme"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [("", "Tous"), *codes(Liste.THEME_DEMANDE, le)]


class FormulaireJustificatif(FormulaireDSFR):
    """What a document is, and until when it holds."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    type = forms.ChoiceField(
        label="Type de document",
        choices=[*CHOISIR, *TypeJustificatif.choices],
        widget=forms.Select(attrs={"autofocus": True}),
    )
    emis_le = forms.DateField(label="Établi le", required=False)
    expire_le = forms.DateField(
        label="Valable jusqu'au", required=False, help_text="Vous serez averti avant cette date, dans Ma journée."
    )

    def __init__(self, data: Any = None, *args: Any, justificatif: Justificatif | None = None, **kwargs: Any) -> None:
        noms = ("version", "type", "emis_le", "expire_le")
        depart = {n: getattr(justificatif, n) for n in noms} if justificatif is not None else {}
        super().__init__(data, *args, initial=depart, **kwargs)


class FormulaireDepot(FormulaireJustificatif):
    """A file to keep. Its type is read in what it holds, never in its name."""

    fichier = forms.FileField(
        label="Fichier",
        help_text="PDF, JPEG ou PNG, 10 Mo au plus.",
        allow_empty_file=True,  # the service says it in our words
        max_length=255,
        widget=forms.FileInput(attrs={"accept": ".pdf,.jpg,.jpeg,.png"}),
        error_messages={"max_length": "Le nom de ce fichier est trop long : raccourcissez-le."},
    )
    titre = forms.CharField(label="Titre", max_length=200, required=False, help_text="Vide : le nom du fichier.")
    field_order = ("version", "type", "fichier", "titre", "emis_le", "expire_le")

    def contenu(self) -> bytes:
        """The bytes, never more than one beyond the limit: the service refuses the rest."""
        return bytes(self.cleaned_data["fichier"].read(TAILLE_MAXIMALE + 1))

    def titre_propose(self) -> str:
        return str(self.cleaned_data["titre"].strip() or titre_sur(str(self.cleaned_data["fichier"].name)))


class FormulaireNote(FormulaireDSFR):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    texte = forms.CharField(
        label="Note", max_length=2000, widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "autofocus": True})
    )
    portee = forms.ChoiceField(
        label="Qui la lit ?",
        choices=Portee.choices,
        widget=forms.RadioSelect,
        help_text=(
            "Aucune note n'est montrée à la personne ni à un partenaire : dites-lui ce que vous notez, elle peut "
            "demander à lire son dossier."
        ),
    )

    def __init__(self, data: Any = None, *, note: Note | None = None) -> None:
        depart: dict[str, Any] = {"portee": Portee.RESTREINTE}
        if note is not None:
            depart = {n: getattr(note, n) for n in ("version", "texte", "portee")}
        super().__init__(data, initial=depart)


class FormulaireEtiquettes(FormulaireDSFR):
    """The tags of a dossier, among those of its structure."""

    etiquettes = forms.MultipleChoiceField(label="Étiquettes", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, dossier: Dossier, structure: Structure) -> None:
        posees = selectors.etiquettes_de(dossier)
        super().__init__(data, initial={"etiquettes": [str(e.pk) for e in posees]})
        offertes = {e.pk: e for e in [*selectors.etiquettes_proposees(structure), *posees]}
        champ = self.fields["etiquettes"]
        assert isinstance(champ, forms.MultipleChoiceField)
        champ.choices = [(str(e.pk), e.nom) for e in sorted(offertes.values(), key=lambda e: e.nom.lower())]

    def choisies(self) -> list[int]:
        return [int(c) for c in self.cleaned_data["etiquettes"]]


class FormulaireEtiquette(FormulaireDSFR):
    """A tag of the structure's list."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    nom = forms.CharField(label="Nom de l'étiquette", max_length=40, widget=forms.TextInput(attrs={"autofocus": True}))
    active = forms.BooleanField(
        label="Proposée sur les dossiers", required=False, help_text="Décochée, elle reste lisible où elle est posée."
    )


class FormulaireLien(FormulaireDSFR):
    """The other dossier of the household, by its number."""

    numero = forms.RegexField(
        r"\A[0-9]{1,7}\Z",
        label="Numéro de l'autre dossier",
        error_messages={"invalid": "Un numéro de dossier a sept chiffres."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autofocus": True, "autocomplete": "off"}),
        help_text="Un dossier de votre structure.",
    )
    nature = forms.ChoiceField(label="L'autre personne est", choices=[*CHOISIR, *NatureLien.choices])
