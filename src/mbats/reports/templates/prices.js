"use strict";
/* The zoomable price chart. The page carries every bar once; a zoom gathers them into at most MOST_CANDLES candles. */

const MOST_CANDLES = 600;
const MOST_TRADES = 250;
const SIDES = { long: "triangle-up", short: "triangle-down" };

/* Undoes mbats.reports.prices.packed_bars: byte planes, zigzag, differences, half ticks. */
function readBars(buffer, count, unit, quoted) {
  const bytes = new Uint8Array(buffer);
  const column = (index) => {
    const start = index * count * 4, values = new Int32Array(count);
    for (let row = 0; row < count; row++) {
      const coded = bytes[start + row] | (bytes[start + count + row] << 8) | (bytes[start + 2 * count + row] << 16) | (bytes[start + 3 * count + row] << 24);
      values[row] = (coded >>> 1) ^ -(coded & 1);
    }
    return values;
  };
  const [time, close, open, high, low] = [0, 1, 2, 3, 4].map(column);
  const bars = { count, time: new Float64Array(count), spread: quoted ? Float64Array.from(column(5), (v) => v * unit) : null };
  for (const name of ["open", "high", "low", "close"]) bars[name] = new Float64Array(count);
  let seconds = 0, ticks = 0;
  for (let row = 0; row < count; row++) {
    const opened = ticks + open[row];
    bars.time[row] = seconds += time[row];
    ticks += close[row];
    bars.open[row] = opened * unit;
    bars.close[row] = ticks * unit;
    bars.high[row] = (Math.max(opened, ticks) + high[row]) * unit;
    bars.low[row] = (Math.min(opened, ticks) - low[row]) * unit;
  }
  return bars;
}

/* Gathers the rows from..to into candles of `size` bars, counted from the first bar so that panning does not shift them. */
function gather(bars, from, to, size) {
  const candles = { x: [], first: [], open: [], high: [], low: [], close: [], spread: [] };
  for (let row = Math.floor(from / size) * size; row < to; row += size) {
    const end = Math.min(row + size, bars.count);
    let high = -Infinity, low = Infinity, spread = 0;
    for (let i = row; i < end; i++) {
      if (bars.high[i] > high) high = bars.high[i];
      if (bars.low[i] < low) low = bars.low[i];
      if (bars.spread) spread += bars.spread[i];
    }
    candles.x.push((row + end - 1) / 2);
    candles.first.push(row);
    candles.open.push(bars.open[row]);
    candles.high.push(high);
    candles.low.push(low);
    candles.close.push(bars.close[end - 1]);
    candles.spread.push(spread / (end - row));
  }
  return candles;
}

const clockText = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/* Puts a tick where a new year, month, day or hour begins, whichever gives a handful. */
function ticks(bars, candles, from, to) {
  const span = (bars.time[Math.min(to, bars.count) - 1] - bars.time[from]) / 86400;
  const [parts, write] = span > 900 ? [4, (d) => `${d.getUTCFullYear()}`]
    : span > 50 ? [7, (d) => `${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`]
    : span > 2 ? [10, (d) => `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${d.getUTCFullYear()}`]
    : [13, (d) => `${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ${clockText(d / 1000).slice(11)}`];
  const found = [];
  candles.first.forEach((row, i) => {
    const here = clockText(bars.time[row]), before = i ? clockText(bars.time[candles.first[i - 1]]) : here;
    if (row >= from && row < to && here.slice(0, parts) !== before.slice(0, parts)) found.push(i);
  });
  const most = Math.max(2, Math.floor(document.getElementById("price-chart").clientWidth / 130));
  const every = Math.ceil(found.length / most) || 1;
  const kept = found.filter((_, n) => n % every === 0);
  return { tickvals: kept.map((i) => candles.x[i]), ticktext: kept.map((i) => write(new Date(bars.time[candles.first[i]] * 1000))) };
}

