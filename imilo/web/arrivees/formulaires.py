"""Forms of the arrivals: filters, an attempt, to whom it is given, which dossier; and the list that is deposited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms

from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes.formats import PARTIES, REPRESENTANTS, Format
from imilo.jeunes.annuaire import porte_un_nir
from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.models import Sexe
from imilo.jeunes.telephones import afficher
from imilo.parcours.agenda.services import Creneau
from imilo.parcours.arrivees.fiche import coordonnees_dites, rqth_depuis
from imilo.parcours.arrivees.models import ISSUES_DE_LA_NUIT, Arrivee, Connaissance, Etat, Issue, Moyen, Source
from imilo.parcours.arrivees.selectors import TRIS, Filtre
from imilo.parcours.arrivees.services import COMMENTAIRE_MAX, VENUES, Essai
from imilo.socle.erreurs import RegleViolee
from imilo.web.dossier.formulaires import FormulaireCreneau
from imilo.web.formulaires import NIR_DANS_UN_FILTRE, FormulaireDSFR, habiller

TOUS, PERSONNE, MOI = "tous", "personne", "moi"
CRENEAU = "rdv"
NOUVEAU = Issue.NOUVEAU_CONTRAT
NUMERO_MAX = 19  # digits of a key of the database, and one


class FormulaireFiltre(FormulaireDSFR):
    """What a GET asks for. What it can't read counts as not asked."""

    filtre = True
    q = forms.CharField(label="Nom, commune, école", required=False, max_length=100)
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("ouvertes", "À travailler"), *Etat.choices, ("toutes", "Toutes")]
    )
    source = forms.ChoiceField(label="Source", required=False, choices=[("", "Toutes"), *Source.choices])
    assignee = forms.ChoiceField(label="Confiée à", required=False)
    age = forms.ChoiceField(
        label="Âge",
        required=False,
        choices=[("", "Tous"), ("mineurs", "Moins de 18 ans"), ("majeurs", "18 ans et plus")],
    )
    priorite = forms.ChoiceField(
        label="Priorité", required=False, choices=[("", "Toutes"), ("oui", "Prioritaires seulement")]
    )

    def __init__(self, *args: Any, equipe: list[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assignee = self.fields["assignee"]
        assert isinstance(assignee, forms.ChoiceField)
        noms = [(str(a.pk), str(a)) for a in equipe]
        assignee.choices = [(TOUS, "Tout le monde"), (MOI, "Moi"), (PERSONNE, "Personne encore"), *noms]


@dataclass(frozen=True)
class Demande:
    """The filter, and the parameters that lead to the same page."""

    filtre: Filtre
    parametres: dict[str, str]


def lire(donnees: Any, *, equipe: list[Agent], agent: Agent) -> tuple[FormulaireFiltre, Demande]:
    """Read the address; by default, all that is to be worked on, those with priority first."""
    defauts = {"q": "", "etat": "ouvertes", "source": "", "assignee": TOUS, "age": "", "priorite": ""}
    valeurs = defauts | {nom: donnees[nom] for nom in defauts if nom in donnees}
    nir = porte_un_nir(valeurs["q"])  # kept in none of the page's links
    valeurs |= {"q": ""} if nir else {}
    form = FormulaireFiltre(valeurs, equipe=equipe)
    if form.is_valid() and nir:
        form.add_error("q", NIR_DANS_UN_FILTRE)
    propres = {nom: form.cleaned_data.get(nom) or defaut for nom, defaut in defauts.items()}
    qui = str(agent.pk) if propres["assignee"] == MOI else propres["assignee"]
    tri = donnees.get("tri", "priorite")
    filtre = Filtre(
        texte=propres["q"],
        source=propres["source"],
        etat=propres["etat"],
        assignee=int(qui) if qui.isdigit() else None,
        sans_personne=qui == PERSONNE,
        prioritaires=propres["priorite"] == "oui",
        age=propres["age"],
        tri=tri if tri in TRIS else "priorite",
        decroissant=donnees.get("ordre") == "desc",
    )
    return form, Demande(filtre, valeurs)


class FormulaireEssai(FormulaireDSFR):
    """An attempt: how, what came out of it; with an appointment, its slot."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    moyen = forms.ChoiceField(label="Moyen", choices=Moyen.choices, widget=forms.RadioSelect)
    issue = forms.ChoiceField(label="Ce qu'il en est", choices=[("", "Choisir")])
    commentaire = forms.CharField(
        label="À savoir pour la prochaine fois", required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    connaissance = forms.ChoiceField(
        label="La mission locale connaissait-elle cette personne ?",
        required=False,
        choices=[("", "Ne pas préciser"), *Connaissance.choices],
        help_text="Le CFA lit cette réponse et ce qu'il en est, rien d'autre.",
    )

    def __init__(
        self, donnees: Any = None, *, arrivee: Arrivee, structure: Structure, agent: Agent, issue: str = ""
    ) -> None:
        depart = {"version": arrivee.version, "connaissance": arrivee.connaissance, "moyen": Moyen.TELEPHONE}
        super().__init__(donnees, initial=depart | {"issue": issue})
        self.fields["commentaire"].widget.attrs["maxlength"] = COMMENTAIRE_MAX
        apprenti = arrivee.source == Source.APPRENTISSAGE
        issues = self.fields["issue"]
        assert isinstance(issues, forms.ChoiceField)
        issues.choices = [
            ("", "Choisir"),
            *((c, n) for c, n in Issue.choices if c not in ISSUES_DE_LA_NUIT and (apprenti or c != NOUVEAU)),
        ]
        if not apprenti:
            del self.fields["connaissance"]
        # Without an appointment nothing of the slot is missing, and nothing of it is to be corrected.
        saisi = donnees if self.avec_rendez_vous else None
        self.creneau = FormulaireCreneau(saisi, structure=structure, agent=agent, prefix=CRENEAU)

    @property
    def avec_rendez_vous(self) -> bool:
        """Whether the slot is to be shown open: it was chosen, or something of it was typed."""
        return self["issue"].value() == Issue.RDV_PRIS or bool(self.is_bound and self.data.get(f"{CRENEAU}-jour"))

    def is_valid(self) -> bool:
        """The slot counts only for an appointment."""
        if not super().is_valid():
            return False
        return self.cleaned_data["issue"] != Issue.RDV_PRIS or self.creneau.is_valid()

    def essai(self) -> Essai:
        d = self.cleaned_data
        pris: Creneau | None = self.creneau.creneau() if d["issue"] == Issue.RDV_PRIS else None
        return Essai(
            moyen=d["moyen"],
            issue=d["issue"],
            commentaire=d["commentaire"],
            connaissance=d.get("connaissance", ""),
            creneau=pris,
        )

    def refuser(self, erreur: RegleViolee) -> None:
        """At the field of the attempt, of the slot, or above the form."""
        if erreur.champ not in self.fields and erreur.champ in self.creneau.fields:
            self.creneau.refuser(erreur)
            # The form itself isn't accepted either.
            self.add_error(None, "Vérifiez le rendez-vous.")
        else:
            super().refuser(erreur)


class FormulaireConfier(FormulaireDSFR):
    """To whom an arrival is given."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    a = forms.ModelChoiceField(
        label="Confiée à", queryset=Agent.objects.none(), required=False, empty_label="Personne encore"
    )

    def __init__(self, donnees: Any = None, *, arrivee: Arrivee, equipe: Any) -> None:
        super().__init__(donnees, initial={"version": arrivee.version, "a": arrivee.assignee_id})
        a = self.fields["a"]
        assert isinstance(a, forms.ModelChoiceField)
        a.queryset = equipe


class FormulaireLot(FormulaireDSFR):
    """Arrivals ticked in the list, and to whom they go."""

    arrivees = forms.TypedMultipleChoiceField(coerce=int, required=False)
    a = forms.ModelChoiceField(
        label="Confier les arrivées cochées à", queryset=Agent.objects.none(), required=False, empty_label="Personne"
    )

    def __init__(self, donnees: Any = None, *, equipe: Any) -> None:
        super().__init__(donnees)
        a, arrivees = self.fields["a"], self.fields["arrivees"]
        assert isinstance(a, forms.ModelChoiceField)
        assert isinstance(arrivees, forms.TypedMultipleChoiceField)
        a.queryset = equipe
        cochees = donnees.getlist("arrivees") if donnees is not None else []
        # Which of them may be seen is asked by the service; here, that they are numbers of rows.
        arrivees.choices = [(n, n) for n in cochees if n.isascii() and n.isdigit() and len(n) < NUMERO_MAX]


class FormulaireRattacher(FormulaireDSFR):
    """Which dossier of the structure is this person's."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    numero = forms.CharField(label="Numéro du dossier", max_length=7, help_text="Sept chiffres, par exemple 1234567.")


class FormulaireListe(FormulaireDSFR):
    """A list to load."""

    source = forms.ChoiceField(
        label="Quelle liste ?",
        choices=[(s.value, s.label) for s in Source if s != Source.APPRENTISSAGE],
        widget=forms.RadioSelect,
    )
    fichier = forms.FileField(
        label="Le fichier (CSV)",
        allow_empty_file=True,  # told in our words by the service
        max_length=None,
        help_text="64 Mo au plus. Un classeur s'enregistre d'abord en CSV.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fichier"].error_messages["required"] = "Choisissez le fichier de la liste."


COLONNES_PROPOSEES = (
    "nom_naissance", "prenom", "date_naissance", "sexe", "telephone", "telephone_2", "courriel", "adresse",
    "code_postal", "code_commune", "identifiant", "ine", "dernier_etablissement_uai", "dernier_etablissement_nom",
    "classe", "date_sortie", "rqth", "origine", "motif",
)  # fmt: skip
REPRESENTES = tuple(f"representant_{n}_{partie}" for n in REPRESENTANTS for partie in PARTIES)
"""The columns of the legal representatives, apart: most lists have none."""
LIBELLES = {
    "nom_naissance": "Nom de naissance",
    "prenom": "Prénom",
    "date_naissance": "Date de naissance",
    "telephone": "Téléphone",
    "telephone_2": "Autre téléphone",
    "code_commune": "Code INSEE de la commune",
    "identifiant": "Numéro de la personne dans cette liste",
    "ine": "INE",
    "dernier_etablissement_nom": "Établissement",
    "dernier_etablissement_uai": "Code de l'établissement (UAI)",
    "rqth": "Travailleur handicapé (RQTH)",
    **{
        f"representant_{n}_{partie}": f"{libelle} du représentant {n}"
        for n in REPRESENTANTS
        for partie, libelle in zip(PARTIES, ("Nom", "Lien", "Téléphone", "Courriel"), strict=True)
    },
    "date_sortie": "Depuis le",
    "origine": "Qui signale",
}


class FormulaireColonnes(FormulaireDSFR):
    """For each of our columns, the one of the list that says it."""

    def __init__(
        self,
        donnees: Any = None,
        *,
        forme: Format,
        entete: list[str],
        proposees: dict[str, str],
    ) -> None:
        super().__init__(donnees, initial=proposees)
        for nom in (*COLONNES_PROPOSEES, *REPRESENTES):
            libelle = LIBELLES.get(nom, nom.replace("_", " ").capitalize())
            requis = nom in forme.requises
            champ = forms.ChoiceField(
                label=libelle,
                required=requis,
                choices=[("", "Choisir" if requis else "Aucune"), *((sien, sien) for sien in entete)],
            )
            habiller(champ)
            self.fields[nom] = champ

    @property
    def champs(self) -> list[forms.BoundField]:
        return [self[nom] for nom in COLONNES_PROPOSEES]

    @property
    def champs_des_representants(self) -> list[forms.BoundField]:
        return [self[nom] for nom in REPRESENTES]

    @property
    def avec_representants(self) -> bool:
        """Whether the part of the representatives is to be shown open: a column was found or chosen for it."""
        return any(champ.value() or champ.errors for champ in self.champs_des_representants)

    def clean(self) -> dict[str, Any]:
        donnees = super().clean() or self.cleaned_data
        prises: dict[str, str] = {}
        for nom, sien in list(donnees.items()):
            if sien and (autre := prises.setdefault(sien, nom)) != nom:
                self.add_error(nom, f"Cette colonne est déjà celle de « {self.fields[autre].label} ».")
        return donnees

    def colonnes(self) -> dict[str, str]:
        """{ours: theirs}, those that were chosen."""
        return {nom: sien for nom, sien in self.cleaned_data.items() if sien}


def depart(arrivee: Arrivee) -> dict[str, Any]:
    """First values of the dossier of an arrival: all that its source said."""
    dites = coordonnees_dites(arrivee)
    valeurs: dict[str, Any] = {
        "nom_naissance": arrivee.nom,
        "nom_usage": arrivee.nom_usage,
        "prenom": arrivee.prenom,
        "sexe": arrivee.sexe if arrivee.sexe != Sexe.INCONNU else "",
        "naissance": naissance_affichee(arrivee.naissance, "jour"),
        "naissance_commune": arrivee.naissance_commune_id,
        "telephone": afficher(dites.telephone),
        "telephone_2": afficher(dites.telephone_2),
        "courriel": dites.courriel,
        "adresse_voie": dites.adresse_voie,
        "adresse_commune": dites.adresse_commune_id,
        "adresse_code_postal": dites.adresse_code_postal,
        "venue": VENUES[Source(arrivee.source)],
        "rqth_du": rqth_depuis(arrivee),
    }
    return {champ: valeur for champ, valeur in valeurs.items() if valeur}
