// What a page shows at this moment: on a screen, on paper, or without its scripts.
() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.getBoundingClientRect().height > 0;
  const hidden = (element) => !shown(element);
  const named = (element) => {
    const classes = [...element.classList].map((name) => `.${name}`).join("");
    const id = element.id && `#${element.id}`;
    const words = element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `${element.tagName.toLowerCase()}${id}${classes} "${words}"`;
  };
  const ancestors = (element) => {
    const found = [];
    for (let e = element; e && e !== document.body; e = e.parentElement) found.push(e);
    return found;
  };
  const wider = (element) => element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
  const overflow = (element) => getComputedStyle(element).overflowX;

  // Whatever stands farther right than the screen, unless something around it scrolls.
  const screen = document.documentElement.clientWidth;
  const outside = () =>
    all("body *").filter(
      (element) =>
        shown(element) &&
        element.getBoundingClientRect().right > screen + 1 &&
        ancestors(element).every((e) => overflow(e) === "visible" && getComputedStyle(e).position !== "fixed"),
    );

  // Colours: the contrast of an element's letters with what lies behind them.
  const brightness = (colour) =>
    colour
      .match(/[\d.]+/g)
      .slice(0, 3)
      .map((part) => part / 255)
      .map((part) => (part <= 0.04 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const grounds = (element) =>
    ancestors(element)
      .concat(document.body)
      .map((e) => getComputedStyle(e).backgroundColor)
      .filter((colour) => !colour.endsWith(", 0)"));
  const contrast = (element) => {
    const parts = [getComputedStyle(element).color, grounds(element)[0] ?? "rgb(255, 255, 255)"].map(brightness);
    return (Math.max(...parts) + 0.05) / (Math.min(...parts) + 0.05);
  };

  // A mark behind a formula begins a line if it stands left of the formula's end.
  const begins = (formula) => {
    let last = formula;
    while (!last.nextSibling && getComputedStyle(last.parentElement).display === "inline") last = last.parentElement;
    const text = last.nextSibling;
    if (text?.nodeType !== Node.TEXT_NODE || !/^[,.;:?!)”’]/.test(text.data)) return false;
    const mark = document.createRange();
    mark.setStart(text, 0);
    mark.setEnd(text, 1);
    const end = [...formula.querySelectorAll(".base")].at(-1)?.getBoundingClientRect().right;
    return [...mark.getClientRects()].some(({ left }) => left < end - 1);
  };

  const faults = (image) =>
    [
      image.getAttribute("alt") ? "" : "no alternative text",
      image.getAttribute("width") && image.getAttribute("height") ? "" : "no width and height",
      image.getBoundingClientRect().top + scrollY < innerHeight || image.loading === "lazy" ? "" : "not lazy",
    ]
      .filter(Boolean)
      .map((fault) => `${fault}: ${image.getAttribute("src")}`);

  const menu = document.querySelector(".sidebar-scroll")?.getBoundingClientRect();
  const within = ({ top, bottom }) => top >= menu.top && bottom <= Math.min(menu.bottom, innerHeight);
  const words = all("article :is(h1, h2, h3, h4, p, pre, li, td, th, img, .math)")
    .filter((element) => element.textContent.trim() || element.matches("img"))
    // Paper has the figure instead, and no use for what leads elsewhere.
    .filter((element) => !element.closest(".explorer-box, .launch, .progress-tools, .check form"));
  return {
    scheme:
      brightness(getComputedStyle(document.body).backgroundColor) < 0.2 ===
      matchMedia("(prefers-color-scheme: dark)").matches,
    faint: all(".highlight :is(pre, span)")
      .filter((e) => shown(e) && contrast(e) < 4.5)
      .map(named),
    begun: all("article span.math")
      .filter((e) => shown(e) && begins(e))
      .map((e) => named(e.parentElement)),
    licensed: all("footer p").some((e) => shown(e) && e.textContent.includes("CC BY 4.0")),
    current: all(".sidebar-tree .current-page > a").filter((e) => within(e.getBoundingClientRect())).length,
    wide: document.documentElement.scrollWidth > innerWidth ? ["the page", ...outside().map(named)] : [],
    cut: all("pre, table, .math")
      .filter((element) => ancestors(element).some((e) => wider(e) && ["hidden", "clip"].includes(overflow(e))))
      .map(named),
    long: all(innerWidth > 1000 ? ".highlight pre" : "none")
      .filter((e) => shown(e) && wider(e))
      .map(named),
    boxed: all(".cell_output .highlight")
      .filter((e) => shown(e) && !getComputedStyle(e).backgroundColor.endsWith(", 0)"))
      .map(named),
    unset: [
      ...all(".math").filter((element) => !element.querySelector(".katex, math")),
      ...all(".katex-error, merror"),
    ].map(named),
    // A native fold opens without scripts, but not on paper.
    hidden: words
      .filter(hidden)
      .filter((e) => matchMedia("print").matches || !e.closest("details:not([open])"))
      .map(named),
    solutions: all(".solution").length,
    folded: all(".solution").filter((element) => words.some((word) => element.contains(word) && hidden(word))).length,
    furniture: all(
      "header, .explorer-box, .sidebar-drawer, .toc-drawer, .related-pages, .back-to-top, .launch," +
        ".content-icon-container, .skip-to-content, .copybtn, .headerlink, .progress-tools, .check form",
    )
      .filter(shown)
      .map(named),
    doubled: all(".explorer-still")
      .filter((e) => shown(e) !== matchMedia("print").matches)
      .map(named),
    images: all("img").flatMap(faults),
  };
};
