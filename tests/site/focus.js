// Focus everything that takes the focus, as Tab does, and name what cannot be seen then.
() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; scroll-behavior: auto !important }");
  document.adoptedStyleSheets.push(still);
  const first = document.activeElement.textContent.trim();
  const style = (element) => {
    const { outline, boxShadow, border, backgroundColor, color, textDecoration } = getComputedStyle(element);
    return JSON.stringify([outline, boxShadow, border, backgroundColor, color, textDecoration]);
  };
  const covered = (element) =>
    [...element.getClientRects()].every((box) => {
      const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
      const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
      const top = document.elementFromPoint(x, y); // the middle of what is on the screen
      return !top || !(element.contains(top) || top.contains(element));
    });
  const unseen = [];
  const focusable = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
  for (const element of [...focusable].filter((e) => e.tabIndex >= 0)) {
    document.activeElement.blur();
    const before = style(element);
    element.focus();
    if (document.activeElement !== element) continue; // hidden or disabled: Tab passes it too
    const faults = [
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) ? "" : "not shown",
      covered(element) ? "covered or off the screen" : "",
      style(element) === before ? "looks the same" : "",
    ].filter(Boolean);
    const name = `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`;
    const words = element.textContent.trim().slice(0, 30) || element.ariaLabel;
    if (faults.length) unseen.push(`${faults.join(", ")}: ${name} "${words}"`);
  }
  return { first, unseen };
};
