import { WrongKey, follow } from "./news.js";
import { cell, clock, element, fill, grouped, money, row, sign } from "./tables.js";

const KEPT = 200, POINTS = 600, KEY = "mbats-page-key";
const NUMBER = "number";
const find = (id) => document.getElementById(id);
let reading = new AbortController();
let terms = [], prices = {}, log = [], course = [], open = new Set();

function begin(news) {
  terms = news.instruments;
  log = []; prices = {}; course = [];
  find("pace").textContent = (news.stepped ? "stepped" : "flowing") + (news.synthetic ? " · generated market" : "");
  const accounts = find("accounts");
  accounts.replaceChildren(...news.accounts.map((id) => element("option", id)));
  accounts.value = news.account.id;
  find("choose").hidden = news.accounts.length < 2;
  find("terms").textContent = `Account ${news.account.id} (${news.account.alias}), ${news.account.currency}`;
  find("key").hidden = true;
  find("live").hidden = false;
}

function heard(news) {
  if (news.instruments) begin(news);
  find("time").textContent = `${clock(news.time)} UTC`;
  showPrices(news.prices);
  showAccount(news.account);
  showTrades(news.trades);
  showOrders(news.orders);
  showTransactions(news.transactions);
  if (news.ended) find("pace").textContent = "the market has ended";
  document.documentElement.dataset.drawn = "yes";
}

function showAccount(account) {
  const percent = 100 * Number(account.marginCloseoutPercent);
  find("figures").replaceChildren(
    figure("Net asset value", money(account.NAV)),
    figure("Balance", money(account.balance)),
    figure("Unrealised", money(account.unrealizedPL), sign(account.unrealizedPL)),
    figure("Realised", money(account.pl), sign(account.pl)),
    figure("Margin used", money(account.marginUsed)),
    closeout(percent),
  );
  course.push(Number(account.NAV));
  if (course.length > POINTS) course = course.filter((_, place) => place % 2 === 0);
  drawCourse();
}

function figure(name, value, kind = "") {
  const card = element("div", "", "card");
  card.append(element("dt", name), element("dd", value, kind));
  return card;
}

function closeout(percent) {
  const card = figure("Margin closeout", `${percent.toFixed(1)} %`, percent >= 75 ? "bad" : "");
  const bar = element("progress");
  bar.max = 100;
  bar.value = Math.min(percent, 100);
  bar.setAttribute("aria-label", "Margin closeout percent; all trades are closed at 100");
  card.append(bar);
  card.classList.toggle("near", percent >= 75);
  return card;
}

function drawCourse() {
  const low = Math.min(...course), high = Math.max(...course), span = high - low || 1;
  const width = Math.max(course.length - 1, 1);
  const steps = course.map((value, place) => `${(1000 * place) / width},${(66 - (60 * (value - low)) / span).toFixed(2)}`);
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg"), path = document.createElementNS(space, "path");
  svg.setAttribute("viewBox", "0 0 1000 72");
  svg.setAttribute("preserveAspectRatio", "none");
  path.setAttribute("d", `M${steps.join("L")}`);
  svg.append(path);
  svg.setAttribute("aria-hidden", "true");
  const range = `Net asset value since this page was opened: ${money(low.toFixed(2))} to ${money(high.toFixed(2))}`;
  find("course").replaceChildren(svg, element("figcaption", range));
}

function showPrices(changed) {
  const before = prices;
  prices = { ...prices, ...changed };
  const rows = terms.map(({ name, pipLocation }) => {
    const now = prices[name];
    if (!now) return row(cell(name), cell("–", NUMBER), cell("–", NUMBER), cell("–", NUMBER), cell("no price yet", "muted"), cell(""));
    const pips = (Number(now.ask) - Number(now.bid)) / 10 ** pipLocation;
    const [bid, ask] = ["bid", "ask"].map((side) => cell(now[side], `${NUMBER} ${moved(before[name], changed[name], side)}`));
    return row(cell(name), bid, ask, cell(pips.toFixed(1), NUMBER),
      cell(now.tradeable ? "trades" : "halted", now.tradeable ? "" : "bad"), cell(clock(now.time), "muted number"));
  });
  fill(find("prices"), [["Instrument"], ["Bid", NUMBER], ["Ask", NUMBER], ["Spread, pips", NUMBER], ["Status"], ["Since", NUMBER]], rows, "Nothing trades here.");
}

function moved(before, now, side) {
  if (!before || !now || before[side] === now[side]) return "";
  return Number(now[side]) > Number(before[side]) ? "up" : "down";
}

