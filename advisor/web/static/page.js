"use strict";
// Values beside sliders, and a word for readers that listen: all else is done by the server.
(() => {
  const shownBeside = (slider) => {
    const beside = document.getElementById(slider.id + "-at");
    if (beside) beside.textContent = slider.value + beside.dataset.unit;
  };
  document.addEventListener("input", (event) => {
    if (event.target.type === "range") shownBeside(event.target);
  });
})();
