// Leads a browser to places of pages in each way there is, and prints how far from them it stands.
// Reads { address, browser, executable, screens, pages }: for each page, the ids of its places. Prints
// a line of JSON for each arrival: [screen, page, id, way, pixels]; null for the pixels if nothing of
// the place is to be seen, as in a fold that stayed closed.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const { address, browser, executable, screens, pages } = JSON.parse(readFileSync(0, "utf8"));
const PATIENCE = 120_000; // milliseconds: a busy machine is slow, not wrong
const ELSEWHERE = `${address}_static/documentation_options.js`; // small, and of the same host
const ASIDE = -300; // pixels

// Runs in each page before its own scripts, and says what it is asked.
function inPage() {
  const find = (id) => document.getElementById(id);

  // Pictures come when they are near, and some become explorers; then the text around them may move.
  const isComing = (image) => {
    if (image.complete && !image.matches(".explorer")) return false;
    if (!image.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })) return false;
    const { top, bottom } = image.getBoundingClientRect();
    const margin = image.matches(".explorer") ? 800 : 400; // as near.js has it; less than browsers have
    return bottom > -margin && top < innerHeight + margin;
  };
  const state = () => `${scrollY} of ${document.documentElement.scrollHeight}`;
  const settle = async (frames) => {
    for (let still = 0; still < frames; ) {
      const before = state();
      await new Promise(requestAnimationFrame);
      const waits = document.fonts.status !== "loaded" || [...document.images].some(isComing);
      still = waits || state() !== before ? 0 : still + 1;
    }
  };

  // How far the page is scrolled beyond where it should be for a place, as far as the page reaches.
  const off = (id) => {
    const [root, target] = [document.documentElement, find(id)];
    if (!target?.checkVisibility()) return null;
    const margin = parseFloat(getComputedStyle(target).scrollMarginTop);
    const padding = parseFloat(getComputedStyle(root).scrollPaddingTop) || 0; // it may be auto
    const wanted = scrollY + target.getBoundingClientRect().top - margin - padding;
    return scrollY - Math.min(Math.max(wanted, 0), root.scrollHeight - root.clientHeight);
  };
  const arrive = async (id) => {
    await settle(10);
    return { off: off(id), top: find(id).getBoundingClientRect().top };
  };
  const click = async (id) => {
    const links = [...document.links].filter((a) => a.pathname === location.pathname);
    const own = links.filter((a) => decodeURIComponent(a.hash) === `#${id}`);
    const link = own.find((a) => a.checkVisibility()) ?? own[0];
    if (link) link.click();
    else location.hash = `#${encodeURIComponent(id)}`; // only other pages lead here
    await settle(2);
    return Math.abs(off(id) ?? NaN) < 1 ? off(id) : (await arrive(id)).off; // it counts if it stays
  };

  const sample = (ids) => {
    const top = (id) => find(id).getBoundingClientRect().top;
    const lowest = ids.reduce((a, b) => (top(b) > top(a) ? b : a));
    const special = ids.filter((id) => find(id).matches(".solution, .solution *, :has(> img.explorer)"));
    return [...new Set([ids[ids.length >> 1], lowest, ids[0], ids.at(-1), ...special])];
  };
  window.places = { arrive, click, sample };
}

async function visit(tab, screen, turn, page, ids) {
  const ask = (what, given) => tab.evaluate((what, given) => places[what](given), what, given);
  const tell = (id, way, pixels) => console.log(JSON.stringify([screen, page, id, way, pixels]));

  await tab.goto(address + page);
  await ask("arrive", ids[0]);
  // First, last, second, ...: far jumps, over what has not been seen yet.
  for (const rest = [...ids], next = ["shift", "pop"]; rest.length; next.reverse()) {
    const id = rest[next[0]]();
    tell(id, "click", await ask("click", id));
  }
  // Loading is slow: a screen has every second of the sample, and comes back to the first of these.
  const mine = (await ask("sample", ids)).filter((_, i) => i % 2 === turn);
  for (const id of mine) {
    await tab.goto(ELSEWHERE); // else the page would not be loaded again
    await tab.goto(`${address}${page}#${encodeURIComponent(id)}`);
    tell(id, "deep link", (await ask("arrive", id)).off);
    if (id !== mine[0]) continue;
    await tab.evaluate((pixels) => scrollBy(0, pixels), ASIDE); // where the link does not lead
    const before = await ask("arrive", id);
    await tab.goto(ELSEWHERE);
    await tab.goBack();
    tell(id, "back", before.top - (await ask("arrive", id)).top);
    await tab.reload();
    tell(id, "reload", before.top - (await ask("arrive", id)).top);
  }
}

async function walk([screen, viewport], turn) {
  const opened = await puppeteer.launch({
    browser,
    executablePath: executable,
    defaultViewport: null, // Firefox would not give it to its first tab
    protocolTimeout: PATIENCE,
    timeout: PATIENCE,
    // A page that was left is loaded anew on the way back, as on a phone that is short of memory.
    args: browser === "chrome" ? ["--no-sandbox", "--disable-gpu", "--disable-features=BackForwardCache"] : [],
    extraPrefsFirefox: { "browser.sessionhistory.max_total_viewers": 0 },
  });
  try {
    const [tab] = await opened.pages();
    tab.setDefaultTimeout(PATIENCE);
    await tab.setViewport(viewport);
    await tab.evaluateOnNewDocument(inPage);
    for (const [page, ids] of Object.entries(pages))
      await visit(tab, screen, turn, page, ids).catch((cause) => {
        throw new Error(`${page} at ${screen}`, { cause });
      });
  } finally {
    await opened.close(); // it would outlive this process
  }
}

await Promise.all(Object.entries(screens).map(walk));
