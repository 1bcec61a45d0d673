"""Two identities side by side, in words: what matches, what differs, what is known on one side only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from imilo.acteurs.models import Agent, Site
from imilo.acteurs.politique import Visibilite, famille_du_champ, montrer, visibilite
from imilo.jeunes.dates import naissance_affichee
from imilo.jeunes.models import Jeune, Sexe
from imilo.jeunes.telephones import afficher
from imilo.parcours.dossiers.models import Dossier, Statut
from imilo.parcours.doublons.choix import DU_DOSSIER, GROUPES, IDENTITE, Ecart, Groupe, ligne_de
from imilo.parcours.doublons.selectors import Comparaison
from imilo.referentiels.models import Liste, Pays
from imilo.referentiels.selectors import commune, libelle
from imilo.socle.normalisation import normaliser

RIEN = "non renseigné"
CONCORDE, PROCHE, DIFFERE, INCONNU = "concorde", "écrit autrement", "différent", "connu d'un seul côté"
SIGNES = {CONCORDE: "=", PROCHE: "≈", DIFFERE: "≠", INCONNU: "–"}


@dataclass(frozen=True)
class Ligne:
    """A line of the comparison; `verdict` is said in words, and by a sign, never by a colour alone."""

    libelle: str
    ici: str
    autre: str
    verdict: str

    @property
    def signe(self) -> str:
        return SIGNES[self.verdict]

    @property
    def differe(self) -> bool:
        return self.verdict in (DIFFERE, PROCHE)


@dataclass(frozen=True)
class Choix:
    """A field that differs, with what each dossier says; `repris`: the merged one's is proposed."""

    code: str
    libelle: str
    garde: str
    absorbe: str
    repris: bool

    @property
    def nom(self) -> str:
        return f"choix-{self.code}"


def visible(groupe: Groupe, profil: str) -> bool:
    """Whether the field policy shows anything of the group (whole or masked) to a profile: that of its first column."""
    modele = Jeune if groupe in IDENTITE else Dossier
    champ = modele._meta.get_field(groupe.colonnes[0])
    return visibilite(profil, famille_du_champ(f"{modele._meta.label}.{champ.name}")) != Visibilite.CACHE


def lignes(comparaison: Comparaison, *, profil: str) -> list[Ligne]:
    """Field by field: what `profil` sees of two dossiers of the structure, else what the reception desk may know.
    What neither side knows is left out."""
    if comparaison.autre is not None:
        vus = (g for g in GROUPES if visible(g, profil))
        toutes = [_ligne(g, comparaison.dossier, comparaison.autre, profil) for g in vus]
        return [ligne for ligne in toutes if (ligne.ici, ligne.autre) != (RIEN, RIEN)]
    jeune, voisin = comparaison.dossier.jeune, comparaison.voisin
    ne_le = naissance_affichee(jeune.naissance, jeune.naissance_precision)
    deux = (
        ("Nom de naissance", jeune.nom_naissance, voisin.nom_naissance),
        ("Nom d'usage", jeune.nom_usage, voisin.nom_usage),
        ("Prénom", jeune.prenom, voisin.prenom),
        ("Autres prénoms", jeune.autres_prenoms, voisin.autres_prenoms),
        ("Date de naissance", ne_le, voisin.naissance_affichee),
    )
    return [Ligne(nom, a or RIEN, b or RIEN, _verdict(a, b, vide=not a or not b)) for nom, a, b in deux if a or b]


def _ligne(groupe: Groupe, dossier: Dossier, autre: Dossier, profil: str) -> Ligne:
    a, b = ligne_de(groupe, dossier), ligne_de(groupe, autre)
    vide = groupe.vide(a) or groupe.vide(b)
    verdict = _verdict(groupe.valeurs(a), groupe.valeurs(b), vide=vide)
    return Ligne(groupe.libelle, en_mots(groupe, a, profil), en_mots(groupe, b, profil), verdict)


def _verdict(a: Any, b: Any, *, vide: bool) -> str:
    if vide:
        return INCONNU
    if a == b:
        return CONCORDE
    textes = [normaliser("".join(v) if isinstance(v, tuple) else v) for v in (a, b) if _en_texte(v)]
    return PROCHE if len(textes) == 2 and textes[0].replace(" ", "") == textes[1].replace(" ", "") else DIFFERE


