// Light or dark from the first moment; the theme's own script is not allowed inside a page.
(() => {
  try {
    localStorage.length;
  } catch {
    // This browser keeps nothing. What the theme, the search and the questions keep lasts as long as the page.
    const kept = new Map();
    const value = {
      passing: true,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, text) => void kept.set(key, `${text}`),
      removeItem: (key) => void kept.delete(key),
    };
    Object.defineProperty(window, "localStorage", { value });
  }
  document.body.dataset.theme = localStorage.getItem("theme") ?? "auto";
})();
