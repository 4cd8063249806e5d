// Walks through the course in files, as a reader without a network. Reads where it lies, the browser and
// its program; prints, as a line of JSON, what was found on the way.
import { readFileSync } from "node:fs";
import puppeteer from "puppeteer-core";

const PATIENCE = 120_000; // milliseconds
const { start, browser, executable } = JSON.parse(readFileSync(0, "utf8"));
const opened = await puppeteer.launch({
  browser,
  executablePath: executable,
  protocolTimeout: PATIENCE,
  timeout: PATIENCE,
  args: browser === "chrome" ? ["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND"] : [],
});
const [asked, errors, found] = [[], [], {}];
try {
  const [tab] = await opened.pages();
  tab.setDefaultTimeout(PATIENCE);
  await tab.setViewport({ width: 1280, height: 800 });
  tab.on("request", (request) => asked.push(request.url()));
  tab.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  tab.on("pageerror", (error) => errors.push(String(error)));
  await tab.evaluateOnNewDocument(() =>
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective}`)),
  );
  const follow = (act) => Promise.all([tab.waitForNavigation(), act()]);
  const click = (selector) => follow(() => tab.$eval(selector, (element) => element.click()));

  await tab.goto(start);
  await click("a[href$='book/index.html']");
  await click(".sidebar-tree a[href$='linear-regression/theory.html']");
  found.page = await tab.evaluate(async () => {
    const images = [...document.querySelectorAll("article img")];
    for (const image of images) image.loading = "eager";
    await Promise.all(images.map((image) => image.decode().catch(() => {})));
    await document.fonts.ready;
    const style = (selector, name) => getComputedStyle(document.querySelector(selector))[name];
    return {
      images: images.map((image) => image.naturalWidth),
      formulas: document.querySelectorAll(".katex").length,
      fonts: [...document.fonts]
        .filter(({ status }) => status === "loaded")
        .map(({ family }) => family.replaceAll('"', "")),
      sticky: style(".sidebar-sticky", "position"),
    };
  });

  await tab.$eval("img.explorer", (image) => image.scrollIntoView());
  const words = ".explorer-words:not(:empty)";
  await tab.waitForSelector(words);
  const before = await tab.$eval(words, (element) => element.textContent);
  await tab.focus(".explorer-box input[type=range]");
  await tab.keyboard.press("ArrowUp");
  await tab.waitForFunction((words, before) => document.querySelector(words).textContent !== before, {}, words, before);

  const answer = await tab.$eval(".check[data-within] .check-answer li", (item) => item.dataset.value);
  await tab.type(".check[data-within] form input", answer);
  await tab.keyboard.press("Enter");
  await tab.waitForSelector(".check-done");

  // What another page has cannot be shown; what this one has is.
  await tab.evaluate(() => {
    const links = [...document.querySelectorAll("article a.internal[href*='#']")].filter((a) => a.checkVisibility());
    const own = links.find((a) => a.getAttribute("href").startsWith("#fig"));
    const other = links.find((a) => a.pathname !== location.pathname);
    const point = (a) => a.dispatchEvent(new PointerEvent("pointerover", { bubbles: true, pointerType: "mouse" }));
    point(other);
    setTimeout(() => point(own), 300); // it waits for 200 ms
  });
  await tab.waitForSelector(".preview img");

  await tab.type(".sidebar-drawer input[name=q]", "gradient descent");
  await follow(() => tab.keyboard.press("Enter"));
  await tab.waitForSelector("#search-results a[href*='linear-regression/theory']");
  await click("#search-results a[href*='linear-regression/theory']");
  found.end = await tab.evaluate(() => location.href);
} finally {
  console.log(JSON.stringify({ asked, errors, ...found }));
  await opened.close(); // it would outlive this process
}