def _en_texte(valeur: Any) -> bool:
    """Whether it is text alone: accents, capitals and hyphens may then be all that differs."""
    return all(isinstance(v, str) for v in (valeur if isinstance(valeur, tuple) else (valeur,)))


def choix(ecarts: Sequence[Ecart], garde: Dossier, absorbe: Dossier, *, profil: str) -> list[Choix]:
    """The fields that `profil` sees and chooses between for a merge, in words."""
    return [
        Choix(
            e.groupe.code,
            e.groupe.libelle,
            en_mots(e.groupe, ligne_de(e.groupe, garde), profil),
            en_mots(e.groupe, ligne_de(e.groupe, absorbe), profil),
            e.repris,
        )
        for e in ecarts
        if visible(e.groupe, profil)
    ]


def en_mots(groupe: Groupe, ligne: Any, profil: str) -> str:
    """A group of columns of a dossier or a person, as `profil` reads it."""
    if groupe.vide(ligne):
        return RIEN
    if groupe in IDENTITE:
        return _identite(groupe, ligne, profil)
    assert groupe in DU_DOSSIER
    return _du_dossier(groupe.code, ligne, profil)


def _identite(groupe: Groupe, jeune: Jeune, profil: str) -> str:
    if groupe.code == "naissance":
        return naissance_affichee(jeune.naissance, jeune.naissance_precision)
    if groupe.code == "sexe":
        return str(Sexe(jeune.sexe).label)
    if groupe.code == "nir":
        return montrer(profil, "nir", jeune.nir)
    if groupe.code == "lieu":
        morceaux = (_commune(jeune.naissance_commune_id), jeune.naissance_lieu, _pays(jeune.naissance_pays_id))
        return ", ".join(m for m in morceaux if m)
    if groupe.code == "nationalite":
        return ", ".join(m for m in (_pays(jeune.nationalite_id), _pays(jeune.nationalite_2_id)) if m)
    return str(getattr(jeune, groupe.colonnes[0]))


def _du_dossier(code: str, d: Dossier, profil: str) -> str:
    lues = {
        "telephone": lambda: afficher(d.telephone),
        "telephone_2": lambda: afficher(d.telephone_2),
        "courriel": lambda: d.courriel,
        "adresse": lambda: _adresse(d),
        "premier_accueil": lambda: _jour(d.premier_accueil),
        "referent": lambda: _agent(d.referent_id),
        "site": lambda: _site(d.site_id),
        "statut": lambda: f"{Statut(d.statut).label}{_depuis(d.fin_le, ' le')}",
        "niveau_diplome": lambda: libelle(Liste.NIVEAU_DIPLOME, d.niveau_diplome),
        "venue": lambda: libelle(Liste.MOYEN_VENUE, d.venue),
        "notice": lambda: _jour(d.notice_remise_le),
        "france_travail": lambda: f"{d.numero_ft or 'numéro inconnu'}{_depuis(d.inscrit_ft_le, ', constaté le')}",
        "rqth": lambda: f"du {_jour(d.rqth_du)}{_depuis(d.rqth_au, ' au')}",
        "piece": lambda: (
            f"{libelle(Liste.PIECE_IDENTITE, d.piece_type)} {montrer(profil, 'numero_piece', d.piece_numero)}"
            f"{_depuis(d.piece_vue_le, ', vue le')}"
        ),
    }
    return str(lues[code]())


def _adresse(d: Dossier) -> str:
    if d.sans_adresse:
        return "sans adresse stable"
    voie = " ".join(m for m in (d.adresse_numero, d.adresse_voie) if m)
    ville = " ".join(m for m in (d.adresse_code_postal, _commune(d.adresse_commune_id)) if m)
    return ", ".join(m for m in (voie, d.adresse_complement, ville) if m)


def _commune(code: str | None) -> str:
    return str(commune(code) or code) if code else ""


def _pays(code: str | None) -> str:
    return str(Pays.objects.filter(pk=code).first() or code) if code else ""


def _jour(jour: date | None) -> str:
    return f"{jour:%d/%m/%Y}" if jour else ""


def _depuis(jour: date | None, mot: str) -> str:
    return f"{mot} {_jour(jour)}" if jour else ""


def _agent(cle: int | None) -> str:
    return str(Agent.objects.get(pk=cle)) if cle else ""


def _site(cle: int | None) -> str:
    return str(Site.objects.get(pk=cle)) if cle else ""
