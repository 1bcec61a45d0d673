/* Comfort only: tick all rows at once, and say how many are ticked. */
(function () {
  "use strict";

  function cases(formulaire) {
    return Array.from(formulaire.querySelectorAll(".imilo-coche input"));
  }

  function dire(formulaire) {
    var cochees = cases(formulaire).filter(function (c) { return c.checked; }).length;
    var option = formulaire.querySelector("[data-imilo-coches]");
    if (option) { option.textContent = option.dataset.imiloCoches + (cochees ? " (" + cochees + ")" : ""); }
    var bouton = formulaire.querySelector("[data-imilo-tout-cocher]");
    bouton.hidden = false;
    bouton.textContent = cochees === cases(formulaire).length ? "Tout décocher" : "Tout cocher";
  }

  function preparer() {
    document.querySelectorAll("form.imilo-lot").forEach(dire);
  }

  document.addEventListener("click", function (evenement) {
    var bouton = evenement.target.closest("[data-imilo-tout-cocher]");
    if (!bouton) { return; }
    var toutes = cases(bouton.form);
    var cocher = toutes.some(function (c) { return !c.checked; });
    toutes.forEach(function (c) { c.checked = cocher; });
    dire(bouton.form);
  });
  document.addEventListener("change", function (evenement) {
    if (evenement.target.closest(".imilo-coche") && evenement.target.form) { dire(evenement.target.form); }
  });
  document.addEventListener("DOMContentLoaded", preparer);
  document.addEventListener("htmx:afterSettle", preparer);
})();
