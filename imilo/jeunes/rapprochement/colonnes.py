"""Columns of a list of persons: ours, and the many names under which others give them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imilo.socle.normalisation import normaliser

# Ours, and what others call them: French administrations, school software, and the FEBRL data sets.
NOMS: dict[str, tuple[str, ...]] = {
    "reference": (
        "reference", "ref", "id", "rec_id", "numero", "no", "n", "num", "matricule", "numero dossier", "dossier",
        "id dossier", "identifiant dossier", "identifiant interne", "id erp apprenant", "unique_id",
    ),
    "nom": (
        "nom", "surname", "nom de naissance", "nom naissance", "nom de famille", "nom patronymique", "last name",
        "family name", "nom eleve", "nom de l eleve", "nom apprenant", "nom jeune", "nom du jeune", "patronyme",
    ),
    "nom_usage": (
        "nom usage", "nom d usage", "nom marital", "nom d epouse", "nom epouse", "nom usuel", "nom prefere",
        "nom usage apprenant", "married name",
    ),
    "prenom": (
        "prenom", "prenoms", "prenom 1", "prenom1", "given_name", "first name", "firstname", "forename",
        "premier prenom", "prenom eleve", "prenom de l eleve", "prenom apprenant", "prenom jeune", "prenom du jeune",
        "prenom usuel",
    ),
    "autres_prenoms": (
        "autres prenoms", "prenom 2", "prenom2", "deuxieme prenom", "second prenom", "prenoms suivants", "middle name",
        "prenom 2 et suivants", "autre prenom",
    ),
    "sexe": ("sexe", "genre", "civilite", "sex", "gender", "sexe apprenant", "code sexe", "titre"),
    "naissance": (
        "naissance", "date_of_birth", "date naissance", "date de naissance", "ne le", "nee le", "ne e le", "dob",
        "birth date", "birthdate", "datenaissance", "date naiss", "ddn", "jour de naissance",
        "date de naissance apprenant",
    ),
    "lieu_naissance": (
        "lieu naissance", "lieu de naissance", "commune naissance", "commune de naissance", "ville naissance",
        "ville de naissance", "ne e a", "ne a", "place of birth", "code commune naissance",
        "libelle commune naissance",
    ),
    "numero_voie": ("street_number", "numero voie", "numero de voie", "numero rue", "no voie"),
    "adresse": (
        "adresse", "address_1", "address", "adresse 1", "adresse1", "adresse ligne 1", "rue", "voie", "libelle voie",
        "nom voie", "adresse postale", "street", "ligne 1 adresse",
    ),
    "complement": (
        "complement", "address_2", "complement adresse", "complement d adresse", "adresse 2", "adresse2",
        "adresse ligne 2", "residence", "lieu dit",
    ),
    "code_postal": (
        "code postal", "postcode", "cp", "codepostal", "zip", "zip code", "postal code", "code postal apprenant",
    ),
    "commune": (
        "commune", "suburb", "ville", "city", "town", "localite", "commune residence", "commune de residence",
        "libelle commune", "ville residence", "bureau distributeur",
    ),
    "telephone": (
        "telephone", "tel", "phone", "telephone portable", "portable", "mobile", "tel portable", "tel 1", "telephone 1",
        "telephone mobile", "numero telephone", "numero de telephone", "phone number", "tel mobile",
        "telephone apprenant", "gsm",
    ),
    "telephone_2": (
        "telephone 2", "tel 2", "telephone fixe", "fixe", "tel fixe", "telephone domicile", "tel domicile",
        "autre telephone", "phone 2",
    ),
    "courriel": (
        "courriel", "email", "mail", "e mail", "adresse mail", "adresse email", "adresse electronique",
        "adresse e mail", "adresse courriel", "email contact", "mel",
    ),
    "nir": (
        "nir", "numero securite sociale", "numero de securite sociale", "n secu", "numero secu", "insee", "num secu",
        "nir apprenant", "no securite sociale", "no ss", "nss",
    ),
    "ine": (
        "ine", "ine apprenant", "identifiant national eleve", "identifiant national etudiant", "numero ine", "ine rnie",
    ),
    "identifiant": (
        "identifiant", "soc_sec_id", "identifiant personne", "numero france travail", "identifiant france travail",
        "numero ft", "identifiant pole emploi", "numero pole emploi", "ssn",
    ),
}  # fmt: skip
COLONNES = tuple(NOMS)
_PAR_NOM = {normaliser(connu): ours for ours, connus in NOMS.items() for connu in (ours, *connus)}


class ColonnesInconnues(Exception):
    """The columns don't say who people are. The message is French and says what to give."""


def lire_option(texte: str) -> dict[str, str]:
    """`nom=surname,prenom=given_name` as {ours: theirs}. Raises `ColonnesInconnues`."""
    choisies = {}
    for morceau in filter(None, (m.strip() for m in texte.split(","))):
        ours, signe, theirs = (partie.strip() for partie in morceau.partition("="))
        if not signe or ours not in NOMS or not theirs:
            raise ColonnesInconnues(
                f"« {morceau} » ne dit pas une colonne. Écrivez par exemple nom=surname,naissance=date_of_birth ; "
                f"les colonnes possibles sont : {', '.join(COLONNES)}."
            )
        choisies[ours] = theirs
    return choisies


def reconnaitre(entete: Iterable[str], choisies: Mapping[str, str] | None = None) -> dict[str, int]:
    """Place of each of our columns in a header, by name (accents, case and signs ignored) or as chosen.

    `choisies` goes before names: {ours: theirs}. The first column that bears a name keeps it. Raises
    `ColonnesInconnues` when a chosen column isn't there, or when nothing tells who people are.
    """
    cles = [normaliser(nom) for nom in entete]
    places: dict[str, int] = {}
    for ours, theirs in (choisies or {}).items():
        if normaliser(theirs) not in cles:
            raise ColonnesInconnues(f"La liste n'a pas de colonne « {theirs} » (donnée pour {ours}).")
        places[ours] = cles.index(normaliser(theirs))
    prises = set(places.values())
    for place, cle in enumerate(cles):
        ours = _PAR_NOM.get(cle, "")
        if ours and ours not in places and place not in prises:
            places[ours] = place
    if not ("nom" in places or "nom_usage" in places or {"nir", "ine", "identifiant"} & set(places)):
        raise ColonnesInconnues(
            "Aucune colonne ne dit le nom. Donnez-les par --colonnes, par exemple : "
            "--colonnes nom=surname,prenom=given_name,naissance=date_of_birth."
        )
    return places
