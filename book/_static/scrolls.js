// Lets the keyboard scroll what is wider than its place, and shades where it goes on. It measures in
// idle moments, and so does not lay out the whole page while it loads.
(() => {
  const idle = window.requestIdleCallback ?? ((work) => setTimeout(work, 0, { timeRemaining: () => 0 }));
  const shade = (box) => box.classList.toggle("cut", box.scrollLeft + box.clientWidth < box.scrollWidth - 2);
  const boxes = [...document.querySelectorAll("article :is(pre, .wide, .formula, .table-wrapper, .output.text_html)")];
  for (const box of boxes) box.addEventListener("scroll", () => shade(box), { passive: true });
  let round = 0;
  const measure = () => {
    const rest = [...boxes].reverse();
    const mine = ++round;
    const some = (moment) => {
      do {
        const box = rest.pop();
        if (!box || mine !== round) return performance.mark("measured");
        const room = box.clientWidth; // first: Chromium has no scrollWidth before it was laid out
        const wide = box.scrollWidth > room;
        if (wide !== (box.tabIndex === 0)) box[wide ? "setAttribute" : "removeAttribute"]("tabindex", "0");
        shade(box);
      } while (moment.timeRemaining() > 5);
      idle(some);
    };
    idle(some);
  };
  measure();
  addEventListener("resize", measure);
  document.addEventListener("toggle", measure, true);
})();
