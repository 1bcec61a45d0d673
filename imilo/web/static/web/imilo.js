/* Comfort only: every page reads and submits without it. */
(function () {
  "use strict";

  // A second click on a submit button sends nothing more (the server would keep one anyway).
  document.addEventListener("submit", function (evenement) {
    var formulaire = evenement.target;
    if (formulaire.dataset.envoye === "oui" && formulaire.method === "post") {
      evenement.preventDefault();
      return;
    }
    formulaire.dataset.envoye = "oui";
    window.setTimeout(function () { delete formulaire.dataset.envoye; }, 5000);
  });

  // After an error, the summary is read first.
  function viserLesErreurs(racine) {
    var resume = racine.querySelector("[data-imilo-erreurs]");
    if (resume) { resume.focus(); }
  }
  document.addEventListener("DOMContentLoaded", function () { viserLesErreurs(document); });
  document.addEventListener("htmx:afterSettle", function (evenement) { viserLesErreurs(evenement.target); });

  // A restored page may hold a form already sent, or data of a session that ended.
  window.addEventListener("pageshow", function (evenement) {
    if (evenement.persisted) { window.location.reload(); }
  });

  // Filters that submit themselves when a choice changes; a button does it without JavaScript.
  document.addEventListener("change", function (evenement) {
    var formulaire = evenement.target.closest("form[data-imilo-auto]");
    if (formulaire) { formulaire.requestSubmit(); }
  });

  // What a choice asks for opens with it: data-imilo-si="field=value".
  document.addEventListener("change", function (evenement) {
    var champ = evenement.target;
    if (!champ.form) { return; }
    champ.form.querySelectorAll("details[data-imilo-si]").forEach(function (bloc) {
      if (bloc.dataset.imiloSi === champ.name + "=" + champ.value) { bloc.open = true; }
    });
  });
})();
