// Opens the folds around what an address leads to, and all of them on paper; closes a drawer after a choice.
(() => {
  // In a file the search cannot read the pages it has found: it names them, without an extract.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
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
    if (!target.closest(".sidebar-drawer a, .toc-drawer a")) return;
    for (const drawer of document.querySelectorAll(".sidebar-toggle")) drawer.checked = false;
  });
})();