function showTrades(trades) {
  const rows = trades.map((trade) => row(
    cell(trade.id), cell(trade.instrument), cell(grouped(trade.currentUnits), NUMBER), cell(trade.price, NUMBER),
    cell(trade.stopLossOrder?.price ?? trade.trailingStopLossOrder?.trailingStopValue ?? "none", NUMBER + (protectedTrade(trade) ? "" : " bad")),
    cell(trade.takeProfitOrder?.price ?? "–", NUMBER), cell(money(trade.unrealizedPL), `${NUMBER} ${sign(trade.unrealizedPL)}`),
    cell(clock(trade.openTime), "muted number"),
  ));
  fill(find("trades"), [["Id"], ["Instrument"], ["Units", NUMBER], ["Price", NUMBER], ["Stop", NUMBER], ["Target", NUMBER], ["Unrealised", NUMBER], ["Opened", NUMBER]], rows, "No trade is open.");
}

function protectedTrade(trade) {
  return Boolean(trade.stopLossOrder || trade.trailingStopLossOrder);
}

function showOrders(orders) {
  const rows = orders.map((order) => row(
    cell(order.id), cell(words(order.type)), cell(order.instrument ?? `trade ${order.tradeID}`), cell(grouped(order.units), NUMBER),
    cell(order.trailingStopValue ?? order.price ?? "–", NUMBER), cell(order.timeInForce), cell(clock(order.createTime), "muted number"),
  ));
  fill(find("orders"), [["Id"], ["Type"], ["Of"], ["Units", NUMBER], ["Price", NUMBER], ["In force"], ["Created", NUMBER]], rows, "No order is waiting.");
}

function showTransactions(fresh) {
  if (!fresh.length && log.length) return;
  log = [...fresh.toReversed(), ...log].slice(0, KEPT);
  const rows = log.flatMap((record) => {
    const made = row(
      cell(record.id), cell(clock(record.time), "muted"), cell(words(record.type)), cell(words(record.rejectReason ?? record.reason)),
      cell(record.instrument ?? ""), cell(record.units ? grouped(record.units) : "", NUMBER), cell(record.price ?? "", NUMBER),
      cell(record.pl && Number(record.pl) ? money(record.pl) : "", `${NUMBER} ${sign(record.pl)}`),
      cell(record.accountBalance ? money(record.accountBalance) : "", NUMBER),
    );
    made.tabIndex = 0;
    made.dataset.id = record.id;
    return open.has(record.id) ? [made, whole(record)] : [made];
  });
  fill(find("transactions"), [["Id"], ["Time"], ["Type"], ["Reason"], ["Instrument"], ["Units", NUMBER], ["Price", NUMBER], ["P&L", NUMBER], ["Balance", NUMBER]], rows, "None yet.");
}

function whole(record) {
  const wide = element("td");
  wide.colSpan = 9;
  wide.append(element("pre", JSON.stringify(record, null, 2)));
  return row(wide);
}

function words(name) {
  return (name ?? "").replaceAll("_", " ").toLowerCase();
}

function toggle(event) {
  if (event.type === "keydown" && event.key !== "Enter") return;
  const id = event.target.closest("tr[data-id]")?.dataset.id;
  if (!id) return;
  if (!open.delete(id)) open.add(id);
  const fresh = log;
  log = [];
  showTransactions(fresh.toReversed());
}

function connection(state) {
  find("state").dataset.state = state;
  find("state").textContent = state === "live" ? "live" : "connection lost, trying again";
}

async function read(account) {
  reading.abort();
  reading = new AbortController();
  try {
    await follow({ account, key: sessionStorage.getItem(KEY) ?? "", heard, state: connection, signal: reading.signal });
  } catch (error) {
    if (!(error instanceof WrongKey)) throw error;
    askForKey();
  }
}

function askForKey() {
  sessionStorage.removeItem(KEY);
  find("state").textContent = "a key is needed";
  find("key").hidden = false;
  find("live").hidden = true;
  find("key-text").focus();
  document.documentElement.dataset.drawn = "key";
}

function takeKeyOfLink() {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (!key) return;
  sessionStorage.setItem(KEY, key);
  history.replaceState(null, "", location.pathname);
}

find("key").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, find("key-text").value.trim());
  find("key-text").value = "";
  read("");
});
find("accounts").addEventListener("change", () => read(find("accounts").value));
find("transactions").addEventListener("click", toggle);
find("transactions").addEventListener("keydown", toggle);
takeKeyOfLink();
if (sessionStorage.getItem(KEY)) read("");
else askForKey();
