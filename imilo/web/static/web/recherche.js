/* The one box from the keyboard: / comes to it, the arrows go through the answers, Escape comes back. */
(function () {
  "use strict";

  function visible(element) { return element.offsetParent !== null; }

  function boite(racine) {
    return Array.prototype.find.call(racine.querySelectorAll("[data-imilo-recherche] input[type=search]"), visible);
  }

  // Where the answers of a form are: those under it, or the place that it names.
  function reponses(formulaire) {
    var lieu = formulaire.dataset.imiloRecherche;
    return lieu ? document.querySelector(lieu) : formulaire.querySelector(".imilo-propositions");
  }

  function formulaireDe(element) {
    var propre = element.closest("[data-imilo-recherche]");
    if (propre) { return propre; }
    return Array.prototype.find.call(document.querySelectorAll("[data-imilo-recherche]"), function (formulaire) {
      var lieu = reponses(formulaire);
      return lieu && lieu.contains(element);
    });
  }

  function fermer(formulaire) {
    if (!formulaire.dataset.imiloRecherche) { reponses(formulaire).replaceChildren(); }
  }

  function seSaisit(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  document.addEventListener("keydown", function (evenement) {
    if (evenement.ctrlKey || evenement.metaKey || evenement.altKey || evenement.isComposing) { return; }
    var cible = evenement.target;
    if (evenement.key === "/" && !seSaisit(cible)) {
      var case_ = boite(document);
      if (case_) { evenement.preventDefault(); case_.focus(); case_.select(); }
      return;
    }
    if (["ArrowDown", "ArrowUp", "Escape"].indexOf(evenement.key) < 0) { return; }
    var formulaire = formulaireDe(cible);
    if (!formulaire) { return; }
    var champ = formulaire.querySelector("input[type=search]");
    var choix = Array.prototype.slice.call(reponses(formulaire).querySelectorAll("a[data-imilo-choix]"));
    var rang = choix.indexOf(cible);
    if (evenement.key === "Escape") {
      if (rang >= 0) { champ.focus(); }
      fermer(formulaire);
    } else if (cible === champ || rang >= 0) {
      var suivant = rang + (evenement.key === "ArrowDown" ? 1 : -1);
      if (cible === champ && evenement.key === "ArrowUp") { return; }
      evenement.preventDefault();
      if (suivant < 0) { champ.focus(); } else if (choix[suivant]) { choix[suivant].focus(); }
    }
  });

  // Answers under the header go away with whoever leaves them.
  document.addEventListener("focusout", function (evenement) {
    var formulaire = evenement.target.closest("form[data-imilo-recherche='']");
    if (formulaire && evenement.relatedTarget && !formulaire.contains(evenement.relatedTarget)) { fermer(formulaire); }
  });
  document.addEventListener("click", function (evenement) {
    document.querySelectorAll("form[data-imilo-recherche='']").forEach(function (formulaire) {
      if (!formulaire.contains(evenement.target)) { fermer(formulaire); }
    });
  });
})();
