// Opens the folds around what an address leads to, and all of them on paper; closes a drawer after a choice;
// takes the reader's place, or search, along into another language.
(() => {
  // In a file the search cannot read the pages it has found: it names them, without an extract.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const reveal = () => {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {} // a per cent sign that stands for itself
    const target = document.getElementById(name);
    let closed = false;
    for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      closed ||= !fold.open;
      fold.open = true;
    }
    if (closed) target.scrollIntoView();
  };
  reveal();
  addEventListener("hashchange", reveal);

  // The theme takes its time to scroll the menu to this page.
  const here = document.querySelector(".sidebar-tree .current-page");
  const menu = here?.closest(".sidebar-scroll");
  menu?.scrollBy({
    top: here.getBoundingClientRect().top - menu.getBoundingClientRect().top - menu.clientHeight / 2,
    behavior: "instant",
  });

  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("article details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });

  document.addEventListener("click", ({ target }) => {
    const language = target.closest("a.language");
    if (language) {
      // Labels are the same in every language, but for the glossary's second names.
      const above = [...document.querySelectorAll("article [id]:not(dt + dt)")].filter(
        (part) => /^(sec|fig|equation|ex|check|term)\b/.test(part.id) && part.getBoundingClientRect().top < 80,
      );
      language.hash = above.at(-1)?.id ?? "";
      language.search = location.search;
    }
    if (!target.closest(".sidebar-drawer a, .toc-drawer a")) return;
    for (const drawer of document.querySelectorAll(".sidebar-toggle")) drawer.checked = false;
  });
})();
