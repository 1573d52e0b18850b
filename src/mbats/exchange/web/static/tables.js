// Tables made of text alone: whatever a client writes into a comment is shown and never run.

export function element(name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

export function cell(text, kind = "") {
  return element("td", text, kind);
}

export function fill(table, head, rows, empty) {
  const header = element("thead"), top = element("tr"), body = element("tbody");
  for (const [text, kind] of head) top.append(element("th", text, kind));
  header.append(top);
  body.append(...(rows.length ? rows : [nothing(empty, head.length)]));
  table.replaceChildren(header, body);
}

export function row(...cells) {
  const made = element("tr");
  made.append(...cells);
  return made;
}

function nothing(text, width) {
  const only = cell(text, "muted");
  only.colSpan = width;
  return row(only);
}

// Decimals stay text: grouping their digits must not turn them into floats.
export function grouped(decimal) {
  if (decimal === undefined || decimal === null) return "–";
  const [whole, fraction] = String(decimal).replace("-", "−").split(".");
  const digits = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? digits : `${digits}.${fraction}`;
}

export function money(decimal) {
  const text = grouped(decimal);
  return text.includes(".") ? text.replace(/(\.\d\d)\d+$/, "$1") : text;
}

export function sign(decimal) {
  const value = Number(decimal);
  return value > 0 ? "good" : value < 0 ? "bad" : "";
}

export function clock(moment) {
  return moment ? `${moment.slice(0, 10)} ${moment.slice(11, 19)}` : "–";
}
