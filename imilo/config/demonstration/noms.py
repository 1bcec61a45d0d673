"""Names with a long tail: a few families are common, most are rare. Drawn, never copied from a register."""

from __future__ import annotations

from random import Random

from imilo.config.demonstration.prenoms import longue_liste
from imilo.config.demonstration.tirage import Tirage


def _mots(texte: str) -> list[str]:
    """Words of a text; a name of several words is written with `_`."""
    return [mot.replace("_", " ") for mot in texte.split()]


# Among the most common family names in France, most common first; the tail is composed below.
COURANTS = _mots("""
Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David
Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefevre Faure Andre Mercier
Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier Garcia Perrin Robin Clement Morin Nicolas Henry
Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noel Meyer Dufour Meunier Brun Blanchard
Giraud Joly Riviere Lucas Brunet Gaillard Barbier Arnaud Martinez Gerard Roche Renard Schmitt Roy Leroux Colin Vidal
Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoit Rey Leclerc
Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis Moulin
Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot Carre
Charles Renault Charpentier Menard Maillard Baron Bertin Bailly Herve Schneider Fernandez Collet Leger Bouvier Julien
Prevost Millet Perrot Daniel Cousin Germain Breton Besson Langlois Remy Pelletier Leveque Perrier Leblanc Barre
Lebrun Marchal Weber Mallet Hamon Boulanger Jacob Monnier Michaud Rodriguez Guichard Gillet Etienne Grondin Poulain
Tessier Chevallier Collin Chauvin Bouchet Gay Lemaitre Benard Marechal Humbert Reynaud Antoine Hoarau Perret Barthelemy
Cordier Pichon Lejeune Gilbert Lamy Delaunay Pasquier Carlier Laporte Traore Diallo Haddad Nguyen Benali Tran Kone
Diarra Bensaid Cissé Amrani Belkacem Camara Ferreira Da_Silva Yilmaz Hadj
""")

# Pieces of the composed names of the tail.
DEBUTS = _mots("""
Ar Au Bal Bar Beau Ben Ber Bois Bon Bour Bran Cam Can Car Cas Chan Char Cla Cor Cou Cres Dal Dar Del Des Dor Dun Es
Fal Far Fer Fon For Fou Gal Gar Ger Gran Gué Hau Her Jal Jar Jon Ker La Lan Le Lin Lor Mal Mar Mau Mel Mer Mon Mor
Nan Ner Nor Or Pal Par Pel Per Pon Por Quin Ram Ran Ro Ros Sal San Sar Ser Sou Tal Tan Ter Tou Tré Val Van Ver Vi
""")
MILIEUX = _mots("""
a ba be bi bo ca ce chi co da de di do fa fe fi ga ge go la le li lo ma me mi mo na ne ni no pa pe ra re ri ro sa se
si so ta te ti to va ve vi vo za
""")
FINS = _mots("""
ble bois bourg champ cour dais dier dol fond fray gnac gnan goux lard let lier lin mond nac nard nault net neuf niel
noux paud quet rand rault reau rel rier rolle roux sac sard seau sier sol tier ton trand val vaud ville vin zac zel
""")

PRENOMS = {
    "F": _mots("""
    Emma Léa Manon Chloé Camille Océane Marie Sarah Inès Clara Lucie Julie Laura Anaïs Mathilde Pauline Marine Lola
    Jade Eva Lisa Romane Justine Charlotte Noémie Ambre Élise Margaux Alice Louise Juliette Mélissa Morgane Fatou
    Aïcha Yasmine Amina Nour Assia Samira Kenza Lina Maëlys Zoé Elsa Nina Célia Salomé Coralie Audrey Émilie Amandine
    Mariam Aminata Fatoumata Khadija Imane Safia Leïla Ana Mia Solène Maëva Jeanne Louna Capucine Agathe Axelle Flavie
    Lilou Ophélie Tiphaine Victoire Yaëlle Anissa Djenaba Hawa Oumou Mégane Cassandra Elodie Swann Alizée Rose Iris
    """),
    "M": _mots("""
    Lucas Thomas Hugo Théo Enzo Maxime Antoine Alexandre Nathan Clément Mathis Quentin Léo Romain Baptiste Louis Jules
    Valentin Tom Nicolas Dylan Kylian Mohamed Yanis Adam Rayan Mehdi Ibrahim Ismaël Bilal Karim Sofiane Amadou Mamadou
    Ousmane Moussa Issa Abdoulaye Evan Axel Noah Raphaël Gabriel Arthur Paul Victor Simon Samuel Florian Corentin
    Bastien Jordan Kévin Anthony Damien Loïc Erwan Gaël Malo Tristan Robin Martin Rémi Sacha Adrien Benjamin Julien
    Guillaume Matthieu Pierre Killian Steven Bryan Esteban Diego Luis Idriss Youssef Hamza Walid Samy Nassim Elias
    Ayoub Anis Fodé Cheick Sékou Marvin Jimmy Ludovic Timéo Côme
    """),
}


def _rares(hasard: Random, combien: int) -> list[str]:
    """Composed family names, all different, in a drawn order."""
    milieux, fins = len(MILIEUX), len(FINS)
    rangs = hasard.sample(range(len(DEBUTS) * milieux * fins), combien + combien // 10)
    noms = (DEBUTS[r // (milieux * fins)] + MILIEUX[r // fins % milieux] + FINS[r % fins] for r in rangs)
    return list(dict.fromkeys(noms))[:combien]


class Noms:
    """Draws names; the frequency of the name of rank r falls like 1 / (r + `tete`).

    `longue`: the thousands of first names of a country, and heads as flat as its own (the commonest family name
    is 0.4 % of people, the commonest first name 2 % of their sex).
    """

    def __init__(self, hasard: Random, *, familles: int = 40_000, longue: bool = False) -> None:
        connues = list(COURANTS)
        connues += _rares(hasard, max(0, familles - len(connues)))
        self._familles = _frequences(connues, tete=30 if longue else 8)
        self._prenoms = {
            sexe: _frequences(longue_liste(hasard, sexe, connus) if longue else connus, tete=8 if longue else 4)
            for sexe, connus in PRENOMS.items()
        }

    def famille(self, hasard: Random) -> str:
        return self._familles(hasard)

    def prenom(self, hasard: Random, sexe: str) -> str:
        return self._prenoms[sexe](hasard)


def _frequences(noms: list[str], *, tete: int) -> Tirage[str]:
    return Tirage([(nom, 1 / (rang + tete)) for rang, nom in enumerate(noms)])