function candleTraces(bars, candles, places, pip) {
  const text = candles.first.map((row, i) => {
    const [o, h, l, c] = ["open", "high", "low", "close"].map((name) => candles[name][i].toFixed(places));
    const spread = bars.spread ? `<br>spread ${(candles.spread[i] / pip).toFixed(1)} pips` : "";
    return `${clockText(bars.time[row])}<br>open ${o}  high ${h}<br>low ${l}  close ${c}${spread}`;
  });
  const look = (name) => ({ line: { color: name, width: 1 }, fillcolor: name });
  const traces = [{ type: "candlestick", x: candles.x, open: candles.open, high: candles.high, low: candles.low, close: candles.close, text,
    hoverinfo: "text", name: "mid price", showlegend: false, increasing: { ...look("@muted"), fillcolor: "@paper" }, decreasing: look("@muted") }];
  if (bars.spread) traces.push({ type: "scatter", mode: "lines", x: candles.x, y: candles.spread.map((value) => value / pip), yaxis: "y2", fill: "tozeroy",
    line: { color: "@accent", width: 1, shape: "hvh" }, name: "spread, pips", showlegend: false, hoverinfo: "skip" });
  return traces;
}

/* One trace a kind of line, with gaps between trades: plotly draws that as a single path. */
function tradeTraces(trades, rows, table) {
  const lines = (ys) => ({ x: rows.flatMap((i) => [trades.entry[i], trades.exit[i] + 0.5, null]), y: rows.flatMap((i) => [...ys(i), null]) });
  const line = (name, color, dash, ys) => ({ type: "scatter", mode: "lines", name, hoverinfo: "skip", line: { color, width: 1.3, dash }, ...lines(ys) });
  const about = (i) => `#${table.id[i]} ${table.side[i]} ${table.units[i].toLocaleString("en")}<br>net ${table.net[i].toFixed(2)}, ${table.exit_reason[i]}`;
  const entries = Object.entries(SIDES).map(([side, symbol]) => {
    const own = rows.filter((i) => table.side[i] === side);
    return { type: "scatter", mode: "markers", name: `${side} entry`, x: own.map((i) => trades.entry[i]), y: own.map((i) => table.entry_price[i]), text: own.map(about),
      hoverinfo: "text", marker: { symbol, size: 10, color: "@accent", line: { color: "@paper", width: 1 } } };
  });
  const exits = [["won", "@good", (i) => table.net[i] > 0], ["lost", "@bad", (i) => !(table.net[i] > 0)]].map(([name, color, chosen]) => {
    const own = rows.filter(chosen);
    return { type: "scatter", mode: "markers", name: `exit, ${name}`, x: own.map((i) => trades.exit[i]), y: own.map((i) => table.exit_price[i]), text: own.map(about),
      hoverinfo: "text", marker: { symbol: "circle", size: 8, color, line: { color: "@paper", width: 1 } } };
  });
  return [line("target", "@good", "dot", (i) => [table.target[i], table.target[i]]), line("stop", "@bad", "dot", (i) => [table.stop[i], table.stop[i]]),
    line("held", "@accent", "solid", (i) => [table.entry_price[i], table.exit_price[i]]), ...entries, ...exits];
}

