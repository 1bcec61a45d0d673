"""Lists: deposit a file, follow its reading, read the report line by line, take it all back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from imilo.echanges.connecteurs.listes import essais, services
from imilo.echanges.connecteurs.listes.formats import FORMATS
from imilo.echanges.connecteurs.listes.models import EtatImport, Import, LigneImport
from imilo.echanges.connecteurs.listes.selectors import IMPORTER, MONTREES, imports_visibles, lignes_lues
from imilo.journal.services import consigner, consulter
from imilo.parcours.arrivees.models import Arrivee, Source
from imilo.parcours.arrivees.selectors import Connue, connues
from imilo.socle.lecture_csv import FichierIllisible
from imilo.web.arrivees.formulaires import FormulaireColonnes, FormulaireListe
from imilo.web.envois import envoi_unique
from imilo.web.formulaires import FormulaireDSFR
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import Colonne, reponse_des_colonnes

PAR_PAGE = 100
MONTRES = 20
CHOIX = (
    ("", "Toutes"),
    ("rejetees", "Laissées de côté"),
    ("sur", "Déjà connues"),
    ("probable", "À vérifier"),
    ("non", "Nouvelles"),
)


Lue = tuple[LigneImport, Connue | None]


def _import(requete: Requete, cle: int) -> Import:
    visibles = imports_visibles(agent=requete.user, structure=requete.structure)
    trouve = visibles.filter(pk=cle).first() if cle < 1 << 62 else None
    if trouve is None:
        raise Http404
    return trouve


@permission(IMPORTER)
@require_http_methods(["GET", "POST"])
@envoi_unique
def listes(requete: Requete) -> HttpResponseBase:
    """Deposit a list; those of before, the newest first."""
    form = FormulaireListe(requete.POST or None, requete.FILES or None, initial={"source": Source.DECROCHEURS})
    if requete.method == "POST" and form.is_valid():
        fichier: UploadedFile[bytes] = form.cleaned_data["fichier"]
        recu = form.appliquer(
            services.deposer,
            requete.user,
            structure=requete.structure,
            source=Source(form.cleaned_data["source"]),
            nom=fichier.name or "",
            # What is too large is cut just past the limit, which the service then refuses.
            contenu=fichier.read(services.TAILLE_MAX + 1),
            a_preparer=form.cleaned_data["source"] == Source.LISTE,
        )
        if recu is not None:
            return HttpResponseRedirect(reverse("web:import", args=[recu.pk]))
    contexte = {
        "form": form,
        "imports": imports_visibles(agent=requete.user, structure=requete.structure)[:MONTRES],
        "formats": FORMATS.values(),
    }
    return render(requete, "web/arrivees/imports.html", contexte, status=422 if form.errors else 200)


@permission(IMPORTER)
@require_GET
def rapport(requete: Requete, import_id: int) -> HttpResponseBase:
    """What a list did, and why each line left out was."""
    recu = _import(requete, import_id)
    if recu.etat == EtatImport.A_PREPARER:
        return HttpResponseRedirect(reverse("web:import-colonnes", args=[recu.pk]))
    montrees = requete.GET.get("lignes", "")
    page = Paginator(lignes_lues(recu, montrees=montrees), PAR_PAGE).get_page(requete.GET.get("page"))
    contexte = {
        "recu": recu,
        "page": page,
        "lignes": list(_connues(requete, page.object_list)),
        "choix": CHOIX,
        "montrees": montrees if montrees in MONTREES else "",
    }
    return render(requete, "web/arrivees/import.html", contexte | _annulable(recu))


def _connues(requete: Requete, lignes: Iterable[LigneImport]) -> Iterator[Lue]:
    """Each line with what this reader may know of who it is; None for a line that couldn't be used."""
    lues = list(lignes)
    arrivees = [ligne.arrivee for ligne in lues if ligne.arrivee is not None]
    dites = connues(arrivees, agent=requete.user, structure=requete.structure)
    return ((ligne, dites.get(ligne.arrivee_id or 0)) for ligne in lues)


def _de_l_arrivee(titre: str, valeur: Callable[[Arrivee], object]) -> Colonne:
    return Colonne(titre, "arrivees", lambda lue: valeur(lue[0].arrivee) if lue[0].arrivee else "")


def _de_la_comparaison(titre: str, valeur: Callable[[Connue], object], famille: str = "arrivees") -> Colonne:
    return Colonne(titre, famille, lambda lue: valeur(lue[1]) if lue[1] else "")


