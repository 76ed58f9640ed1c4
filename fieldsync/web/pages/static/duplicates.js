// Answers by keys while the pair has the focus, so that no letter typed elsewhere decides anything.
"use strict";

const pair = document.querySelector("[data-keys]");
if (pair) {
  pair.focus({ preventScroll: true });
  pair.addEventListener("keydown", (event) => {
    if (event.target.matches("input, textarea, select")) {
      if (event.key === "Escape") pair.focus({ preventScroll: true });
      return;
    }
    // A key held down must not answer the pairs that come after.
    if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
    const wanted = event.key.toLowerCase();
    const found = [...pair.querySelectorAll("[data-key]")].find((one) => one.dataset.key === wanted);
    if (!found) return;
    event.preventDefault();
    found.click();
  });
}
