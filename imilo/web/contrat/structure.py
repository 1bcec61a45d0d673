"""The contracts of the structure: every deadline in one list, and the CEJ of each counsellor."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from imilo.acteurs.profils import peut
from imilo.acteurs.selectors import agents_de, aujourd_hui
from imilo.journal.services import consigner
from imilo.parcours.contrats.echeancier import EcheanceContrat, GenreEcheance
from imilo.parcours.contrats.financements import actions_financees
from imilo.parcours.contrats.recours import en_attente
from imilo.parcours.contrats.services import regler_contrats
from imilo.parcours.contrats.structure import charges, echeances_de_la_structure, reglage_des_contrats, repere
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.services.referents import REFERENTS
from imilo.web.contrat.formulaires_suites import FormulaireReglages
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 50
TITRES = ("Échéance", "Quoi", "Article", "Dossier", "Nom", "Prénom", "Référent", "En retard")
TRIS = (("le", "Date"), ("nom", "Nom"), ("referent", "Référent"), ("genre", "Nature"))
DELAIS = (("14", "14 jours"), ("30", "30 jours"), ("90", "3 mois"), ("180", "6 mois"))


class FiltreEcheances(FormulaireDSFR):
    """What the list keeps; everything is optional."""

    filtre = True
    genre = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *GenreEcheance.choices])
    referent = forms.ChoiceField(label="Référent", required=False)
    delai = forms.ChoiceField(label="D'ici", required=False, choices=[("", "Selon la nature"), *DELAIS])
    tri = forms.ChoiceField(label="Trier par", required=False, choices=TRIS)
    retard = forms.BooleanField(label="En retard seulement", required=False)

    def __init__(self, *args: object, requete: Requete, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        le = aujourd_hui(requete.structure)
        agents = agents_de(structure=requete.structure, le=le, profils=REFERENTS)
        champ = self.fields["referent"]
        assert isinstance(champ, forms.ChoiceField)
        champ.choices = [("", "Tous"), *((str(a.pk), str(a)) for a in agents)]


def _filtrees(requete: Requete) -> tuple[FiltreEcheances, list[EcheanceContrat]]:
    """The filter and what it keeps, sorted."""
    form = FiltreEcheances(requete.GET or None, requete=requete)
    choix = form.cleaned_data if form.is_bound and form.is_valid() else {}
    le = aujourd_hui(requete.structure)
    delai = choix.get("delai")
    trouvees = echeances_de_la_structure(
        structure=requete.structure,
        le=le,
        genres=[choix["genre"]] if choix.get("genre") else (),
        referent_id=int(choix["referent"]) if choix.get("referent") else None,
        jusqu_au=le + timedelta(days=int(delai)) if delai else None,
        retard=bool(choix.get("retard")),
    )
    cles = {
        "nom": lambda e: (e.dossier.jeune.nom_complet, e.le),
        "referent": lambda e: (str(e.dossier.referent or ""), e.le),
        "genre": lambda e: (e.genre.label, e.le),
    }
    tri = cles.get(choix.get("tri") or "")
    return form, sorted(trouvees, key=tri) if tri else trouvees


def _sans_programme(requete: Requete) -> int:
    """How many actions wait for who pays them; none for who can't say it."""
    if not peut(requete.affectation.profil, "contrat.preparer"):
        return 0
    return actions_financees(dossiers=dossiers_visibles(agent=requete.user, structure=requete.structure)).count()


@permission("portefeuille.voir")
@require_GET
def lister(requete: Requete) -> HttpResponseBase:
    """The deadlines of the structure's contracts, and the CEJ of each counsellor."""
    form, trouvees = _filtrees(requete)
    le = aujourd_hui(requete.structure)
    par_conseiller = charges(structure=requete.structure, le=le)
    contexte = {
        "form": form,
        "page": Paginator(trouvees, PAR_PAGE).get_page(requete.GET.get("page")),
        "nombre": len(trouvees),
        "en_retard": sum(e.en_retard(le=le) for e in trouvees),
        "le": le,
        "charges": par_conseiller,
        "au_dela": [c for c in par_conseiller if c.au_dela],
        "repere": repere(requete.structure),
        "sans_programme": _sans_programme(requete),
        "peut_regler": peut(requete.affectation.profil, "delegation.gerer"),
        "recours_en_attente": en_attente(structure=requete.structure, le=le),
        "parametres": requete.GET.urlencode(),
    }
    return render(requete, "web/contrat/structure.html", contexte)


@permission("portefeuille.voir")
@require_GET
def export(requete: Requete) -> HttpResponseBase:
    """The same list for a spreadsheet."""
    _, trouvees = _filtrees(requete)
    le = aujourd_hui(requete.structure)
    lignes = [
        (
            e.le,
            e.genre.label,
            e.article,
            str(e.dossier),
            e.dossier.jeune.nom_usage or e.dossier.jeune.nom_naissance,
            e.dossier.jeune.prenom,
            str(e.dossier.referent or ""),
            "oui" if e.en_retard(le=le) else "non",
        )
        for e in trouvees
    ]
    consigner(requete.user, "contrats.exportes", structure=requete.structure, nombre=len(lignes))
    return reponse_csv(f"contrats-echeances-{le:%Y-%m-%d}", TITRES, lignes)


@permission("delegation.gerer")
@envoi_unique
def regler(requete: Requete) -> HttpResponseBase:
    """Set the mark of CEJ by counsellor, and after how many days a signature is reminded."""
    actuel = reglage_des_contrats(requete.structure)
    form = FormulaireReglages(
        requete.POST if requete.method == "POST" else None,
        initial={nom: getattr(actuel, nom) for nom in FormulaireReglages.base_fields},
    )
    if (
        requete.method == "POST"
        and form.is_valid()
        and form.accepte(regler_contrats, requete.user, structure_id=requete.structure.pk, **form.cleaned_data)
    ):
        messages.success(requete, "Les réglages sont enregistrés.")
        return HttpResponseRedirect(reverse("web:contrats"))
    contexte = {
        "form": form,
        "titre": "Réglages des contrats",
        "bouton": "Enregistrer",
        "retour": reverse("web:contrats"),
    }
    return render(requete, "web/contrat/suite.html", contexte, status=422 if form.errors else 200)
