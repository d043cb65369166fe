"use strict";
// Values beside sliders, and a word for readers that listen: all else is done by the server.
(() => {
  const shownBeside = (slider) => {
    const beside = document.getElementById(slider.id + "-at");
    if (beside) beside.textContent = slider.value;
  };
  document.addEventListener("input", (event) => {
    if (event.target.type === "range") shownBeside(event.target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-default]");
    if (!button) return;
    const field = document.getElementById(button.dataset.for);
    if (field.type === "checkbox") field.checked = button.dataset.default === "1";
    else field.value = button.dataset.default;
    if (field.type === "range") shownBeside(field);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
})();
