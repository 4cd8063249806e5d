// Fetches the explorers when the page is there and the first of them comes near the screen.
const near = new IntersectionObserver(
  async (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      const { start } = await import("./explorers.js");
      await start(target);
    }
  },
  { rootMargin: "800px" },
);
const idle = window.requestIdleCallback ?? setTimeout;
addEventListener("load", () =>
  idle(() => {
    for (const image of document.querySelectorAll("img.explorer")) near.observe(image);
  }),
);
