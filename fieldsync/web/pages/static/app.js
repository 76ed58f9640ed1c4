// What the pages do by themselves. Every page works without it: forms post, links lead, details open.
"use strict";

// A part that asks for itself again while somebody looks at it: <div data-poll="60" hx-trigger="fresh" hx-get="…">.
for (const part of document.querySelectorAll("[data-poll]")) {
  const every = Number(part.dataset.poll) * 1000;
  let last = Date.now();
  const busy = () => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  const ask = () => {
    if (document.hidden || busy() || Date.now() - last < every) return;
    last = Date.now();
    window.htmx.trigger(part, "fresh");
  };
  setInterval(ask, Math.min(every, 5000));
  document.addEventListener("visibilitychange", ask);
}

// An empty field of a search says nothing: it stays out of the address.
for (const form of document.querySelectorAll("form[data-thrifty]")) {
  form.addEventListener("submit", () => {
    const empty = [...form.elements].filter((one) => one.name && !one.value);
    for (const one of empty) one.disabled = true;
    setTimeout(() => { for (const one of empty) one.disabled = false; });
  });
}

// One tick for all of a page.
for (const all of document.querySelectorAll("[data-tick-all]")) {
  const ticks = () => [...all.form.querySelectorAll('input[name="case"]')];
  all.addEventListener("change", () => { for (const one of ticks()) one.checked = all.checked; });
  all.form.addEventListener("change", () => {
    const given = ticks();
    all.checked = given.every((one) => one.checked);
    all.indeterminate = !all.checked && given.some((one) => one.checked);
  });
}

// A form is sent once, however often it is pressed on a slow line.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 10000) event.preventDefault();
  else form.dataset.sent = Date.now();
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

for (const one of document.querySelectorAll("[data-print]")) one.addEventListener("click", () => window.print());

// A menu closes by Escape and by a click elsewhere.
for (const menu of document.querySelectorAll("details.menu")) {
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
}
