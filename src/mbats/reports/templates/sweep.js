/* The heat map of a sweep: which axes, which figure, and what is held fast, is chosen in the page. */

const spoken = (figure) => figure.replaceAll("_", " ").replace("sharpe", "Sharpe");
const REST = "best of all";

function option(text, value, chosen) {
  const made = document.createElement("option");
  made.textContent = text;
  made.value = value;
  made.selected = chosen;
  return made;
}

function choice(label, options, chosen, change) {
  const frame = document.createElement("label");
  const select = document.createElement("select");
  frame.append(label + " ", select);
  select.setAttribute("aria-label", label);
  options.forEach(([text, value]) => select.append(option(text, value, value === chosen)));
  select.addEventListener("change", () => change(select.value));
  return frame;
}

/* The best cell of each field, by score; null where no cell lies there. */
function fields(heat, x, y, held) {
  const across = heat.axes[x].labels.length, rows = y === null ? 1 : heat.axes[y].labels.length;
  const best = Array.from({ length: rows }, () => Array(across).fill(null));
  heat.score.forEach((score, cell) => {
    if (score === null || Object.entries(held).some(([axis, code]) => heat.axes[axis].code[cell] !== code)) return;
    const column = heat.axes[x].code[cell], row = y === null ? 0 : heat.axes[y].code[cell];
    if (best[row][column] === null || score > heat.score[best[row][column]]) best[row][column] = cell;
  });
  return best;
}

const says = (heat, cell, figure) => [
  ...heat.axes.map((axis) => axis.name + " " + axis.labels[axis.code[cell]]),
  spoken(figure) + " " + (heat.figures[figure][cell] ?? "n/a"),
].join("<br>").replaceAll("&", "&amp;");

const largest = (z) => Math.max(...z.flat().filter((value) => value !== null).map(Math.abs));

function scale(values, minimise) {
  const present = values.filter((value) => value !== null);
  const low = Math.min(...present), high = Math.max(...present), reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
  if (low < 0 && high > 0) return { zmin: -reach, zmax: reach, colorscale: [[0, "@bad"], [0.5, "@raised"], [1, "@good"]] };
  const [worst, best] = high <= 0 && low < 0 ? ["@bad", "@raised"] : ["@raised", "@good"];
  return { zmin: low, zmax: high > low ? high : low + reach, colorscale: minimise ? [[0, best], [1, worst]] : [[0, worst], [1, best]] };
}

function heatMap(heat, chosen) {
  const { x, y, figure, held } = chosen;
  const cells = fields(heat, x, y, held), value = (cell) => (cell === null ? null : heat.figures[figure][cell]);
  const z = cells.map((row) => row.map(value)), labels = heat.axes[x].labels;
  const text = cells.map((row) => row.map((cell) => (cell === null ? "" : says(heat, cell, figure))));
  const title = (axis) => ({ text: heat.axes[axis].name });
  const layout = { height: 420, margin: { l: 60, r: 12, t: 16, b: 56 }, showlegend: false, hovermode: "closest",
    xaxis: { type: "category", title: title(x), categoryorder: "array", categoryarray: labels } };
  if (y === null) {
    layout.height = 320;
    layout.yaxis = { title: { text: spoken(figure) } };
    return { data: [{ type: "scatter", mode: "lines+markers", x: labels, y: z[0], text: text[0], hovertemplate: "%{text}<extra></extra>",
      line: { color: "@accent" }, marker: { size: 7, color: "@accent" }, connectgaps: true }], layout };
  }
  layout.yaxis = { type: "category", title: title(y), categoryorder: "array", categoryarray: heat.axes[y].labels, showgrid: false };
  layout.height = Math.max(300, Math.min(720, 120 + 26 * heat.axes[y].labels.length));
  const few = labels.length * heat.axes[y].labels.length <= 240;
  const data = [{ type: "heatmap", x: labels, y: heat.axes[y].labels, z, text, hovertemplate: "%{text}<extra></extra>", hoverongaps: false,
    xgap: 1, ygap: 1, ...scale(z.flat(), heat.minimise && figure === heat.objective || figure === "max_drawdown"),
    colorbar: { thickness: 10, outlinewidth: 0, tickfont: { color: "@muted" } } }];
  if (few) Object.assign(data[0], { texttemplate: largest(z) < 100 ? "%{z:.2f}" : "%{z:,.3~s}", textfont: { size: 11 } });
  const top = cells.flat().filter((cell) => cell !== null).reduce((one, other) => (one === null || heat.score[other] > heat.score[one] ? other : one), null);
  if (top !== null) data.push({ type: "scatter", mode: "markers", x: [labels[heat.axes[x].code[top]]], y: [heat.axes[y].labels[heat.axes[y].code[top]]],
    hoverinfo: "skip", marker: { symbol: "circle-open", size: 24, color: "@ink", line: { width: 2 } } });
  return { data, layout };
}

function controls(heat, chosen, redraw) {
  const place = document.getElementById("heat-controls"), numbered = heat.axes.map((axis, number) => [axis.name, String(number)]);
  const change = (apply) => (value) => { apply(value); redraw(); };
  const made = [];
  const turn = (which, other) => change((value) => {
    if (Number(value) === chosen[other]) chosen[other] = chosen[which];
    chosen[which] = Number(value);
    chosen.held = {};
  });
  if (heat.axes.length > 2) made.push(choice("across", numbered, String(chosen.x), turn("x", "y")), choice("up", numbered, String(chosen.y), turn("y", "x")));
  made.push(choice("figure", Object.keys(heat.figures).map((name) => [spoken(name), name]), chosen.figure, change((value) => { chosen.figure = value; })));
  heat.axes.forEach((axis, number) => {
    if (number === chosen.x || number === chosen.y) return;
    const values = [[REST, ""], ...axis.labels.map((label, code) => [label, String(code)])];
    const held = number in chosen.held ? String(chosen.held[number]) : "";
    made.push(choice(axis.name, values, held, change((value) => { if (value === "") delete chosen.held[number]; else chosen.held[number] = Number(value); })));
  });
  place.replaceChildren(...made);
}

async function furnish(page) {
  const heat = page.heat;
  const chosen = { x: 0, y: heat.axes.length > 1 ? 1 : null, figure: heat.objective, held: {} };
  const redraw = () => {
    controls(heat, chosen, redraw);
    const left = heat.axes.filter((_, axis) => axis !== chosen.x && axis !== chosen.y && !(axis in chosen.held)).map((axis) => axis.name);
    document.getElementById("heat-caption").textContent = left.length ? "The best over " + left.join(", ") + "." : "";
    return show("heat-chart", heatMap(heat, chosen));
  };
  await redraw();
}
