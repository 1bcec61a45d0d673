"""Lists loaded: what each line becomes, the same twice, corrected, undone, and files of all sorts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils import timezone

from imilo.acteurs.models import Agent, Structure
from imilo.echanges.connecteurs.listes.formats import conseiller_des_colonnes
from imilo.echanges.connecteurs.listes.models import EffetLigne, EtatImport, Import, LigneImport
from imilo.echanges.connecteurs.listes.services import TAILLE_MAX, annuler, deposer, nom_sur, traiter
from imilo.journal.models import Fait
from imilo.parcours.arrivees.models import Arrivee, Connu, Etat, Issue, Moyen, Source
from imilo.parcours.arrivees.services import Essai, tenter
from imilo.socle.erreurs import RegleViolee
from tests import fabriques

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dans_perimetre")]

ENTETE = (
    "version;identifiant;ine;nom_naissance;prenom;sexe;date_naissance;telephone;courriel;adresse;code_postal;"
    "code_commune;dernier_etablissement_uai;dernier_etablissement_nom;classe;date_sortie;representant_1_nom;"
    "representant_1_lien;representant_1_telephone;rqth;situation"
)
LIGNE = (
    "1;E1;0123456789A;Belkacem;Inès;F;12/03/2009;0612345678;ines@exemple.fr;3 rue Haute;37000;37261;0370001A;"
    "Lycée Balzac;2nde pro;30/06/2026;Nadia Belkacem;mère;0247000000;non;"
)

NIR = "209033726100186"


@pytest.fixture(autouse=True)
def jour(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 22, 9, tzinfo=UTC))
    return iter(())  # type: ignore[return-value]  # nothing to undo


def fichier(*lignes: str, entete: str = ENTETE, codage: str = "utf-8") -> bytes:
    return "\r\n".join([entete, *lignes, ""]).encode(codage)


def ligne(**champs: str) -> str:
    valeurs = dict(zip(ENTETE.split(";"), LIGNE.split(";"), strict=True)) | champs
    return ";".join(valeurs.values())


def charger(structure: Structure, contenu: bytes, source: Source = Source.DECROCHEURS, **champs: Any) -> Import:
    recu = deposer(None, structure=structure, source=source, nom="liste.csv", contenu=contenu, **champs)
    lu = traiter(recu.pk, structure.pk)
    assert lu is not None
    return lu


def comptes(lu: Import) -> tuple[int, int, int, int]:
    return lu.creees, lu.modifiees, lu.inchangees, lu.rejetees


def raisons(lu: Import) -> list[tuple[int, str]]:
    return [(x.numero, x.raison) for x in LigneImport.objects.filter(imports=lu, effet=EffetLigne.REJETEE)]


def test_une_ligne_devient_une_arrivee_entiere(structure: Structure) -> None:
    lu = charger(structure, fichier(LIGNE))
    assert (lu.etat, comptes(lu), lu.contenu) == (EtatImport.TERMINE, (1, 0, 0, 0), None)
    a = Arrivee.objects.get()
    assert (a.nom, a.prenom, a.sexe, a.naissance) == ("Belkacem", "Inès", "F", date(2009, 3, 12))
    assert (a.ine, a.telephone, a.courriel) == ("0123456789A", "+33612345678", "ines@exemple.fr")
    assert (a.adresse, a.code_postal, a.commune_id) == ("3 rue Haute", "37000", "37261")
    assert (a.origine, a.details, a.depuis) == (
        "Lycée Balzac 0370001A",
        {"Dernière classe": "2nde pro"},
        date(2026, 6, 30),
    )
    assert a.representants == [{"nom": "Nadia Belkacem", "lien": "mère", "telephone": "+33247000000"}]
    assert a.pour_la_fiche == {
        "etablissement": "Lycée Balzac", "uai": "0370001A", "classe": "2nde pro", "sortie": "2026-06-30",
    }  # fmt: skip
    assert (a.etat, a.a_risque, a.connu) == (Etat.A_CONTACTER, False, Connu.NON)
    assert Fait.objects.filter(genre="liste.importee").get().identifiants["creees"] == 1


def test_les_numeros_s_ecrivent_avec_des_espaces_et_des_minuscules(structure: Structure) -> None:
    charger(structure, fichier(ligne(ine="0123 456 789a", dernier_etablissement_uai="037 0001 a")))
    a = Arrivee.objects.get()
    assert (a.ine, a.pour_la_fiche["uai"]) == ("0123456789A", "0370001A")


def test_deux_fois_le_meme_ne_change_rien(structure: Structure) -> None:
    contenu = fichier(LIGNE, ligne(identifiant="E2", prenom="Sofiane", telephone=""))
    charger(structure, contenu)
    avant = list(Arrivee.objects.order_by("pk").values())
    assert comptes(charger(structure, contenu)) == (0, 0, 2, 0)
    assert list(Arrivee.objects.order_by("pk").values()) == avant


def test_un_fichier_corrige_met_a_jour(structure: Structure) -> None:
    charger(structure, fichier(LIGNE))
    lu = charger(structure, fichier(ligne(nom_naissance="Belkacemi", telephone="07 12 34 56 78")))
    assert comptes(lu) == (0, 1, 0, 0)
    assert Arrivee.objects.get().nom == "Belkacemi"
    assert LigneImport.objects.get(imports=lu).avant["nom"] == "Belkacem"


def test_qui_ressort_de_l_ecole_est_a_recontacter(structure: Structure, agent: Agent) -> None:
    charger(structure, fichier(LIGNE))
    tenter(agent, Arrivee.objects.get(), version=1, essai=Essai(moyen=Moyen.SMS, issue=Issue.SCOLARITE))
    charger(structure, fichier(ligne(classe="1re pro")))
    assert Arrivee.objects.get().etat == Etat.CLOSE
    charger(structure, fichier(ligne(date_sortie="15/11/2026")))
    assert Arrivee.objects.get().etat == Etat.A_CONTACTER


def test_deja_connu(structure: Structure) -> None:
    fabriques.dossier(structure, jeune_nom_naissance="BELKACEM", jeune_prenom="Ines", jeune_naissance=date(2009, 3, 12))
    charger(structure, fichier(LIGNE))
    assert Arrivee.objects.get().connu == Connu.PROBABLE


@pytest.mark.parametrize(
    ("champs", "raison"),
    [
        ({"version": "2"}, "version « 2 » inconnue"),
        ({"nom_naissance": ""}, "nom_naissance : vide"),
        ({"date_naissance": "31/02/2009"}, "date_naissance « 31/02/2009 » n'est pas une date"),
        ({"date_sortie": "01/01/2027"}, "date_sortie est dans l'avenir"),
        ({"date_sortie": "01/01/2008"}, "date_sortie précède la naissance"),
        ({"sexe": "Z"}, "sexe « Z » : F, M ou vide"),
        ({"telephone": "12"}, "telephone « 12 » n'est pas un numéro"),
        ({"courriel": "pas une adresse"}, "n'est pas une adresse électronique"),
        ({"code_commune": "99999"}, "n'est pas un code de commune"),
        ({"code_postal": "ABC"}, "n'a pas cinq chiffres"),
        ({"nom_naissance": "=cmd|'/c calc'!A1"}, "nom_naissance : Un nom s'écrit avec des lettres"),
        ({"rqth": "peut-être"}, "rqth « peut-être »"),
        ({"ine": "x" * 12}, "ine « xxxxxxxxxxxx » n'est pas un INE"),
        ({"ine": "ABCDEFGHIJK"}, "ine « ABCDEFGHIJK » n'est pas un INE"),
        ({"dernier_etablissement_uai": "0370001"}, "dernier_etablissement_uai « 0370001 » n'a pas sept chiffres"),
        ({"dernier_etablissement_uai": "0370001AB"}, "dernier_etablissement_uai « 0370001AB »"),
        ({"dernier_etablissement_uai": "A370001A"}, "dernier_etablissement_uai « A370001A »"),
        ({"identifiant": "x" * 101}, "identifiant a plus de 100 caractères"),
    ],
)
def test_une_ligne_fausse_est_dite_et_les_autres_gardees(
    structure: Structure, champs: dict[str, str], raison: str
) -> None:
    lu = charger(structure, fichier(ligne(**champs), ligne(identifiant="E2")))
    assert comptes(lu) == (1, 0, 0, 1)
    ((numero, dite),) = raisons(lu)
    assert numero == 2
    assert raison in dite


def test_toutes_les_fautes_d_une_ligne_sont_dites(structure: Structure) -> None:
    fausse = ligne(nom_naissance="M4rtin", date_naissance="31/02/2009", sexe="Z", telephone="12", code_postal="ABC")
    ((_, dite),) = raisons(charger(structure, fichier(fausse)))
    for partie in ("nom_naissance : Un nom", "date_naissance « 31/02", "sexe « Z »", "telephone « 12 »", "code_postal"):
        assert partie in dite
    assert dite.count(" ; ") == 4


@pytest.mark.parametrize(
    "champs", [{"adresse": "185017300000187 rue Haute"}, {"classe": "2 09 03 37 261 001 70"}, {"identifiant": NIR}]
)
def test_un_nir_dans_un_texte_libre_refuse_sa_ligne(structure: Structure, champs: dict[str, str]) -> None:
    ((_, dite),) = raisons(charger(structure, fichier(ligne(**champs))))
    assert dite == f"{next(iter(champs))} : un numéro de sécurité sociale s'y trouve, retirez-le"
    assert NIR not in str(list(LigneImport.objects.values()))


@pytest.mark.parametrize("naissance", ["12/03/2009", "2009-03-12", "12032009", "12 mars 2009", "12.3.09"])
def test_les_dates_en_plusieurs_formes(structure: Structure, naissance: str) -> None:
    charger(structure, fichier(ligne(date_naissance=naissance)))
    assert Arrivee.objects.get().naissance == date(2009, 3, 12)


@pytest.mark.parametrize("codage", ["utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_codages_et_separateurs(structure: Structure, codage: str, separateur: str) -> None:
    contenu = fichier(LIGNE.replace(";", separateur), entete=ENTETE.replace(";", separateur), codage=codage)
    assert comptes(charger(structure, contenu)) == (1, 0, 0, 0)
    assert Arrivee.objects.get().prenom == "Inès"


def test_des_guillemets_ouverts_ne_cassent_que_leur_ligne(structure: Structure) -> None:
    lu = charger(structure, fichier(ligne(identifiant="E2", adresse='"3 rue'), LIGNE))
    assert comptes(lu) == (1, 0, 0, 1)
    assert raisons(lu) == [(2, "guillemets mal fermés")]


def test_dix_millions_de_colonnes(structure: Structure) -> None:
    lu = charger(structure, fichier(LIGNE, ";" * 10_000_000 + "x"))
    assert comptes(lu) == (1, 0, 0, 1)
    assert charger(structure, b"a;" * 10_000_000 + b"\n1").etat == EtatImport.ILLISIBLE


def test_une_colonne_manque(structure: Structure) -> None:
    lu = charger(structure, fichier("1;E1", entete="version;identifiant"))
    assert lu.etat == EtatImport.ILLISIBLE
    assert "colonne absente de la première ligne : date_naissance" in lu.message
    assert lu.message.startswith("liste.csv")


@pytest.mark.parametrize(
    ("contenu", "raison"),
    [
        (b"", "vide"),
        (b" \r\n", "vide"),
        (b"PK\x03\x04autre chose", "une archive ou un classeur"),
        (b"%PDF-1.7", "un PDF"),
        (b"x" * (TAILLE_MAX + 1), "dépasse 64 Mo"),
    ],
)
def test_ce_qui_n_est_pas_une_liste(structure: Structure, contenu: bytes, raison: str) -> None:
    with pytest.raises(RegleViolee, match=raison):
        deposer(None, structure=structure, source=Source.DECROCHEURS, nom="liste.csv", contenu=contenu)
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("nom", "propre"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\liste.csv", "liste.csv"),
        ("\n<b>.csv", "__b_.csv"),
        ("...", "liste.csv"),
    ],
)
def test_un_nom_de_fichier_hostile(nom: str, propre: str) -> None:
    assert nom_sur(nom) == propre


def test_la_meme_personne_deux_fois_dans_le_fichier(structure: Structure) -> None:
    lu = charger(structure, fichier(LIGNE, ligne(prenom="Autre")))
    assert raisons(lu) == [(3, "cette personne est déjà à la ligne 2")]


@pytest.mark.parametrize(
    ("naissance", "raison"),
    [
        ("22/11/2010", None),  # 16 on the day
        ("23/11/2010", "15 ans"),
        ("23/11/2008", None),  # 18 tomorrow
        ("22/11/2008", "18 ans"),
    ],
)
def test_l_obligation_de_formation_va_de_seize_a_dix_huit_ans(
    structure: Structure, naissance: str, raison: str | None
) -> None:
    lu = charger(structure, fichier(ligne(date_naissance=naissance)), Source.OBLIGATION)
    assert [r[:6] for _, r in raisons(lu)] == ([] if raison is None else [raison])
    assert [a.a_risque for a in Arrivee.objects.all()] == ([True] if raison is None else [])


def test_une_liste_quelconque_avec_ses_colonnes(structure: Structure) -> None:
    contenu = fichier("MARTIN;Léo;3/4/2007;0611223344", entete="Nom;Prénom;Né le;Portable")
    proposees = conseiller_des_colonnes(["Nom", "Prénom", "Né le", "Portable"], ("nom_naissance", "prenom"))
    assert proposees == {"nom_naissance": "Nom", "prenom": "Prénom"}
    colonnes = proposees | {"date_naissance": "Né le", "telephone": "Portable"}
    lu = charger(structure, contenu, Source.LISTE, colonnes=colonnes)
    assert comptes(lu) == (1, 0, 0, 0)
    assert (Arrivee.objects.get().telephone, Arrivee.objects.get().depuis) == ("+33611223344", date(2026, 11, 22))
    assert comptes(charger(structure, contenu, Source.LISTE, colonnes=colonnes)) == (0, 0, 1, 0)


def test_annuler_rend_tout(structure: Structure, agent: Agent) -> None:
    charger(structure, fichier(LIGNE))
    avant = Arrivee.objects.values().get()
    deux = charger(structure, fichier(ligne(date_naissance="13/03/2009"), ligne(identifiant="E2")))
    assert comptes(deux) == (1, 1, 0, 0)
    annuler(agent, deux)
    apres = Arrivee.objects.values().get()
    for technique in ("version", "modifie_le"):
        avant.pop(technique), apres.pop(technique)
    assert apres == avant
    with pytest.raises(RegleViolee, match="terminé"):
        annuler(agent, deux)


def test_on_n_annule_pas_ce_qui_a_ete_travaille(structure: Structure, agent: Agent) -> None:
    lu = charger(structure, fichier(LIGNE, ligne(identifiant="E2")))
    tenter(agent, Arrivee.objects.first(), version=1, essai=Essai(moyen=Moyen.SMS, issue=Issue.SANS_REPONSE))  # type: ignore[arg-type]  # there are two
    with pytest.raises(RegleViolee, match="1 arrivée de cette liste a déjà été"):
        annuler(agent, lu)


def test_une_lecture_arretee_reprend_sans_rien_refaire(structure: Structure, monkeypatch: pytest.MonkeyPatch) -> None:
    from imilo.echanges.connecteurs.listes import lecture, services

    contenu = fichier(*(ligne(identifiant=f"E{n}") for n in range(10)), ligne(version="9"))
    monkeypatch.setattr(lecture, "LOT", 4)
    recu = deposer(None, structure=structure, source=Source.DECROCHEURS, nom="l.csv", contenu=contenu)
    vraie, appels = services.accueillir, []

    def deux_fois(*args: Any, **options: Any) -> Any:
        if len(appels) == 2:
            raise RuntimeError("arrêt")
        appels.append(1)
        return vraie(*args, **options)

    monkeypatch.setattr(services, "accueillir", deux_fois)
    with pytest.raises(RuntimeError):
        traiter(recu.pk, structure.pk)
    assert Import.objects.get().lignes_faites == 9  # the header and two lots of four
    monkeypatch.setattr(services, "accueillir", vraie)
    lu = traiter(recu.pk, structure.pk)
    assert lu is not None
    assert (comptes(lu), Arrivee.objects.count()) == ((10, 0, 0, 1), 10)


def test_un_autre_perimetre_ne_voit_rien(structure: Structure, autre_structure: Structure) -> None:
    from imilo.socle.perimetre import perimetre

    charger(structure, fichier(LIGNE))
    with perimetre(autre_structure.pk):
        assert [m._default_manager.count() for m in (Import, LigneImport, Arrivee)] == [0, 0, 0]
