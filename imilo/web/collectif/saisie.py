"""One entry for several young people: chosen in the caseload or looked for here, then what was done, in one form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib import messages
from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from imilo.journal.services import consulter
from imilo.parcours.activites.selectors import Participant, participants
from imilo.parcours.activites.services import CollectifSaisi, PersonneSaisie, corriger_collectif, saisir_collectif
from imilo.parcours.activites.services.collectifs import FERME, PERSONNES_MAX, TROP, champ_de
from imilo.parcours.dossiers.models import ActeCollectif, Dossier
from imilo.parcours.dossiers.selectors import dossiers_visibles
from imilo.parcours.dossiers.selectors.recherche import Resultats, rechercher
from imilo.parcours.dossiers.selectors.suivi import Changement
from imilo.socle.erreurs import RegleViolee
from imilo.web.collectif.formulaires import (
    ABSENT,
    PRESENT,
    FormulaireCollectif,
    FormulairePersonne,
    prefixe,
)
from imilo.web.collectif.views import collectif_ou_404
from imilo.web.dossier.conflits import enregistrer_version
from imilo.web.dossier.formulaires import maintenant_arrondi
from imilo.web.envois import envoi_unique
from imilo.web.permissions import permission
from imilo.web.portefeuille.lots import NUMERO, numeros_choisis
from imilo.web.requete import Requete

T = TypeVar("T")
PROPOSES = 8  # answers to a search
GESTES = ("chercher", "ajouter", "retirer", "depuis")


@dataclass(frozen=True)
class Attendu:
    dossier: Dossier
    form: FormulairePersonne


class Saisie:
    """The page: what is shared, who was expected, and what was looked for. `lus`: who is in it already."""

    def __init__(
        self, requete: Requete, collectif: ActeCollectif | None = None, lus: Sequence[Participant] = ()
    ) -> None:
        self.requete, self.collectif = requete, collectif
        self.lus = {p.dossier.numero: p for p in lus}
        self.geste = next((g for g in GESTES if g in requete.POST), "")
        self.envoyee = requete.method == "POST" and not self.geste
        self.resultats = self._chercher()
        self.form = self._formulaire()
        self.personnes = self._personnes(self._numeros())

    def _numeros(self) -> list[int]:
        """Who is on the page, in the order of their coming."""
        postes = self.requete.POST
        if self.geste == "depuis":
            return numeros_choisis(self.requete)
        if self.requete.method != "POST":
            return [*self.lus, *_entiers(self.requete.GET.getlist("dossier"))]
        voulus = _entiers([*postes.getlist("personne"), *postes.getlist("ajouter")])
        retires = _entiers(postes.getlist("retirer"))
        return [n for n in voulus if n not in retires]

    def _personnes(self, numeros: Sequence[int]) -> list[Attendu]:
        if len(numeros) > PERSONNES_MAX:
            messages.warning(self.requete, f"{TROP} Seules les {PERSONNES_MAX} premières sont ici.")
            numeros = numeros[:PERSONNES_MAX]
        visibles = dossiers_visibles(agent=self.requete.user, structure=self.requete.structure)
        lus = visibles.filter(numero__in=numeros).select_related("jeune")
        trouves = {d.numero: d for d in lus.defer("jeune__nir", "piece_numero")}
        if manquent := len(numeros) - len(trouves):
            messages.warning(
                self.requete,
                f"{manquent} dossiers n'ont pas été trouvés dans votre structure."
                if manquent > 1
                else "Un dossier n'a pas été trouvé dans votre structure.",
            )
        return [Attendu(trouves[n], self._ligne(n)) for n in numeros if n in trouves]

    def _ligne(self, numero: int) -> FormulairePersonne:
        donnees = self.requete.POST
        if self.envoyee:
            return FormulairePersonne(donnees, numero=numero)
        debut = f"{prefixe(numero)}-"
        tapes = {n: donnees[debut + n] for n in FormulairePersonne.base_fields if debut + n in donnees}
        return FormulairePersonne(numero=numero, initial=(_depart(self.lus.get(numero)) if not tapes else {}) | tapes)

    def _formulaire(self) -> FormulaireCollectif:
        commun: dict[str, Any] = {
            "structure": self.requete.structure,
            "par": self.requete.user,
            "collectif": self.collectif,
        }
        if self.envoyee:
            return FormulaireCollectif(self.requete.POST, **commun)
        tapes = {n: self.requete.POST[n] for n in FormulaireCollectif.base_fields if n in self.requete.POST}
        if not tapes and self.collectif is None:
            tapes = {"heure": maintenant_arrondi(self.requete.structure)["heure"]}
        return FormulaireCollectif(initial=tapes, **commun)

    def _chercher(self) -> Resultats | None:
        """Own structure only, by name, number, birth, telephone: never by NIR, whoever asks."""
        texte = self.requete.POST.get("q", "").strip() if self.geste == "chercher" else ""
        if not texte:
            return None
        return rechercher(
            agent=self.requete.user, structure=self.requete.structure, texte=texte, limite=PROPOSES, ailleurs=False
        )

    @property
    def proposes(self) -> list[Dossier]:
        deja = {p.dossier.pk for p in self.personnes}
        return [d for d in self.resultats.ici if d.pk not in deja] if self.resultats else []

    def valide(self) -> bool:
        resultats = [f.is_valid() for f in (self.form, *(p.form for p in self.personnes))]  # all is said at once
        return self.envoyee and all(resultats)

    def saisi(self) -> tuple[CollectifSaisi, list[PersonneSaisie]]:
        return self.form.saisi(), [p.form.personne() for p in self.personnes]

    def enregistrer(self, service: Callable[[], T]) -> tuple[T | None, Changement | None]:
        """Call the service; what it refuses of one person is said above the form, and at theirs."""

        def situer() -> T:
            try:
                return service()
            except RegleViolee as erreur:
                for p in self.personnes:
                    if erreur.champ == champ_de(p.dossier.numero):
                        p.form.add_error("presence", erreur.message)
                raise

        return enregistrer_version(self.form, self.collectif, situer)

    def page(self, modele: str, change: Changement | None = None) -> HttpResponseBase:
        contexte = {"saisie": self, "form": self.form, "collectif": self.collectif, "change": change}
        fautes = self.envoyee and (self.form.errors or any(p.form.errors for p in self.personnes))
        statut = 409 if change else 422 if fautes else 200
        for attendu in self.personnes:
            consulter(self.requete.user, attendu.dossier, "liste")
        return render(self.requete, f"web/collectif/{modele}", contexte, status=statut)


def _entiers(numeros: Sequence[str]) -> list[int]:
    return list(dict.fromkeys(int(n) for n in numeros if NUMERO.match(n)))


def _depart(lu: Participant | None) -> dict[str, Any]:
    if lu is None:
        return {}
    absence = lu.absence
    return {
        "version": lu.ligne.version,
        "presence": ABSENT if absence else PRESENT,
        "motif": absence.motif if absence else "aucun",
        "mot": lu.mot,
    }


def _vers(collectif: ActeCollectif) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("web:collectif", args=[collectif.pk]))


@permission("acte.saisir")
@envoi_unique
def nouveau(requete: Requete) -> HttpResponseBase:
    """Enter a collective act. Looking for somebody, adding and removing them lose nothing of what was typed."""
    saisie = Saisie(requete)
    if saisie.valide():
        saisi, personnes = saisie.saisi()
        fait, _ = saisie.enregistrer(
            lambda: saisir_collectif(requete.user, structure=requete.structure, saisi=saisi, personnes=personnes)
        )
        if fait is not None:
            messages.success(requete, "L'acte collectif est enregistré : les heures de chacun sont comptées.")
            return _vers(fait)
    return saisie.page("saisir.html")


@permission("acte.saisir")
@envoi_unique
def corriger(requete: Requete, collectif_id: int) -> HttpResponseBase:
    """Correct the hour, the duration, who was there: each one's act follows, with its history."""
    collectif = collectif_ou_404(requete, collectif_id)
    lus, fermes = participants(agent=requete.user, collectif=collectif)
    if collectif.annule_le or fermes:
        messages.error(requete, FERME if fermes else "Cet acte collectif est annulé.")
        return _vers(collectif)
    saisie, change = Saisie(requete, collectif, lus), None
    if saisie.valide():
        saisi, personnes = saisie.saisi()
        version = saisie.form.cleaned_data["version"] or 0
        a_part, change = saisie.enregistrer(
            lambda: corriger_collectif(requete.user, collectif, version=version, saisi=saisi, personnes=personnes)
        )
        if a_part is not None:
            messages.success(requete, f"L'acte collectif est corrigé.{_gardes(a_part)}")
            return _vers(collectif)
    return saisie.page("corriger.html", change)


def _gardes(a_part: int) -> str:
    if not a_part:
        return ""
    qui = f"{a_part} actes corrigés" if a_part > 1 else "Un acte corrigé"
    return (
        f" {qui} à part dans leur dossier gardent ce qui leur est propre."
        if a_part > 1
        else (f" {qui} à part dans son dossier garde ce qui lui est propre.")
    )
