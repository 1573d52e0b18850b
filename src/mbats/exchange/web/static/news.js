// The exchange's news, one JSON object a line, for as long as the page is open; reconnects by itself.

const FIRST = 500, LONGEST = 10_000, SILENCE = 8_000;

export class WrongKey extends Error {}

export async function follow({ account, key, heard, state, signal }) {
  let pause = FIRST;
  while (!signal.aborted) {
    try {
      await listen(account, key, signal, (news) => { pause = FIRST; state("live"); heard(news); });
    } catch (error) {
      if (error instanceof WrongKey) throw error;
    }
    if (signal.aborted) return;
    state("lost");
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(2 * pause, LONGEST);
  }
}

async function listen(account, key, signal, heard) {
  const connection = new AbortController();
  const end = () => connection.abort();
  signal.addEventListener("abort", end);
  let watchdog = setTimeout(end, SILENCE);
  try {
    const address = "/page/news" + (account ? `?account=${encodeURIComponent(account)}` : "");
    const response = await fetch(address, { headers: { Authorization: `Bearer ${key}` }, signal: connection.signal });
    if (response.status === 401) throw new WrongKey();
    if (!response.ok) throw new Error(`the exchange answered ${response.status}`);
    for await (const line of lines(response.body)) {
      clearTimeout(watchdog);
      watchdog = setTimeout(end, SILENCE);
      heard(JSON.parse(line));
    }
  } finally {
    clearTimeout(watchdog);
    signal.removeEventListener("abort", end);
    end();
  }
}

async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}
