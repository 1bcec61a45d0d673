"""The month of the structure: three lists to work on, export, and the batch with its confirmation and its progress."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from imilo.acteurs.models import Portee
from imilo.acteurs.selectors import Pouvoir, aujourd_hui, pouvoir_de_signer
from imilo.droit import francais
from imilo.droit.comptes import total
from imilo.droit.delais import debut_du_mois, mois_plus, premier_jour_du_mois_ecrit
from imilo.droit.montants import ZERO
from imilo.journal.services import consigner, consulter
from imilo.parcours.allocations import services
from imilo.parcours.allocations.lots import avancement, lot_visible, lots_du_mois
from imilo.parcours.allocations.models import Sens
from imilo.parcours.allocations.mois import (
    LIBELLES,
    LigneDuMois,
    MoisDeLaStructure,
    Section,
    limite_de_declaration,
    mois_de_la_structure,
)
from imilo.parcours.allocations.rappels import demander_a_tous
from imilo.socle.erreurs import NonHabilite, RegleViolee
from imilo.web.allocation.formulaires_mois import FormulaireMois
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.requete import Requete
from imilo.web.tableur import reponse_csv

PAR_PAGE = 300
INJOIGNABLES = 20  # said one by one; the others are still in the list
CHOIX = re.compile(r"\A([0-9]{1,12})\.([0-9]{1,9})\Z")
CHOISIR = "Cochez d'abord les décisions à prendre, ou prenez toute la liste."
TITRES = (
    "Dossier", "Nom", "Référent", "Mois", "Section", "Sens", "Montant", "Mois d'avant", "Écart", "À savoir",
    "Changements",
)  # fmt: skip
Cle = Callable[[LigneDuMois], Any]
TRIS: dict[str, tuple[str, Cle]] = {
    "nom": ("Nom", lambda ligne: ligne.nom.casefold()),
    "referent": ("Référent", lambda ligne: str(ligne.contrat.dossier.referent or "").casefold()),
    "montant": ("Montant", lambda ligne: ligne.montant or ZERO),
    "ecart": ("Écart", lambda ligne: ligne.ecart or ZERO),
}


@dataclass(frozen=True)
class Tete:
    libelle: str
    adresse: str
    sens: str
    nombre: bool


@dataclass(frozen=True)
class Onglet:
    """One of the lists, with how many lines it has."""

    code: Section
    libelle: str
    nombre: int
    adresse: str


@dataclass(frozen=True)
class Vue:
    """What is asked of a month: a section, filters, an order; and the lines that answer."""

    mois: date
    tout: MoisDeLaStructure
    section: Section
    form: FormulaireMois
    lignes: list[LigneDuMois]
    tri: str
    decroissant: bool

    @property
    def code(self) -> str:
        return f"{self.mois:%Y-%m}"

    def parametres(self, **autres: str) -> str:
        ordre = {"tri": self.tri, "ordre": "desc" if self.decroissant else "asc"}
        donnees = {"section": self.section.value, **self.form.parametres(), **ordre, **autres}
        return urlencode({c: v for c, v in donnees.items() if v})


def _premier(requete: Requete, mois: str) -> date:
    premier = premier_jour_du_mois_ecrit(mois)
    if premier > aujourd_hui(requete.structure):
        raise Http404("Ce mois n'a pas commencé.")
    return premier


def _vue(requete: Requete, premier: date, donnees: Any) -> Vue:
    le = aujourd_hui(requete.structure)
    tout = mois_de_la_structure(agent=requete.user, structure=requete.structure, mois=premier, le=le)
    voulue = donnees.get("section", "")
    section = Section(voulue) if voulue in list(Section) else Section.A_DECIDER
    form = FormulaireMois(donnees, lignes=tout.lignes)
    tri = donnees.get("tri", "nom") if donnees.get("tri") in TRIS else "nom"
    decroissant = donnees.get("ordre") == "desc"
    lignes = sorted(form.filtrer(tout.de(section)), key=TRIS[tri][1], reverse=decroissant)
    return Vue(premier, tout, section, form, lignes, tri, decroissant)


def _pouvoir(requete: Requete) -> Pouvoir | None:
    le = aujourd_hui(requete.structure)
    return pouvoir_de_signer(agent=requete.user, structure=requete.structure, portee=Portee.ALLOCATIONS, le=le)


@permission("allocation.preparer")
@require_GET
def courant(requete: Requete) -> HttpResponseBase:
    """The last month that is over: the one to decide."""
    mois = mois_plus(debut_du_mois(aujourd_hui(requete.structure)), -1)
    return HttpResponseRedirect(reverse("web:allocations-mois", args=[f"{mois:%Y-%m}"]))


@permission("allocation.preparer")
@require_GET
def mois_structure(requete: Requete, mois: str) -> HttpResponseBase:
    """To decide, missing, to look at, decided: the contracts of a month."""
    premier = _premier(requete, mois)
    le = aujourd_hui(requete.structure)
    vue = _vue(requete, premier, requete.GET)
    page = Paginator(vue.lignes, PAR_PAGE).get_page(requete.GET.get("page"))
    suivant = mois_plus(premier, 1)
    contexte = {
        "vue": vue,
        "page": page,
        "form": vue.form,
        "du_mois": francais.du_mois(premier),
        "onglets": _onglets(vue),
        "tetes": _tetes(vue),
        "pouvoir": _pouvoir(requete),
        "limite": limite_de_declaration(vue.tout.reglage, premier),
        "avant": f"{mois_plus(premier, -1):%Y-%m}",
        "apres": f"{suivant:%Y-%m}" if suivant <= le else "",
        "en_cours": debut_du_mois(le) == premier,
        "decidable": vue.section in (Section.A_DECIDER, Section.EXCEPTIONS),
        "listees": " ".join(f"{x.decision.pk}.{x.decision.version}" for x in page.object_list if x.decision),
        "total": total(ligne.montant for ligne in vue.lignes if ligne.montant is not None),
        "lots": lots_du_mois(structure=requete.structure, mois=premier),
    }
    return render(requete, "web/allocation/mois.html", contexte)


def _onglets(vue: Vue) -> list[Onglet]:
    return [
        Onglet(s, LIBELLES[s], vue.tout.comptes[s], f"?{vue.parametres(section=s.value, tri='', ordre='')}")
        for s in Section
    ]


def _tetes(vue: Vue) -> list[Tete]:
    tetes = []
    for code, (libelle, _) in TRIS.items():
        courante = vue.tri == code
        ordre = "desc" if courante and not vue.decroissant else "asc"
        sens = ("descending" if vue.decroissant else "ascending") if courante else ""
        tetes.append(Tete(libelle, f"?{vue.parametres(tri=code, ordre=ordre)}", sens, code in ("montant", "ecart")))
    return tetes


@permission("allocation.preparer")
@require_GET
def export(requete: Requete, mois: str) -> HttpResponseBase:
    """The list that the filters show, as CSV. One fact, and one consultation of each dossier that leaves."""
    vue = _vue(requete, _premier(requete, mois), requete.GET)
    for ligne in vue.lignes:
        consulter(requete.user, ligne.contrat.dossier, "export")
    consigner(requete.user, "allocations.exportees", structure=requete.structure, nombre=len(vue.lignes), mois=vue.code)
    return reponse_csv(f"allocations-{vue.code}-{vue.section}", TITRES, (_rangee(x, vue) for x in vue.lignes))


def _rangee(ligne: LigneDuMois, vue: Vue) -> list[Any]:
    sens = Sens(ligne.decision.sens).label if ligne.decision else ""
    montants = [francais.nombre(m) if m is not None else "" for m in (ligne.montant, ligne.avant, ligne.ecart)]
    return [
        str(ligne.contrat.dossier), ligne.nom, ligne.contrat.dossier.referent or "", vue.code,
        LIBELLES[ligne.section], sens, *montants, " ; ".join(ligne.raisons), " ; ".join(ligne.changements),
    ]  # fmt: skip


def _choisies(donnees: Any) -> dict[int, int]:
    """The decisions ticked, or all those of the page: key to the version that was shown."""
    ecrites = donnees.get("listees", "").split() if donnees.get("quoi") == "liste" else donnees.getlist("decision")
    return _lire(ecrites)


def _lire(ecrites: list[str]) -> dict[int, int]:
    trouvees = (CHOIX.match(ecrite) for ecrite in ecrites[: 2 * PAR_PAGE])
    return {int(t[1]): int(t[2]) for t in trouvees if t}


@permission("allocation.decider")
@require_POST
def apercu(requete: Requete, mois: str) -> HttpResponseBase:
    """What would be decided, and for how much: nothing is decided yet."""
    if _pouvoir(requete) is None:
        raise PermissionDenied("Décider une allocation demande le pouvoir de signer au nom de l'État.")
    premier = _premier(requete, mois)
    choisies = _choisies(requete.POST)
    vue = _vue(requete, premier, requete.POST)
    decidables = [*vue.tout.de(Section.A_DECIDER), *vue.tout.de(Section.EXCEPTIONS)]
    retenues = [x for x in decidables if x.decision and choisies.get(x.decision.pk) == x.decision.version]
    if not retenues:
        messages.error(requete, CHOISIR if not choisies else "Ces décisions ont changé : regardez-les de nouveau.")
        return HttpResponseRedirect(_adresse(vue))
    accords = [x for x in retenues if x.decision and x.decision.sens == Sens.ACCORD]
    contexte = {
        "vue": vue,
        "du_mois": francais.du_mois(premier),
        "retenues": retenues,
        "accords": len(accords),
        "refus": len(retenues) - len(accords),
        "ecartees": len(choisies) - len(retenues),
        "total": total(x.montant for x in accords if x.montant is not None),
        "versions": " ".join(f"{x.decision.pk}.{x.decision.version}" for x in retenues if x.decision),
        "retour": _adresse(vue),
        "avant_la_fin": debut_du_mois(aujourd_hui(requete.structure)) == premier,
    }
    return render(requete, "web/allocation/lot_apercu.html", contexte)


def _adresse(vue: Vue) -> str:
    return f"{reverse('web:allocations-mois', args=[vue.code])}?{vue.parametres()}"


@permission("allocation.decider")
@require_POST
@envoi_unique
def decider(requete: Requete, mois: str) -> HttpResponseBase:
    """Make the batch: the worker takes its decisions, and the page follows it."""
    premier = _premier(requete, mois)
    choisies = _lire(requete.POST.get("versions", "").split())
    try:
        lot = services.creer_lot(requete.user, structure=requete.structure, mois=premier, choisies=choisies)
    except NonHabilite as refus:
        raise PermissionDenied(str(refus)) from refus
    except RegleViolee as erreur:
        messages.error(requete, erreur.message)
        return HttpResponseRedirect(reverse("web:allocations-mois", args=[mois]))
    return HttpResponseRedirect(reverse("web:allocations-lot", args=[lot.pk]))


@permission("allocation.preparer")
@require_POST
@envoi_unique
def rappeler(requete: Requete, mois: str) -> HttpResponseBase:
    """Send their link to all those of the list who haven't declared the month."""
    vue = _vue(requete, _premier(requete, mois), requete.POST)
    silencieux = [x.contrat for x in vue.lignes if x.decision is None]
    for contrat in silencieux:
        contrat.dossier.structure = requete.structure
    envois = demander_a_tous(requete.user, requete.structure, silencieux)
    if envois.partis:
        pluriel = "liens sont partis" if envois.partis > 1 else "lien est parti"
        messages.success(requete, f"{envois.partis} {pluriel}.")
    if envois.deja:
        messages.info(requete, f"Déjà envoyé aujourd'hui à {envois.deja} d'entre elles : rien n'est reparti.")
    for contrat, pourquoi in envois.injoignables[:INJOIGNABLES]:
        messages.warning(requete, f"{contrat.dossier.jeune.nom_complet} : {pourquoi}")
    if not silencieux:
        messages.info(requete, "Tout le monde a déclaré ce mois.")
    return HttpResponseRedirect(_adresse(vue))


def _contexte_du_lot(requete: Requete, cle: int) -> dict[str, Any]:
    lot = lot_visible(structure=requete.structure, cle=cle)
    if lot is None:
        raise Http404("Aucun lot à cette adresse.")
    return {"lot": lot, "etat": avancement(lot), "du_mois": francais.du_mois(lot.mois), "code": f"{lot.mois:%Y-%m}"}


@permission("allocation.preparer")
@require_GET
def lot(requete: Requete, cle: int) -> HttpResponseBase:
    """A batch: how far it has come, and why some decisions weren't taken."""
    return render(requete, "web/allocation/lot.html", _contexte_du_lot(requete, cle))


@permission("allocation.preparer")
@require_GET
def lot_avancement(requete: Requete, cle: int) -> HttpResponseBase:
    """The part of the page that is asked again while the worker works."""
    return render(requete, "web/allocation/_lot.html", _contexte_du_lot(requete, cle))
