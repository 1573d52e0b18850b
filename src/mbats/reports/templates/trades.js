"use strict";
/* The trade table: sorted, filtered and paged here, so that thousands of rows cost nothing until they are looked at. */

const PAGE = 25;

const styles = [0, 1, 2].map((places) => new Intl.NumberFormat("en-US", { minimumFractionDigits: places, maximumFractionDigits: places }));
const grouped = (value, places) => styles[places].format(value).replace("-", "−");

function written(kind, value, places) {
  if (value === null || value === undefined) return "";
  if (kind === "time") return clockText(value);
  if (kind === "price") return value.toFixed(places);
  if (kind === "money") return grouped(value, 2);
  return kind === "whole" ? grouped(value, Number.isInteger(value) ? 0 : 2) : String(value);
}

/* A field that a spreadsheet would take for a formula is led by an apostrophe. */
function field(kind, value) {
  if (value === null || value === undefined) return "";
  if (kind === "time") return new Date(value * 1000).toISOString();
  const text = kind === "text" && /^[=+\-@\t\r]/.test(value) ? "'" + value : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csv(page, rows) {
  const lines = rows.map((row) => page.columns.map((column) => field(column.kind, page.trades[column.name][row])).join(","));
  return [page.columns.map((column) => column.name).join(","), ...lines].join("\r\n") + "\r\n";
}

function tradeTable(page, prices) {
  const table = document.getElementById("trade-table");
  if (!table) return;
  const columns = page.columns.filter((column) => column.shown);
  const count = page.trades.id.length, every = Array.from({ length: count }, (_, row) => row);
  const [search, outcome] = ["trade-search", "trade-outcome"].map((id) => document.getElementById(id));
  const searched = page.columns.filter((column) => column.kind === "text" || column.kind === "time");
  const lineOf = (row) => [`#${page.trades.id[row]}`, ...searched.map((column) => written(column.kind, page.trades[column.name][row], 0))].join(" ").toLowerCase();
  let words = null;
  let sorted = { name: "id", down: false }, rows = every, at = 0;

  function arrange() {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    if (wanted.length) words ??= every.map(lineOf);
    const values = page.trades[sorted.name];
    const kept = (row) => wanted.every((word) => words[row].includes(word))
      && (outcome.value === "" || (page.trades.net[row] > 0) === (outcome.value === "won"));
    const order = (a, b) => (values[a] === values[b] ? a - b : values[a] === null ? 1 : values[b] === null ? -1 : (values[a] < values[b] ? -1 : 1) * (sorted.down ? -1 : 1));
    rows = every.filter(kept).sort(order);
    at = 0;
    fill();
  }

  function cell(column, row) {
    const value = page.trades[column.name][row], place = document.createElement("td");
    place.textContent = written(column.kind, value, page.places[page.trades.instrument[row]] ?? 5);
    if (column.kind !== "text" && column.kind !== "time") place.className = "number";
    if (column.name === "net") place.classList.add(value > 0 ? "good" : "bad");
    return place;
  }

  function fill() {
    const visible = rows.slice(at, at + PAGE);
    table.tBodies[0].replaceChildren(...visible.map((row) => {
      const line = document.createElement("tr");
      line.title = "Show this trade in the price chart";
      line.append(...columns.map((column) => cell(column, row)));
      line.addEventListener("click", () => prices.showTrade(row));
      return line;
    }));
    for (const head of table.tHead.rows[0].cells) head.setAttribute("aria-sort", head.dataset.name !== sorted.name ? "none" : sorted.down ? "descending" : "ascending");
    const net = rows.reduce((sum, row) => sum + page.trades.net[row], 0);
    document.getElementById("trade-count").textContent = rows.length
      ? `${grouped(at + 1, 0)}–${grouped(at + visible.length, 0)} of ${grouped(rows.length, 0)} trades, net ${grouped(net, 2)} ${page.currency}` : "No trade matches.";
    document.getElementById("trade-back").disabled = at === 0;
    document.getElementById("trade-on").disabled = at + PAGE >= rows.length;
  }

  function turn(step) { at += step; fill(); }

  function download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv(page, rows)], { type: "text/csv" }));
    link.download = page.csv;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  for (const head of table.tHead.rows[0].cells) head.firstElementChild.addEventListener("click", () => {
    const name = head.dataset.name;
    sorted = { name, down: sorted.name === name ? !sorted.down : false };
    arrange();
  });
  search.addEventListener("input", arrange);
  outcome.addEventListener("change", arrange);
  document.getElementById("trade-back").addEventListener("click", () => turn(-PAGE));
  document.getElementById("trade-on").addEventListener("click", () => turn(PAGE));
  document.getElementById("trade-csv").addEventListener("click", download);
  arrange();
}

/* What a run's page has beside its charts. */
async function furnish(page) {
  tradeTable(page, await priceChart(page));
}
