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
  const outside = () => all("body *").filter((element) =>
    shown(element) && element.getBoundingClientRect().right > screen + 1 &&
    ancestors(element).every((e) => overflow(e) === "visible"));

  const faults = (image) => [
    image.getAttribute("alt") ? "" : "no alternative text",
    image.getAttribute("width") && image.getAttribute("height") ? "" : "no width and height",
    image.getBoundingClientRect().top + scrollY < innerHeight || image.loading === "lazy"
      ? "" : "not lazy",
  ].filter(Boolean).map((fault) => `${fault}: ${image.getAttribute("src")}`);

  const words = all("article :is(p, pre, li, td, th, img, .math)")
    .filter((element) => element.textContent.trim() || element.matches("img"))
    .filter((element) => !element.closest(".explorer-box")); // paper has the figure instead
  return {
    scheme: (document.documentElement.dataset.theme === "dark") ===
      matchMedia("(prefers-color-scheme: dark)").matches,
    wide: document.documentElement.scrollWidth > innerWidth ? ["the page", ...outside().map(named)] : [],
    cut: all("pre, table, .math").filter((element) =>
      ancestors(element).some((e) => wider(e) && ["hidden", "clip"].includes(overflow(e)))).map(named),
    unset: [...all(".math").filter((element) => !element.querySelector(".katex, math")),
      ...all(".katex-error, merror")].map(named),
    // A native fold opens without scripts, but not on paper.
    hidden: words.filter(hidden)
      .filter((e) => matchMedia("print").matches || !e.closest("details:not([open])")).map(named),
    solutions: all(".solution").length,
    folded: all(".solution").filter((element) =>
      words.some((word) => element.contains(word) && hidden(word))).length,
    furniture: all("header, dialog, .explorer-box, .bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article," +
      ".prev-next-footer, .skip-link, .copybtn, .headerlink, #pst-back-to-top").filter(shown).map(named),
    doubled: all(".explorer-still").filter((e) => shown(e) !== matchMedia("print").matches).map(named),
    images: all("img").flatMap(faults),
  };
}
