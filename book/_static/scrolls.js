// Lets the keyboard scroll what is wider than its place. The theme would measure the whole page
// while it loads (pages.py keeps it from that); this waits for idle moments.
(() => {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 0, { timeRemaining: () => 0 }));
  let round = 0;
  const measure = () => {
    const boxes = [...document.querySelectorAll("pre, .cell_output > .output")].reverse();
    const mine = ++round;
    const some = (moment) => {
      do {
        const box = boxes.pop();
        if (!box || mine !== round) return performance.mark("measured");
        const room = box.clientWidth; // first: Chromium has no scrollWidth before it was laid out
        const wide = box.scrollWidth > room;
        if (wide !== (box.tabIndex === 0)) wide ? (box.tabIndex = 0) : box.removeAttribute("tabindex");
      } while (moment.timeRemaining() > 5);
      idle(some);
    };
    idle(some);
  };
  measure();
  addEventListener("resize", measure);
  document.addEventListener("click", ({ target }) => target.closest?.("summary, .toggle-button, .toggle") && measure());
})();
