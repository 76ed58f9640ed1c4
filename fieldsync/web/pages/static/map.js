// Draws the areas of a map from their outlines; no tile, nothing from elsewhere. The table beneath says the same.
"use strict";

const box = document.getElementById("map");
const { L } = window;
const SEVERITIES = ["emergency", "urgent", "routine"];
const GAP = 3; // pixels between two numbers
const CLOSE = 0.7; // an area that fills so much of the picture is shown by what lies in it

function show(first) {
  box.hidden = false;
  const map = L.map(box, {
    attributionControl: false, zoomControl: false, scrollWheelZoom: false, zoomSnap: 0.25, minZoom: 3, maxZoom: 15,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  L.control.zoom({ zoomInTitle: box.dataset.in, zoomOutTitle: box.dataset.out }).addTo(map);
  const steps = Number(box.dataset.grid);
  const at = ([x, y]) => [y / steps, x / steps];
  const bounds = ([west, south, east, north]) => L.latLngBounds(at([west, south]), at([east, north]));

  // Of each ring the first point, then the step to each next one.
  const ring = (numbers) => {
    let [x, y] = [0, 0];
    const points = [];
    for (let i = 0; i < numbers.length; i += 2) points.push(at([(x += numbers[i]), (y += numbers[i + 1])]));
    return points;
  };

  const number = (kind, place, worst, total, said) => {
    const made = document.createElement(kind);
    made.className = total ? worst || "" : "none";
    if (worst) {
      made.append(document.querySelector(`[data-sign="${worst}"] svg`).cloneNode(true));
    }
    made.append(new Intl.NumberFormat(document.documentElement.lang).format(total));
    made.title = said;
    if (total) made.setAttribute("aria-label", said);
    L.DomEvent.disableClickPropagation(made);
    const icon = L.divIcon({ className: "map-number", html: made, iconSize: [0, 0] });
    const options = { icon, keyboard: false, interactive: false, zIndexOffset: total ? 10000 : 0 };
    return [made, L.marker(at(place), options)];
  };

  box.addEventListener("keydown", (event) => { if (event.key === "Escape") map.closePopup(); });

  const link = (area) => {
    const made = document.createElement("a");
    made.href = area.list;
    made.textContent = area.said;
    return made;
  };

  const listed = (areas, place) => {
    const worst = SEVERITIES.find((one) => areas.some((area) => area.worst === one));
    const total = areas.reduce((sum, area) => sum + area.total, 0);
    const [button, marker] = number("button", place, worst, total, `${box.dataset.under}: ${total}`);
    button.type = "button";
    button.setAttribute("aria-haspopup", "dialog");
    button.addEventListener("click", () => {
      const content = document.createElement("div");
      const list = document.createElement("ul");
      for (const area of areas) {
        const item = document.createElement("li");
        item.append(link(area));
        list.append(item);
      }
      content.append(Object.assign(document.createElement("strong"), { textContent: box.dataset.under }), list);
      L.popup().setLatLng(at(place)).setContent(content).openOn(map).on("remove", () => button.focus());
      list.querySelector("a")?.focus();
    });
    return marker;
  };

  // The name of an area stands under its number where there is room for it.
  const named = (area, marker) => {
    const name = Object.assign(document.createElement("span"), { className: "area-name", textContent: area.name });
    name.setAttribute("aria-hidden", "true");
    const fit = () => {
      const [west, , east] = area.box;
      const wide = map.project(at([east, 0])).x - map.project(at([west, 0])).x;
      marker.getElement()?.classList.toggle("named", area.outline ? wide > 7 * area.name.length : map.getZoom() > 10.4);
    };
    marker.on("add", () => { marker.getElement().append(name); fit(); });
    map.on("zoomend", fit);
    return marker;
  };

  // Where numbers would lie over each other, the worse and greater stays; of the other the sign, until one comes nearer.
  const spread = () => {
    const rank = (one) => [[...SEVERITIES, ""].indexOf(one.className.split(" ")[0]), -one.textContent.replace(/\D/g, "")];
    const numbers = [...box.querySelectorAll(".map-number > a, .map-number > button")];
    const placed = [];
    for (const one of numbers) one.classList.remove("crowded");
    const sized = numbers.map((one) => [one, rank(one), one.getBoundingClientRect()]);
    for (const [one, , here] of sized.sort(([, a], [, b]) => a[0] - b[0] || a[1] - b[1])) {
      const meets = (other) => here.left < other.right + GAP && other.left < here.right + GAP
        && here.top < other.bottom + GAP && other.top < here.bottom + GAP;
      const crowded = placed.some(meets);
      one.classList.toggle("crowded", crowded);
      one.tabIndex = crowded ? -1 : 0;
      if (!crowded) placed.push(here);
    }
  };
  map.on("zoomend layeradd layerremove", L.Util.throttle(spread, 50, map));

  // One set of areas: their outlines beneath, their numbers above; what has no place is listed under the middle.
  const draw = (given) => {
    const layer = L.layerGroup();
    const drawn = given.areas.filter((area) => area.at).map((area) => {
      const [made, marker] = number(area.total ? "a" : "span", area.at, area.worst, area.total, area.said);
      if (area.total) made.href = area.list;
      const shape = area.outline && L.polygon(area.outline.map((one) => one.map(ring)), { className: `area ${area.worst || ""}` });
      if (shape) {
        shape.bindTooltip(area.said, { sticky: true }).addTo(layer);
        if (area.total) shape.on("click", () => location.assign(area.list));
      }
      return { ...area, shape, marker: named(area, marker).addTo(layer), inner: shape ? area.inner : null };
    });
    const others = given.areas.filter((area) => !area.at && area.total);
    if (given.middle && others.length) listed(others, given.middle).addTo(layer);
    const boxes = given.areas.filter((area) => area.box).map((area) => bounds(area.box));
    if (given.middle && others.length) boxes.push(L.latLngBounds([at(given.middle)]));
    return { layer: layer.addTo(map), drawn, boxes };
  };

  const { layer, drawn, boxes } = draw(first);
  map.fitBounds(boxes.reduce((whole, one) => whole.extend(one), L.latLngBounds(boxes[0])), { padding: [24, 24], maxZoom: drawn.some((one) => one.shape) ? 14 : 11 });

  const isClose = (area) => {
    const [a, b] = [bounds(area.box), map.getSize()];
    const size = map.latLngToLayerPoint(a.getSouthEast()).subtract(map.latLngToLayerPoint(a.getNorthWest()));
    return a.intersects(map.getBounds()) && (size.x > b.x * CLOSE || size.y > b.y * CLOSE);
  };
  const open = async (area) => {
    area.inside ??= fetch(area.inner).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
    try {
      const given = await area.inside;
      if (area.opened || !isClose(area) || !given.areas.some((one) => one.outline)) return;
      area.opened = draw(given).layer;
      area.shape.getElement().classList.add("opened");
      layer.removeLayer(area.marker);
    } catch {
      area.inside = undefined; // the line broke: once more at the next move
    }
  };
  const close = (area) => {
    area.opened.remove();
    area.opened = undefined;
    area.shape.getElement().classList.remove("opened");
    layer.addLayer(area.marker);
  };
  map.on("moveend zoomend", () => {
    for (const area of drawn) {
      if (!area.inner) continue;
      if (isClose(area)) open(area);
      else if (area.opened) close(area);
    }
  });
}

if (box) {
  fetch(box.dataset.map, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok && !answer.redirected ? answer.json() : Promise.reject(answer.status)))
    .then(show)
    .catch(() => {
      box.hidden = true;
      document.getElementById("map-failed").hidden = false;
    });
}
