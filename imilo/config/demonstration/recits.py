"""What the demonstration's people want, say and do: plausible sentences, about nobody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Projet:
    """A plan for work: the jobs (ROME), what is said of it, and what is proposed on the way."""

    metier: str
    rome: str
    theme: str
    objectif: str
    propositions: tuple[str, ...]


PROJETS = (
    Projet(
        "cuisine", "G1602", "EMPLOI", "Travailler en cuisine de collectivité",
        ("Visite d'une cuisine centrale", "Atelier CV du jeudi", "Mise en relation : commis de cuisine"),
    ),
    Projet(
        "logistique", "N1103", "EMPLOI", "Préparateur ou préparatrice de commandes, en CDI",
        ("CACES 1 avec un organisme de formation", "Mise en relation : agence d'intérim", "Simulation d'entretien"),
    ),
    Projet(
        "aide à la personne", "K1304", "FORMATION", "Entrer en formation d'assistant de vie aux familles",
        ("Information collective sur les métiers du soin", "Stage de découverte en résidence", "Dossier d'inscription"),
    ),
    Projet(
        "petite enfance", "K1303", "PROJET_PROFESSIONNEL", "Vérifier que la petite enfance lui convient",
        ("Immersion d'une semaine en crèche", "Atelier projet professionnel", "Rencontre avec une professionnelle"),
    ),
    Projet(
        "vente", "D1106", "EMPLOI", "Un premier emploi de vente à temps plein",
        ("Atelier « se présenter »", "Mise en relation : vendeuse en boulangerie", "Job dating du centre commercial"),
    ),
    Projet(
        "bâtiment", "F1602", "FORMATION", "Devenir électricien par l'alternance",
        ("Forum de l'alternance", "Positionnement au CFA", "Recherche d'entreprise d'accueil"),
    ),
    Projet(
        "numérique", "M1805", "FORMATION", "Se former au développement web sans diplôme",
        ("Tests d'entrée d'une école du numérique", "Prêt d'un ordinateur", "Parcours d'essai en ligne"),
    ),
    Projet(
        "espaces verts", "A1203", "PROJET_PROFESSIONNEL", "Travailler dehors, dans une petite équipe",
        ("Chantier d'insertion : visite", "Permis B : demande d'aide", "Immersion chez un paysagiste"),
    ),
)  # fmt: skip

ENTRETIENS = (
    (
        "Point sur les candidatures : {n} envoyées, deux réponses. CV à raccourcir, lettre à reprendre avec moi.",
        "EMPLOI",
    ),
    (
        "Le projet « {metier} » se précise. A rappelé l'organisme ; la prochaine session est dans deux mois.",
        "FORMATION",
    ),
    ("Arrive fatigué(e), dort chez des amis depuis une semaine. Contact pris avec le service logement.", "LOGEMENT"),
    ("N'a plus de moyen de transport : carte de réduction demandée, covoiturage pour les rendez-vous.", "MOBILITE"),
    ("Bilan de santé proposé au centre d'examens ; d'accord pour y aller, rendez-vous à prendre ensemble.", "SANTE"),
    ("Retour d'immersion en {metier} : très positif, le tuteur propose un contrat court.", "PROJET_PROFESSIONNEL"),
    (
        "A besoin d'aide pour déclarer ses revenus et demander ses droits. Fait ensemble pendant l'entretien.",
        "CITOYENNETE",
    ),
    ("Préparation d'un entretien d'embauche : présentation, questions pièges, tenue, trajet.", "EMPLOI"),
    ("Budget du mois vu ensemble. Reste à charge trop haut : dossier d'aide d'urgence déposé.", "RESSOURCES"),
    ("S'est inscrit(e) au club de sport de la ville, voit du monde, va mieux. À suivre.", "CULTURE_SPORT_LOISIRS"),
    ("Visite du centre de formation faite. Hésite encore entre deux métiers, dont {metier}.", "FORMATION"),
    ("Essai de deux semaines confirmé pour le mois prochain ; tout est prêt côté transport.", "EMPLOI"),
)
PREMIERS = (
    "Vient sur le conseil d'un proche. Cherche « quelque chose qui dure ». Parle de {metier}. Notice remise et lue.",
    "A quitté le lycée au printemps, n'a rien fait depuis. Parle de {metier} sans bien connaître. Ponctuel(le).",
    "Sort d'un contrat court non renouvelé. Veut retravailler vite, si possible en {metier}. Loyer en retard.",
    "Adressé(e) par France Travail. Parcours scolaire haché, bonne expression orale. Piste : {metier}.",
)
RELANCES = (
    "Message laissé : pas venu(e) au rendez-vous. Nouvelle proposition envoyée.",
    "Rappel par SMS, répond tout de suite : avait oublié. Nouveau rendez-vous fixé.",
    "Sans nouvelles depuis trois semaines. Courrier envoyé.",
)
OBJETS = ("Point d'étape", "Candidatures", "Projet professionnel", "Démarches")
ASPIRATIONS = (
    "Un métier utile, près de chez soi, et un logement à soi dans l'année. Parle de {metier}.",
    "Gagner sa vie sans retourner à l'école ; ouvert(e) à une formation courte en {metier}.",
    "Travailler en équipe, en {metier} de préférence ; passer le permis.",
)
SYNTHESES = (
    "Des bases solides, peu de réseau. L'accompagnement intensif aidera à tenir un rythme. Transport à trouver.",
    "Projet clair mais non vérifié : une immersion d'abord. Logement à stabiliser.",
    "Rupture de parcours de plus d'un an. Avancer par étapes, avec un suivi rapproché.",
)
THEMES = {
    "EMPLOI": "Peu d'expérience ; deux missions d'intérim.",
    "FORMATION": "A arrêté avant le diplôme.",
    "PROJET_PROFESSIONNEL": "Une idée, à vérifier sur le terrain.",
    "LOGEMENT": "Hébergé(e) par des proches.",
    "SANTE": "",
    "MOBILITE": "Ni permis ni véhicule ; bus jusqu'à 20 heures.",
    "RESSOURCES": "Sans ressources propres.",
}
DIFFICULTES_EMPLOI = (
    "Aucune expérience de plus de deux mois, pas de réseau, candidatures sans réponse depuis un an.",
    "Sorti(e) de l'école sans diplôme ; emplois courts et hachés, longues périodes sans activité.",
    "Éloigné(e) de l'emploi : freins de mobilité et de logement, confiance à reprendre.",
)
ACTIONS = (
    ("accompagnement", "Entretien chaque semaine avec le conseiller", ""),
    ("recherche", "Atelier « recherche d'emploi », deux demi-journées par semaine", "Mission locale"),
    ("mise_en_situation", "Immersion de deux semaines en {metier}", "Entreprise à trouver ensemble"),
    ("formation", "Remise à niveau en français et en calcul", "Organisme de formation"),
    ("droits", "Ouvrir la complémentaire santé solidaire", ""),
)
