// Shows what a link leads to, if that is an equation, a figure, an exercise or a glossary term:
// under the pointer, or when the link has the keyboard's focus. Escape closes it.
(() => {
  const links = "article a.internal[href*='#']";
  const shown = ".math-wrapper, figure, .exercise, dt";
  const tip = Object.assign(document.createElement("div"), { className: "preview", id: "preview" });
  tip.setAttribute("role", "tooltip");
  let link;
  let pointer, keys; // the timers of each

  const pages = new Map(); // address -> promise of a document, or of nothing
  const fetched = async (address) => {
    if (location.protocol === "file:") return; // a file may read no other
    try {
      const answer = await fetch(address);
      if (answer.ok) return new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {} // no network
    pages.delete(address); // the next time may do better
  };
  const page = (address) => {
    if (address === location.pathname) return document;
    if (!pages.has(address)) pages.set(address, fetched(address));
    return pages.get(address);
  };
  const copy = (target, url) => {
    const clone = target.cloneNode(true);
    for (const part of clone.querySelectorAll(".headerlink, button")) part.remove();
    for (const part of [clone, ...clone.querySelectorAll("[id]")]) part.removeAttribute("id");
    for (const name of ["src", "href"])
      for (const part of clone.querySelectorAll(`[${name}]`))
        part.setAttribute(name, new URL(part.getAttribute(name), url));
    return clone;
  };

  const hide = () => {
    link?.removeAttribute("aria-describedby");
    link = null;
    tip.remove();
  };
  const show = async (a) => {
    hide();
    link = a;
    const url = new URL(a.href);
    const target = (await page(url.pathname))?.getElementById(decodeURIComponent(url.hash.slice(1)));
    if (link !== a || !target?.matches(shown)) return;
    const parts = [target];
    if (target.matches("dt"))
      // in Chinese a second one follows, with the word's name there
      while (!parts.at(-1).matches("dd")) parts.push(parts.at(-1).nextElementSibling);
    tip.replaceChildren(...parts.map((part) => copy(part, url)));
    document.body.append(tip);
    a.setAttribute("aria-describedby", tip.id);
    const { left, top, bottom } = a.getClientRects()[0];
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    const above = bottom + tip.offsetHeight + 8 > innerHeight && top > tip.offsetHeight + 8;
    tip.style.left = `${scrollX + Math.max(Math.min(left, room), 8)}px`;
    tip.style.top = `${scrollY + (above ? top - tip.offsetHeight - 4 : bottom + 4)}px`;
  };

  document.addEventListener("pointerover", ({ target, pointerType }) => {
    const a = target.closest(links);
    if (pointerType === "touch") return;
    clearTimeout(pointer);
    if (a && a !== link) pointer = setTimeout(() => show(a), 200);
    else if (!a && !tip.contains(target))
      // A page that scrolls under a pointer at rest takes nothing from the keyboard.
      pointer = setTimeout(() => link?.matches(":focus-visible") || hide(), 200);
  });
  const soon = (action) => {
    clearTimeout(keys);
    keys = setTimeout(action, 0);
  };
  const close = () => {
    clearTimeout(pointer);
    hide();
  };
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(`${links}:focus-visible`)) soon(() => show(target));
  });
  for (const event of ["focusout", "click"]) document.addEventListener(event, () => soon(close));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && soon(close));
})();
