// Draws the curves of a page: each <div data-curve="…"> holds its numbers; the table beneath says the same in words.
"use strict";

const styleOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const ROLES = () => ({
  measure1: { stroke: styleOf("--strong"), width: 2.5, points: { show: true, size: 8 } },
  measure2: { stroke: styleOf("--routine"), width: 2.5, dash: [7, 4], points: { show: true, size: 8 } },
  limit: { stroke: styleOf("--emergency"), width: 1, dash: [2, 4], points: { show: false } },
  z0: { stroke: styleOf("--good"), width: 1.5, points: { show: false } },
  z2: { stroke: styleOf("--urgent"), width: 1, dash: [6, 4], points: { show: false } },
  z3: { stroke: styleOf("--emergency"), width: 1, dash: [2, 3], points: { show: false } },
});

const numbers = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
const days = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", year: "2-digit", timeZone: "UTC" });
const months = new Intl.DateTimeFormat(document.documentElement.lang, { month: "short", year: "2-digit", timeZone: "UTC" });
const ROOM_OF_A_MONTH = 70;
const told = (value) => (value == null ? "–" : numbers.format(value));

function draw(box) {
  const given = JSON.parse(box.dataset.curve);
  const roles = ROLES();
  const x = (value) => (value == null ? "–" : given.months ? months.format(value * 1000) : given.time ? days.format(value * 1000) : told(value));
  const axis = { stroke: styleOf("--quiet"), grid: { stroke: styleOf("--line"), width: 0.5 }, ticks: { stroke: styleOf("--line") } };
  // A month has one tick, and as many have one as there is room for.
  const monthly = (plot) => given.xs.filter((_, at) => at % Math.ceil((given.xs.length * ROOM_OF_A_MONTH) / plot.width) === 0);
  const options = {
    width: box.clientWidth,
    height: 260,
    tzDate: (seconds) => window.uPlot.tzDate(new Date(seconds * 1000), "UTC"),
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: given.time }, ...(given.y ? { y: { range: given.y } } : {}) },
    axes: [
      { ...axis, space: 90, values: (_, ticks) => ticks.map(x), label: given.time ? undefined : given.x, labelSize: 20, ...(given.months ? { splits: monthly } : {}) },
      { ...axis, values: (_, ticks) => ticks.map(told), size: 44 },
    ],
    series: [
      { label: given.x, value: (_, value) => x(value) },
      ...given.series.map((one) => ({ label: one.label, spanGaps: !given.months, value: (_, value) => told(value), ...roles[one.role] })),
    ],
  };
  const plot = new window.uPlot(options, [given.xs, ...given.series.map((one) => one.values)], box);
  new ResizeObserver(() => {
    if (box.clientWidth && box.clientWidth !== plot.width) plot.setSize({ width: box.clientWidth, height: 260 });
  }).observe(box);
}

for (const box of document.querySelectorAll("[data-curve]")) draw(box);
