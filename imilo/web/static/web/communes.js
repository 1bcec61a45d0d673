/* Comfort of a commune field: without it, the choices are radio buttons under the text, and the server decides.
   Down goes to the choices, Enter takes the first or the one reached, Escape comes back to the text, and what the
   text can only mean is taken when one leaves. */
(function () {
  "use strict";

  function boiteDe(element) { return element.closest ? element.closest("[data-imilo-commune]") : null; }
  function texteDe(boite) { return boite.querySelector("input[type=text]"); }
  function listeDe(boite) { return boite.querySelector("fieldset"); }
  function choixFait(boite) { return boite.querySelector("input[type=radio]:checked"); }
  function premier(boite) { return boite.querySelector("input[type=radio]:not(:disabled)"); }
  function pourDe(boite) { return boite.querySelector('[name="' + boite.dataset.imiloCommune + '_pour"]'); }

  // The choices shown are those of a text that changed since.
  function enAttente(boite) { return texteDe(boite).value.trim() !== pourDe(boite).value; }

  function plier(boite) {
    var liste = listeDe(boite);
    if (liste) { liste.classList.add("imilo-choisie"); }
  }

  function proposerLesCodes(champ, codes) {
    var liste = document.getElementById(champ.id + "_codes");
    if (!liste) {
      liste = document.createElement("datalist");
      liste.id = champ.id + "_codes";
      champ.after(liste);
      champ.setAttribute("list", liste.id);
    }
    liste.replaceChildren.apply(liste, codes.map(function (code) { return new Option(code, code); }));
  }

  // The postal code typed to find it, or its only one; one that isn't its own goes.
  function remplirLeCodePostal(boite, codes, tape) {
    var champ = boite.dataset.codePostal && texteDe(boite).form.elements[boite.dataset.codePostal];
    if (!champ) { return; }
    var lu = (tape.match(/\b\d{5}\b/) || [""])[0];
    if (codes.indexOf(lu) >= 0) {
      champ.value = lu;
    } else if (codes.indexOf(champ.value) < 0) {
      champ.value = codes.length === 1 ? codes[0] : "";
    }
    proposerLesCodes(champ, codes);
  }

  function choisir(boite, choix) {
    var texte = texteDe(boite);
    choix.checked = true;
    remplirLeCodePostal(boite, choix.dataset.codesPostaux.split(" ").filter(Boolean), texte.value);
    texte.value = pourDe(boite).value = choix.dataset.libelle;
  }

  document.addEventListener("change", function (evenement) {
    var boite = boiteDe(evenement.target);
    if (boite && evenement.target.type === "radio") { choisir(boite, evenement.target); }
  });

  // A click chooses and folds; the click that a browser makes of an arrow key has no detail, and only chooses.
  document.addEventListener("click", function (evenement) {
    var boite = boiteDe(evenement.target);
    if (boite && evenement.detail > 0 && evenement.target.closest(".fr-radio-group")) {
      window.setTimeout(function () {
        if (!choixFait(boite)) { return; }
        plier(boite);
        // The focus goes back to the text, unless that would raise the keyboard of a telephone.
        if (window.matchMedia("(pointer: fine)").matches) { texteDe(boite).focus(); }
      }, 0);
    }
  });

  function auTexte(boite, evenement) {
    var fait = choixFait(boite);
    if (evenement.key === "ArrowDown" && premier(boite)) {
      evenement.preventDefault();
      listeDe(boite).classList.remove("imilo-choisie");
      (fait || premier(boite)).focus();
      if (!fait) { choisir(boite, premier(boite)); }
    } else if (evenement.key === "Enter" && enAttente(boite) && !boite.dataset.aPrendre) {
      evenement.preventDefault();  // the answer is coming; a second Enter submits, as everywhere
      boite.dataset.aPrendre = "premier";
    } else if (evenement.key === "Enter" && !fait && premier(boite)) {
      evenement.preventDefault();
      choisir(boite, premier(boite));
      plier(boite);
    }
  }

  function auChoix(boite, evenement) {
    if (evenement.key === "Enter" || evenement.key === "Escape") {
      evenement.preventDefault();
      if (choixFait(boite)) { plier(boite); }
      texteDe(boite).focus();
    }
  }

  document.addEventListener("keydown", function (evenement) {
    var boite = boiteDe(evenement.target);
    if (!boite || evenement.isComposing) { return; }
    if (evenement.target === texteDe(boite)) { auTexte(boite, evenement); } else { auChoix(boite, evenement); }
  });

  // What is expected of an answer once it is there: `aPrendre` is "premier", or "evidente" when one has left.
  function prendre(boite) {
    var voulu = boite.dataset.aPrendre;
    delete boite.dataset.aPrendre;
    var choix = voulu === "premier" ? premier(boite) : boite.querySelector("[data-evidente]:not(:disabled)");
    if (choix && !choixFait(boite)) { choisir(boite, choix); }
    if (choixFait(boite)) { plier(boite); }
  }

  document.addEventListener("focusout", function (evenement) {
    var boite = boiteDe(evenement.target);
    if (!boite || boite.contains(evenement.relatedTarget)) { return; }
    boite.dataset.aPrendre = boite.dataset.aPrendre || "evidente";
    if (!enAttente(boite)) { prendre(boite); }
  });

  document.addEventListener("input", function (evenement) {
    var boite = boiteDe(evenement.target);
    if (boite) { delete boite.dataset.aPrendre; }
  });

  document.addEventListener("htmx:afterSwap", function (evenement) {
    var boite = boiteDe(evenement.target);
    if (boite && boite.dataset.aPrendre && !enAttente(boite)) { prendre(boite); }
  });

  // What the page comes with is folded too.
  function plierCeQuiEstFait() {
    document.querySelectorAll("[data-imilo-commune]").forEach(function (boite) {
      if (choixFait(boite) && !enAttente(boite) && texteDe(boite).value === choixFait(boite).dataset.libelle) { plier(boite); }
    });
  }
  document.addEventListener("DOMContentLoaded", plierCeQuiEstFait);
  document.addEventListener("htmx:afterSettle", plierCeQuiEstFait);
})();
