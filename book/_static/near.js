// Brings the explorers when the page is there and the first of them comes near the screen.
(() => {
  const here = document.currentScript.src;
  const asked = new Map(); // name -> promise
  const bring = (name) =>
    new Promise((onload, reject) => {
      const onerror = () => reject(new Error(`${name} is missing`));
      const src = new URL(name, here);
      document.head.append(Object.assign(document.createElement("script"), { src, onload, onerror }));
    });
  const load = (name) => {
    if (!asked.has(name)) asked.set(name, bring(name));
    return asked.get(name);
  };
  const near = new IntersectionObserver(
    async (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        const { data } = target.dataset;
        await Promise.all([load("explorers.js"), load(`explorers/${data}.js`)]);
        explorers.start(target, explorerData[data]);
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
})();
