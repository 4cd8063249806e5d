// Makes forms of the questions, and keeps in this browser which of them have been answered.
(() => {
  const KEY = "linear-neural-networks";
  const create = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };

  const read = (text) => {
    const { answered } = JSON.parse(text);
    if (!Array.isArray(answered) || !answered.every((name) => typeof name === "string")) throw new TypeError();
    return new Set(answered);
  };
  let done = new Set();
  const refresh = () => {
    try {
      done = read(localStorage.getItem(KEY));
    } catch {} // nothing yet, or this browser keeps nothing
  };
  refresh();
  const text = () => JSON.stringify({ answered: [...done].sort() });
  const keep = () => {
    try {
      localStorage.setItem(KEY, text());
    } catch {} // then it lasts as long as the page
  };

  // A number as people write it: with a comma, with a true minus sign.
  const number = (text) => Number(text.trim().replace("−", "-").replace(",", ".") || NaN);
  const close = (value, wanted, within) => {
    const limit = within.endsWith("%") ? (Math.abs(wanted) * parseFloat(within)) / 100 : Number(within);
    return Math.abs(value - wanted) <= limit * (1 + 1e-9);
  };

  for (const check of document.querySelectorAll(".check")) {
    const { name, within } = check.dataset;
    const title = check.querySelector(".check-title");
    const answers = [...check.querySelectorAll(".check-answers > li")];
    const mark = () => check.classList.toggle("check-done", done.has(name));
    const reply = create("div", { className: "check-reply" });
    reply.setAttribute("role", "status");
    const form = create("form", {});

    if (within) {
      const input = create("input", { name, type: "text", inputMode: "decimal", autocomplete: "off", size: 10 });
      form.append(create("label", {}, "Your answer ", input), " ");
    } else {
      check.querySelectorAll(".check-choices > li").forEach((choice, i) => {
        const input = create("input", { name, type: "radio", value: i });
        const label = create("label", {}, input, create("span", {}, ...choice.childNodes));
        choice.append(label);
      });
      form.append(check.querySelector(".check-choices"));
    }
    form.append(create("button", { type: "submit", textContent: "Check" }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const given = new FormData(form).get(name);
      const value = within ? number(given) : given;
      if (value === null || Number.isNaN(value)) {
        reply.textContent = within ? "Write a number, such as 0.25." : "Choose an answer first.";
        return;
      }
      const right = answers.filter((answer) => "right" in answer.dataset);
      const far = (answer) => Math.abs(value - answer.dataset.value);
      const nearest = [...answers].sort((a, b) => far(a) - far(b));
      const answer = within
        ? [...right, ...nearest].find((answer) => close(value, Number(answer.dataset.value), within))
        : answers[value];
      const why = answer
        ? [...answer.cloneNode(true).childNodes]
        : [create("p", {}, create("strong", {}, "No."), " Try again, or open the answer.")];
      reply.replaceChildren(...why);
      if (answer === right[0]) refresh(), done.add(name), keep(), mark();
    });
    check.querySelector("details").before(form, reply);
    title.append(create("span", { className: "check-mark" }, " ✓ answered"));
    mark();
  }

  // On paper every answer is open.
  const folds = document.querySelectorAll(".check-answer:not([open])");
  addEventListener("beforeprint", () => folds.forEach((fold) => (fold.open = true)));
  addEventListener("afterprint", () => folds.forEach((fold) => (fold.open = false)));

  const place = document.querySelector(".course-progress");
  if (!place) return;
  const pages = Object.entries(JSON.parse(place.dataset.pages));
  const badges = new Map();
  for (const [page, names] of pages)
    for (const link of document.querySelectorAll("article table a.internal"))
      if (new URL(link.href).pathname === new URL(page, location).pathname) {
        const badge = create("span", { className: "check-count" });
        link.after(" ", badge);
        badges.set(badge, names);
      }
  const sum = create("p", { className: "progress-sum" });
  const told = create("p", { className: "progress-told" });
  sum.setAttribute("role", "status");
  told.setAttribute("role", "status");
  const show = () => {
    const count = (names) => names.filter((name) => done.has(name)).length;
    const complete = pages.filter(([, names]) => count(names) === names.length).length;
    const all = pages.flatMap(([, names]) => names);
    sum.textContent = `You have answered ${count(all)} of ${all.length} questions, `
      + `and all questions of ${complete} of ${pages.length} chapters.`;
    for (const [badge, names] of badges) {
      badge.textContent = `${count(names) === names.length ? "✓ " : ""}${count(names)} of ${names.length}`;
    }
  };
  const save = create("button", { type: "button", textContent: "Save to a file" });
  save.addEventListener("click", () => {
    const href = URL.createObjectURL(new Blob([`${text()}\n`], { type: "application/json" }));
    create("a", { href, download: `${KEY}.json` }).click();
    URL.revokeObjectURL(href);
  });
  const file = create("input", { type: "file", accept: ".json,application/json", hidden: true });
  const load = create("button", { type: "button", textContent: "Load from a file" });
  load.addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    try {
      const found = read(await file.files[0].text());
      refresh();
      done = new Set([...done, ...found]);
      keep();
      show();
      told.textContent = "Loaded.";
    } catch {
      told.textContent = "This file holds no progress: choose one that was saved here.";
    }
    file.value = "";
  });
  const clear = create("button", { type: "button", textContent: "Clear" });
  clear.addEventListener("click", () => {
    if (!confirm("Forget all answered questions?")) return;
    done.clear();
    keep();
    show();
    told.textContent = "Cleared.";
  });
  show();
  // Answers given in another tab, or before the reader came back to this page
  for (const event of ["storage", "pageshow"]) addEventListener(event, () => (refresh(), show()));
  place.append(sum, create("div", { className: "progress-tools" }, save, load, file, clear), told);
})();