COLONNES = (
    Colonne("Ligne", "listes", lambda lue: lue[0].numero),
    Colonne("Ce qu'elle devient", "listes", lambda lue: lue[0].get_effet_display()),
    Colonne("Pourquoi", "listes", lambda lue: lue[0].raison),
    _de_l_arrivee("Nom", lambda a: a.nom),
    _de_l_arrivee("Nom d'usage", lambda a: a.nom_usage),
    _de_l_arrivee("Prénom", lambda a: a.prenom),
    _de_l_arrivee("Naissance", lambda a: a.naissance),
    _de_la_comparaison("Connu", lambda c: c.connu.label),
    _de_la_comparaison("Dossier reconnu", lambda c: c.dossier or "", "dossier"),
    _de_la_comparaison("Probabilité", lambda c: c.probabilite),
    _de_la_comparaison("Ce qui le dit", lambda c: c.phrase),
)


@permission(IMPORTER)
@require_GET
def export(requete: Requete, import_id: int) -> HttpResponseBase:
    """The report line by line, as CSV. One fact, and one consultation of each arrival that leaves."""
    recu = _import(requete, import_id)
    lignes = list(_connues(requete, lignes_lues(recu)))
    for ligne, _ in lignes:
        if ligne.arrivee is not None:
            consulter(requete.user, ligne.arrivee, "export")
    consigner(requete.user, "liste.exportee", recu, nombre=len(lignes))
    return reponse_des_colonnes(f"rapport-{recu.pk}", requete.affectation.profil, COLONNES, lignes)


@permission(IMPORTER)
@require_http_methods(["GET", "POST"])
@envoi_unique
def colonnes(requete: Requete, import_id: int) -> HttpResponseBase:
    """Which column of a list is which, what loading it would do, then load it."""
    recu = _import(requete, import_id)
    if recu.etat != EtatImport.A_PREPARER:
        return HttpResponseRedirect(reverse("web:import", args=[recu.pk]))
    try:
        vu = essais.apercu(recu)
    except FichierIllisible as erreur:
        return render(
            requete, "web/arrivees/import_colonnes.html", {"recu": recu, "illisible": str(erreur)}, status=422
        )
    donnees = requete.POST if requete.method == "POST" else None
    form = FormulaireColonnes(donnees, forme=FORMATS[Source(recu.source)], entete=vu.entete, proposees=vu.proposees)
    bilan = None
    if requete.method == "POST" and form.is_valid():
        choisies = form.colonnes()
        if requete.POST.get("action") == "charger":
            if form.accepte(services.lancer, requete.user, recu, colonnes=choisies):
                return HttpResponseRedirect(reverse("web:import", args=[recu.pk]))
        else:
            bilan = essais.essayer(recu, colonnes=choisies)
    contexte = {"recu": recu, "form": form, "vu": vu, "bilan": bilan}
    statut = 422 if form.errors else 200
    return render(requete, "web/arrivees/import_colonnes.html", contexte, status=statut)


@permission(IMPORTER)
@require_GET
def avancement(requete: Requete, import_id: int) -> HttpResponseBase:
    """How far the reading is, asked again each second until it is over; the whole page then shows the report."""
    recu = _import(requete, import_id)
    reponse = render(requete, "web/arrivees/_avancement.html", {"recu": recu})
    if recu.fini:
        reponse["HX-Refresh"] = "true"
    return reponse


def _annulable(recu: Import) -> dict[str, object]:
    if recu.etat != EtatImport.TERMINE or not (recu.creees or recu.modifiees):
        return {"annulable": False, "touchees": 0}
    touchees = services.touchees(recu)
    return {"annulable": not touchees, "touchees": touchees}


@permission(IMPORTER)
@require_http_methods(["GET", "POST"])
@envoi_unique
def annuler(requete: Requete, import_id: int) -> HttpResponseBase:
    """Ask, then take back all that the list brought."""
    recu = _import(requete, import_id)
    form = FormulaireDSFR(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and form.is_valid() and form.accepte(services.annuler, requete.user, recu):
        messages.success(requete, f"L'import de {recu} est annulé : ses arrivées ont été retirées.")
        return HttpResponseRedirect(reverse("web:imports"))
    retour = reverse("web:import", args=[recu.pk])
    contexte = {"form": form, "recu": recu, "retour": retour, "bouton": "Annuler cet import"}
    return render(requete, "web/arrivees/import_annuler.html", contexte, status=422 if form.errors else 200)
