/* Comfort only: tick every line at once, and say how many are ticked. */
(function () {
  "use strict";

  function cases(formulaire) {
    return Array.from(formulaire.querySelectorAll("input[type=checkbox]"));
  }

  function dire(formulaire) {
    var cochees = cases(formulaire).filter(function (c) { return c.checked; }).length;
    formulaire.querySelectorAll("[data-imilo-nombre]").forEach(function (n) {
      n.textContent = cochees ? "\u00a0(" + cochees + ")" : "";
    });
    var bouton = formulaire.querySelector("[data-imilo-tout-cocher]");
    bouton.hidden = false;
    bouton.textContent = cochees === cases(formulaire).length ? "Tout décocher" : "Tout cocher";
  }

  document.querySelectorAll("form[data-imilo-examen]").forEach(function (formulaire) {
    dire(formulaire);
    formulaire.addEventListener("change", function () { dire(formulaire); });
    formulaire.querySelector("[data-imilo-tout-cocher]").addEventListener("click", function () {
      var toutes = cases(formulaire);
      var cocher = toutes.some(function (c) { return !c.checked; });
      toutes.forEach(function (c) { c.checked = cocher; });
      dire(formulaire);
    });
  });
})();