async function priceChart(page) {
  const place = document.getElementById("price-chart");
  const chooser = document.getElementById("instrument"), caption = document.getElementById("price-caption");
  if (!place || !page.prices.length) return { showTrade() {} };
  const loaded = new Map();
  let market = null, bars = null, from = 0, to = 0;

  async function choose(symbol) {
    market = page.prices.find((one) => one.symbol === symbol);
    if (!loaded.has(symbol)) loaded.set(symbol, readBars(await unpack(market.id), market.bars, market.unit, market.quoted));
    bars = loaded.get(symbol);
    chooser.value = symbol;
  }

  const ofMarket = () => page.trades.instrument.flatMap((symbol, i) => (symbol === market.symbol ? [i] : []));

  async function look(first, last) {
    const span = Math.min(Math.max(last - first, 20), bars.count);
    from = Math.round(Math.min(Math.max(first, 0), bars.count - span));
    to = Math.round(from + span);
    let size = 1;
    while ((to - from) / size > MOST_CANDLES) size *= 2;
    const candles = gather(bars, Math.max(0, 2 * from - to), Math.min(bars.count, 2 * to - from), size);
    const inView = ofMarket().filter((i) => page.rows.exit[i] >= from && page.rows.entry[i] < to);
    const drawn = inView.length <= MOST_TRADES ? inView : [];
    const seen = gather(bars, from, to, size);
    let low = Math.min(...seen.low), high = Math.max(...seen.high);
    for (const i of drawn) for (const price of [page.trades.stop[i], page.trades.target[i]]) if (price !== null) { low = Math.min(low, price); high = Math.max(high, price); }
    const margin = (high - low || 1) * 0.04;
    const layout = {
      height: 520, hovermode: "closest", dragmode: "zoom",
      xaxis: { range: [from - 0.5, to - 0.5], fixedrange: false, rangeslider: { visible: false }, anchor: bars.spread ? "y2" : "y", ...ticks(bars, candles, from, to) },
      yaxis: { domain: bars.spread ? [0.2, 1] : [0, 1], range: [low - margin, high + margin], tickformat: `.${market.places}~f` },
    };
    if (bars.spread) layout.yaxis2 = { domain: [0, 0.13], rangemode: "tozero", nticks: 3, title: { text: "spread" }, range: [0, 1.1 * Math.max(...seen.spread) / market.pip || 1] };
    const data = [...candleTraces(bars, candles, market.places, market.pip), ...(drawn.length ? tradeTraces(page.rows, drawn, page.trades) : [])];
    await show("price-chart", { data, layout });
    place.dataset.size = size;
    place.dataset.candles = candles.x.length;
    place.dataset.trades = drawn.length;
    const each = size * market.gathered === 1 ? `one candle is one ${market.timeframe} bar` : `one candle is ${size * market.gathered} ${market.timeframe} bars`;
    const trades = drawn.length || !inView.length ? `${inView.length} trades in view` : `${inView.length.toLocaleString("en")} trades in view: zoom in to see them`;
    caption.textContent = `${clockText(bars.time[from])} to ${clockText(bars.time[to - 1])} UTC; ${each}; ${trades}.`;
  }

  /* The newest stretch with some twenty trades, or the newest 300 bars. */
  function home() {
    const last = ofMarket().slice(-20);
    return last.length ? look(page.rows.entry[last[0]] - 15, page.rows.exit[last[last.length - 1]] + 15) : look(bars.count - 300, bars.count);
  }

  const span = () => to - from, middle = () => (from + to) / 2;
  const moves = {
    all: () => look(0, bars.count),
    home,
    closer: () => look(middle() - span() / 4, middle() + span() / 4),
    wider: () => look(middle() - span(), middle() + span()),
    earlier: () => look(from - span() / 2, to - span() / 2),
    later: () => look(from + span() / 2, to + span() / 2),
  };
  for (const button of document.querySelectorAll("[data-move]")) button.addEventListener("click", () => moves[button.dataset.move]());
  chooser.addEventListener("change", async () => { await choose(chooser.value); await home(); });

  await choose(page.prices[0].symbol);
  await home();
  place.on("plotly_relayout", (change) => {
    if (change["xaxis.autorange"]) look(0, bars.count);
    else if (change["xaxis.range[0]"] !== undefined) look(change["xaxis.range[0]"] + 0.5, change["xaxis.range[1]"] + 0.5);
  });
  return {
    async showTrade(i) {
      if (page.rows.entry[i] < 0) return;
      await choose(page.trades.instrument[i]);
      const around = Math.max(30, 2 * (page.rows.exit[i] - page.rows.entry[i]));
      await look(page.rows.entry[i] - around, page.rows.exit[i] + around);
      document.getElementById("prices").scrollIntoView({ behavior: "smooth" });
    },
  };
}
