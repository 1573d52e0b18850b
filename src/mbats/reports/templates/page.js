"use strict";
/* Unpacks what the page carries and draws it in the colours of the style sheet. */

const PAPER_WIDTH = 680;
const shown = new Map();

async function unpack(id) {
  const text = atob(document.getElementById(id).textContent.trim());
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

const unpackText = async (id) => new TextDecoder().decode(await unpack(id));

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

/* Replaces every "@name" in a chart by the style sheet's colour of that name. */
function coloured(value) {
  if (typeof value === "string") return /^@[a-z]+$/.test(value) ? colour(value.slice(1)) : value;
  if (Array.isArray(value)) return value.map(coloured);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, coloured(inner)]));
}

function styled(layout) {
  const axis = { gridcolor: "@rule", linecolor: "@rule", zerolinecolor: "@rule", zerolinewidth: 1, automargin: true,
    showspikes: false, fixedrange: true, tickfont: { color: "@muted", size: 11.5 }, title: { font: { color: "@muted", size: 11.5 } } };
  const base = {
    autosize: true, dragmode: "zoom", paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 48, r: 12, t: 16, b: 34 }, separators: ".,",
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: "@ink" },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", bgcolor: "rgba(0,0,0,0)", font: { color: "@muted" } },
    hoverlabel: { bgcolor: "@raised", bordercolor: "@rule", font: { color: "@ink", size: 12 } },
  };
  const axes = { xaxis: { showgrid: false, ticks: "" }, yaxis: {} };
  for (const name of new Set([...Object.keys(axes), ...Object.keys(layout).filter((key) => /^[xy]axis/.test(key))])) {
    const own = layout[name] || {};
    base[name] = { ...axis, ...axes[name], ...own, title: { ...axis.title, ...own.title } };
  }
  const named = Object.fromEntries(Object.entries(layout).filter(([key]) => !/^[xy]axis/.test(key)));
  return coloured({ ...base, ...named });
}

const CONFIG = { displayModeBar: false, responsive: true, displaylogo: false };

function show(id, chart) {
  shown.set(id, chart);
  return Plotly.react(id, coloured(chart.data), styled(chart.layout), CONFIG);
}

function recolour() {
  for (const [id, chart] of shown) show(id, chart);
}

/* Charts that share one time axis zoom together; their value axes follow what is in view. */
function zoomable(chart) {
  chart.layout.xaxis.fixedrange = false;
  return chart;
}

/* Paper is light and narrower than a screen, and a browser lays it out without telling plotly. */
function toPaper() {
  const share = PAPER_WIDTH / document.querySelector(".chart").clientWidth;
  document.documentElement.dataset.paper = "yes";
  recolour();
  for (const id of shown.keys()) Plotly.relayout(id, { width: Math.min(PAPER_WIDTH, Math.floor(document.getElementById(id).clientWidth * share)) });
}

function toScreen() {
  delete document.documentElement.dataset.paper;
  recolour();
}

async function draw() {
  const library = document.createElement("script");
  library.textContent = await unpackText("plotly");
  document.head.append(library);
  const page = JSON.parse(await unpackText("content"));
  for (const [id, chart] of Object.entries(page.charts)) {
    if (document.getElementById(id)) await show(id, id === "equity-chart" ? zoomable(chart) : chart);
  }
  await furnish(page);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", recolour);
  addEventListener("beforeprint", toPaper);
  addEventListener("afterprint", toScreen);
  document.documentElement.dataset.drawn = "yes";
}

document.addEventListener("DOMContentLoaded", () => {
  if (typeof DecompressionStream === "undefined") {
    document.querySelectorAll(".tooold").forEach((note) => { note.style.display = "block"; });
    return;
  }
  draw().catch((failure) => {
    document.documentElement.dataset.drawn = "failed";
    console.error(failure);
  });
});
