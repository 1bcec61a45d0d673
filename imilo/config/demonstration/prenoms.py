"""First names of the bulk load: those in use first, then double ones, then a long tail of composed ones.

A small base keeps the short lists of `noms`; a country needs thousands, or everybody would have homonyms.
"""

from __future__ import annotations

from random import Random

# In use in France among people of 16 to 29, beside those of `noms.PRENOMS`.
AUTRES = {
    "F": """
    Adèle Adeline Agnès Albane Alexandra Alexia Alexiane Alicia Alix Aliya Alma Alycia Amal Ambrine Amel Amélie Amira
    Anastasia Andréa Angèle Angélique Anna Annabelle Anouk Apolline Ariane Armelle Asma Assa Asya Aude Aurélie Aurore
    Aurélia Aya Ayla Aziza Barbara Béatrice Bérénice Bertille Blanche Blandine Brune Candice Carla Carole Cassiopée
    Catherine Cécile Célestine Céline Chaïma Chantal Charlène Charline Chiara Christelle Cindy Claire Claudia Clélia
    Clémence Clémentine Cléo Clotilde Colette Colombe Constance Cynthia Daphné Daria Déborah Delphine Diane Dina Djamila
    Dounia Edwige Éléa Éléonore Eliana Elina Eline Elisabeth Ella Élodie Élora Éloïse Elya Émeline Émy Enora Erika Erin
    Esma Esther Estelle Eugénie Eulalie Eva Éva Ève Faustine Fanny Farah Fatima Fatim Félicie Fiona Firdaws Flora Flore
    Florence Florine France Gabrielle Gaëlle Garance Géraldine Gwenaëlle Gwladys Hafsa Haby Hajar Hanaé Hanna Hannah
    Hélène Héloïse Hermine Hind Houda Hortense Ikram Ilana Ilhem Iliana Ilona Inaya Ines Ingrid Iman Irène Isabelle
    Isaure Jannah Jasmine Jennifer Jessica Joséphine Joyce Judith Juliana Julianne Kadiatou Kahina Kaïna Karima Karine
    Kayla Kelly Kelyah Khadidja Kim Kimberley Laetitia Laly Lamia Lana Laurence Laurine Laurianne Laure Leana Léane
    Leïna Lena Léna Léonie Léontine Leslie Lila Lilia Liliane Lily Linda Line Lise Lison Livia Liza Loane Loanne Lorène
    Loreleï Lou Louane Louanne Louison Luana Luce Lucille Ludivine Luna Lydia Lyna Lya Madeleine Maëlle Maélie Magali
    Maïa Maïmouna Maïssa Malak Malika Malorie Manel Manelle Marguerite Maria Mariama Marianne Marie-Lou Marilou Marion
    Marwa Mathilda Maud Maurine Mayline Méline Mélanie Mélina Méloée Mélodie Meriem Mila Milena Mina Mona Mouna Muriel
    Myriam Nadège Nadia Nafissatou Naïa Naïla Naïma Naomi Natacha Nathalie Nawel Neïla Nelly Nesrine Nolwenn Noa Nora
    Noélie Norah Odile Olivia Olympe Ornella Ouma Pascaline Patricia Penda Perrine Pétronille Philippine Priscilla
    Prune Rachel Rania Ramatoulaye Rayane Rebecca Rokia Roxane Roxanne Rym Sabrina Sadio Salma Salimata Samantha Sandra
    Sandrine Sara Sasha Selma Selena Séphora Shaïna Shanna Shana Shirine Shirel Sidonie Sirine Sixtine Sofia Sokhna
    Sonia Sophie Souad Soraya Stacy Stella Stéphanie Suzanne Suzie Sybille Sylvie Syrine Taïna Tania Tasnim Tatiana
    Tess Thaïs Thalia Théa Thelma Tina Tracy Typhaine Valentine Valérie Vanessa Vanille Véra Violette Virginie Viviane
    Wendy Wiam Wafa Xénia Yanaëlle Yara Yasmina Yeleen Yousra Ysée Zahra Zeïneb Zélie Zina Zineb Zohra
    """,
    "M": """
    Aaron Abdallah Abdel Abdelkader Abdou Abel Achille Adama Adel Adem Ahmed Aimé Alan Alban Albin Alexis Ali Alioune
    Allan Aloïs Alpha Alphonse Amaury Ambroise Amin Amine Amir Anas Anatole Andréas André Ange Angelo Antonin Antonio
    Arman Armand Arnaud Arno Arsène Arthus Assane Augustin Aurélien Ayden Aymen Aymeric Ayman Azzedine Bakary Balthazar
    Barnabé Barthélemy Basile Bassirou Ben Bertrand Boris Boubacar Brahim Brandon Brice Brieuc Bruno Calixte Calvin
    Camille Cédric César Charles Charlie Charly Chris Christian Christophe Claude Clovis Colin Côme Constant Constantin
    Cyprien Cyriaque Cyril Dan Daniel Danny Dany Darius Darren David Dawson Demba Denis Didier Dimitri Djibril Dorian
    Drissa Dylane Eddy Eden Edgar Édouard Eliott Élie Élio Éliot Eloi Elyas Elyes Émeric Émile Émilien Émilio
    Emmanuel Eric Ernest Erwin Ethan Étienne Eugène Fabien Fabrice Fabio Faouzi Farès Farid Félicien Félix Ferdinand
    Fernand Firmin Flavien Florent Florentin Foucauld Francis Franck François Frédéric Fulbert Gabin Gaétan Gaspard
    Gatien Gauthier Gautier Geoffrey Georges Gérald Germain Ghislain Gianni Gilles Giovanni Goulven Grégoire Grégory
    Guilhem Guy Gurvan Habib Hadrien Hakim Hamed Hamidou Hamid Haroun Harouna Harry Hassan Hector Henri Hervé Hichem
    Hippolyte Honoré Houssem Hubert Hugues Ian Ibrahima Idrissa Iliès Illan Ilan Ilian Ilyan Ilyès Imad Imran Inza
    Isaac Isaïe Isidore Ismaïl Issam Ivan Ivann Jacky Jacob Jacques Jad Jalil Jamal James Jason Jasper Jawad Jérémie
    Jérémy Jérôme Jessy Jibril Jimmy Joachim Joan Joackim Joël Johan Johann John Johnny Jonas Jonathan Joris Joshua
    Josué Jovan Juan Jude Julian Kaïs Kamel Kaan Karl Kelian Kelvin Kenny Kenzo Kévan Khalil Khalid Kieran Kilian Kim
    Kylan Lamine Lassana Laurent Laurian Lazare Léandre Lenny Léon Léonard Léopold Lev Lévy Liam Lilian Lino Lionel
    Livio Logan Loan Loann Lorenzo Lorris Louka Louison Lounès Luca Lucien Ludwig Luigi Luka Lyam Maceo Maël Mahdi
    Maïeul Maimon Malik Malick Manoa Manuel Marc Marc-Antoine Marceau Marcel Marco Marius Marley Martial Marwan Mathéo
    Mathias Mathieu Mathurin Matisse Matis Mattéo Matteo Maurice Maxence Maximilien Medhi Melvin Melvyn Merlin Michaël
    Michel Miguel Mikaël Milan Milo Moïse Mohammed Mokhtar Montassar Morgan Mounir Mourad Mustapha Nabil Nacer Naël
    Naïm Nans Nathanaël Nazim Nelson Nicolaï Nils Noam Noé Noël Nolan Noham Nolann Octave Odilon Olivier Omar
    Oscar Othman Oumar Owen Pablo Papa Pascal Patrice Patrick Paul-Antoine Philéas Philémon Philibert Philippe Pio
    Rachid Radouane Rafaël Ralph Ramzi Raoul Raphaël Rayane Raymond Régis Renan Renaud René Riad Richard Ridwan Rodrigue
    Rodolphe Roger Rohan Roland Roméo Ronan Rudy Ruben Ryan Sabri Saïd Salim Salomon Sambou Samba Sami Samir Sandro
    Sasha Saber Sébastien Selim Séraphin Serge Seydou Shawn Sidi Sidney Siméon Simeon Soan Sohan Sofien Soufiane
    Souleymane Stan Stanislas Stéphane Stéphen Stevan Sullivan Sully Swan Sven Sylvain Sylvère Tanguy Tao Tarek Tariq
    Teddy Térence Thaddée Thibaud Thibault Thibaut Thierry Tidiane Tiago Tiziano Timothé Timothée Timon Tino Titouan
    Titus Tobias Tony Toussaint Tugdual Tyler Ugo Ulysse Valère Valentino Valéry Vadim Victorien Vincent Virgile Vivien
    Wael Wassim Wesley Wilfried William Willy Xavier Yacine Yannis Yann Yannick Yassine Yasser Yazid Yoan Yoann Yohan
    Yohann Younès Youri Yusuf Yvan Yves Zacharie Zachary Zakaria Zaïd Zayn Zinédine Ziad
    """,
}
DOUBLES = {
    "F": ("Marie Anne Rose Lou Anna Éva Léa Lila", """
    Alice Amélie Ange Aude Aurore Béatrice Camille Cécile Charlotte Claire Clémence Constance Diane Élise Élodie Estelle
    Eugénie Flore France Gabrielle Hélène Inès Jeanne Jade Joséphine Julie Laure Line Lise Louise Luce Lucie Mathilde
    Maud Noémie Noëlle Océane Pauline Pia Reine Sara Sarah Sofia Soleil Sophie Victoire Violette Virginie Yvonne Zoé
    """),
    "M": ("Jean Pierre Paul Marc Louis Charles Mohamed Léo", """
    Adrien Alexandre Alain Ali Antoine Amine Arthur Augustin Aurèle Baptiste Benoît Bernard Christophe Claude David
    Denis Édouard Elie Émile Emmanuel Étienne Eudes François Gabriel Henri Hugues Ibrahim Jacques Joseph Julien Laurent
    Loup Luc Malo Manuel Marie Mathieu Maxime Mehdi Michel Nicolas Noé Olivier Pascal Patrick Philippe Régis Rémi Roch
    Sacha Samuel Sébastien Simon Sylvain Thibault Thomas Victor Vincent Xavier Yanis Yves
    """),
}  # fmt: skip
DEBUTS = """
Ab Ad Al Am An Ar As Av Ay Ba Be Bri Ca Ce Chay Ci Cy Da De Dja Do El En Er Ey Fa Fe Flo Ga Gwe Ha He Hil Ia Il In Is Ja
Je Jo Ka Ke Ki Kla Kyl La Le Li Lo Lu Ly Ma Me Mi Mo My Na Ne Ni No Nour Oc Or Ou Pa Pe Ra Re Ri Ro Ru Sa Se Sha Si So
Sol Su Ta Te Ti To Va Ve Vi Ya Ye Yo Ys Za Ze Zo
"""
FINS = {
    "F": """
    aëlle aïa alia ana anna anne annah aya éa édia éla élia elle élie éline éna énia ette iana ielle iette ilia illa
    ina ine inna ira issa ita iya léa lène lina line lise livia lya maya mina naëlle naya néa nelle nessa nia nisse
    ria rine rissa rose sha sia syna théa tina velle viane vine ya yana ylia yssa
    """,
    "M": """
    aël adi ald am an ane aro ars ato bert bin bio dan dji édric el éo éric érick ian ibal ick idan iel ien ik il ilio
    im in io ior iss ito ius ivan kan laïs lann lian lio lys mael man mir nan naël nel nio noan nos oan oël ohan on
    ric rick rik rio san sim tan thaël than tys ul van vann vin yan yann yel
    """,
}


def longue_liste(hasard: Random, sexe: str, connus: list[str]) -> list[str]:
    """All first names of one sex (F, M), all different: `connus`, others in use, doubles, composed ones."""
    autres = AUTRES[sexe].split()
    premiers, seconds = (texte.split() for texte in DOUBLES[sexe])
    doubles = [f"{p}-{s}" for p in premiers for s in seconds if p != s]
    composes = [d + f for d in DEBUTS.split() for f in FINS[sexe].split() if d[-1] != f[0]]
    for liste in (autres, doubles, composes):
        hasard.shuffle(liste)
    return list(dict.fromkeys([*connus, *autres, *doubles, *composes]))
