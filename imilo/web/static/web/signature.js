/* A signature drawn on screen: strokes of integers, 1000 wide by 300 high, in a hidden field. Never required. */
(function () {
  "use strict";

  function installer(bloc) {
    var champ = document.getElementById(bloc.dataset.imiloTrace);
    var toile = bloc.querySelector("canvas");
    if (!champ || !toile.getContext) { return; }
    var dessin = toile.getContext("2d");
    var traits = [];
    try { traits = JSON.parse(champ.value || "[]"); } catch (erreur) { traits = []; }
    var courant = null;
    bloc.hidden = false;
    dessin.lineWidth = 5;
    dessin.lineCap = dessin.lineJoin = "round";
    dessin.strokeStyle = "#000091";

    function tout() {
      dessin.clearRect(0, 0, toile.width, toile.height);
      traits.forEach(function (trait) {
        dessin.beginPath();
        dessin.moveTo(trait[0][0], trait[0][1]);
        trait.forEach(function (point) { dessin.lineTo(point[0] + 0.1, point[1]); });
        dessin.stroke();
      });
      champ.value = traits.length ? JSON.stringify(traits) : "";
    }

    function point(evenement) {
      var cadre = toile.getBoundingClientRect();
      var x = Math.round((evenement.clientX - cadre.left) / cadre.width * toile.width);
      var y = Math.round((evenement.clientY - cadre.top) / cadre.height * toile.height);
      return [Math.min(Math.max(x, 0), toile.width), Math.min(Math.max(y, 0), toile.height)];
    }

    toile.addEventListener("pointerdown", function (evenement) {
      evenement.preventDefault();
      toile.setPointerCapture(evenement.pointerId);
      courant = [point(evenement)];
      traits.push(courant);
      tout();
    });
    toile.addEventListener("pointermove", function (evenement) {
      if (!courant) { return; }
      var suivant = point(evenement);
      var dernier = courant[courant.length - 1];
      if (Math.abs(suivant[0] - dernier[0]) + Math.abs(suivant[1] - dernier[1]) > 3) {
        courant.push(suivant);
        tout();
      }
    });
    ["pointerup", "pointercancel"].forEach(function (nom) {
      toile.addEventListener(nom, function () { courant = null; });
    });
    bloc.querySelector("button").addEventListener("click", function () { traits = []; tout(); });
    tout();
  }

  document.querySelectorAll("[data-imilo-trace]").forEach(installer);
})();
