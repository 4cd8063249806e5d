// Keeps in this browser which questions have been answered: by opening the right choice, or by a
// number near enough. Without it each choice still opens (see book/_ext/questions.py).
(() => {
  const KEY = "linear-neural-networks";
  // A text with values in the places that it names; `_` is Sphinx's, and gives it in the page's language.
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
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
  let done;
  const refresh = () => {
    try {
      done = read(localStorage.getItem(KEY));
    } catch {
      done = new Set(); // nothing yet, or not ours
    }
  };
  refresh();
  const text = () => JSON.stringify({ answered: [...done].sort() });
  const keep = () => {
    try {
      localStorage.setItem(KEY, text());
      return true;
    } catch {
      return false; // there is no room
    }
  };
  // Answers given or forgotten in another tab, or before the reader came back to this page
  const follow = (show) => {
    for (const event of ["storage", "pageshow"])
      addEventListener(event, () => {
        refresh();
        show();
      });
  };

  // A number as people write it: with a comma, with a true minus sign.
  const number = (text) => Number(text.trim().replace("−", "-").replace(",", ".") || NaN);
  const close = (value, wanted, within) => {
    const limit = within.endsWith("%") ? (Math.abs(wanted) * parseFloat(within)) / 100 : Number(within);
    return Math.abs(value - wanted) <= limit * (1 + 1e-9);
  };

  for (const check of document.querySelectorAll(".check")) {
    const { name, within } = check.dataset;
    check.querySelector(".check-title").append(create("span", { className: "check-mark" }, _(" ✓ answered")));
    const mark = () => check.classList.toggle("check-done", done.has(name));
    const solve = () => {
      refresh();
      done.add(name);
      keep();
      mark();
    };
    mark();
    follow(mark);
    if (!within) {
      const right = check.querySelector(".choice.right");
      right.addEventListener("toggle", () => right.open && solve());
      continue;
    }
    const form = check.querySelector("form");
    const { [name]: input } = form.elements;
    const reply = check.querySelector(".check-reply");
    const answers = [...check.querySelectorAll(".check-answer li")]; // the right one is the first
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = number(input.value);
      reply.className = "check-reply";
      if (Number.isNaN(value)) {
        reply.textContent = _("Write a number, such as 0.25.");
        return;
      }
      const far = (answer) => Math.abs(value - answer.dataset.value);
      const [right, ...wrong] = answers;
      const nearest = [right, ...wrong.sort((a, b) => far(a) - far(b))];
      const answer = nearest.find((answer) => close(value, Number(answer.dataset.value), within));
      reply.classList.add(answer === right ? "right" : "wrong");
      const given = input.value.trim();
      if (answer) reply.replaceChildren(...answer.cloneNode(true).childNodes);
      else reply.replaceChildren(create("p", {}, create("strong", {}, _("No.")), _(" Try again, or open the answer.")));
      const exact = answer?.firstChild.firstChild.textContent.replace(/[:：]\s*$/, "");
      if (answer) reply.querySelector("p").firstChild.remove(); // the exact number, said below if it is another
      reply.querySelector("p").prepend((exact && exact !== given ? `${given} (${exact})` : given) + _(": "));
      if (answer === right) solve();
    });
  }

  const place = document.querySelector(".course-progress");
  if (!place) return;
  const pages = Object.entries(JSON.parse(place.dataset.pages));
  const badges = new Map();
  for (const [page, names] of pages)
    for (const link of document.querySelectorAll(".roadmap a.internal"))
      if (new URL(link.href).pathname === new URL(page, location).pathname) {
        const badge = create("span", { className: "check-count" });
        link.parentElement.append(badge);
        badges.set(badge, names);
      }
  const sum = create("p", { className: "progress-sum" });
  const told = create("p", { className: "progress-told" });
  sum.setAttribute("role", "status");
  told.setAttribute("role", "status");
  const start = document.querySelector(".button.first");
  const show = () => {
    const count = (names) => names.filter((name) => done.has(name)).length;
    const complete = pages.filter(([, names]) => count(names) === names.length).length;
    const all = pages.flatMap(([, names]) => names);
    sum.textContent = fill(
      _("You have answered {done} of {all} questions, and all questions of {complete} of {pages} chapters."),
      { done: count(all), all: all.length, complete, pages: pages.length },
    );
    for (const [badge, names] of badges) {
      const part = fill(_("{done} of {all}"), { done: count(names), all: names.length });
      badge.textContent = `${count(names) === names.length ? "✓ " : ""}${part}`;
    }
    // Where the reader is: the last page with an answer, or the one after it if that is complete
    const last = pages.findLastIndex(([, names]) => count(names));
    const next = pages[last]?.[1].length === count(pages[last]?.[1] ?? []) ? pages[last + 1] : pages[last];
    if (start && next) {
      start.href = next[0];
      start.textContent = fill(_("Continue: chapter {chapter}, {done} of {all}"), {
        chapter: pages.indexOf(next) + 1,
        done: count(next[1]),
        all: next[1].length,
      });
    }
  };
  const save = create("button", { type: "button", textContent: _("Save to a file") });
  save.addEventListener("click", () => {
    const href = URL.createObjectURL(new Blob([`${text()}\n`], { type: "application/json" }));
    create("a", { href, download: `${KEY}.json` }).click();
    URL.revokeObjectURL(href);
  });
  const loaded = async (file) => {
    refresh();
    try {
      done = new Set([...done, ...read(await file.text())]);
    } catch {
      return _("This file holds no progress: choose one that was saved here.");
    }
    if (keep())
      return localStorage.passing ? _("Loaded, until you leave this page: this browser keeps nothing.") : _("Loaded.");
    refresh();
    return _("This is more than the browser keeps for a site: nothing was loaded.");
  };
  const file = create("input", { type: "file", accept: ".json,application/json", hidden: true });
  const load = create("button", { type: "button", textContent: _("Load from a file") });
  load.addEventListener("click", () => file.click());
  file.addEventListener("change", async () => {
    told.textContent = await loaded(file.files[0]);
    show();
    file.value = "";
  });
  const clear = create("button", { type: "button", textContent: _("Clear") });
  clear.addEventListener("click", () => {
    if (!confirm(_("Forget all answered questions?"))) return;
    done.clear();
    keep();
    show();
    told.textContent = _("Cleared.");
  });
  show();
  follow(show);
  place.append(sum, create("div", { className: "progress-tools" }, save, load, file, clear), told);
})();
