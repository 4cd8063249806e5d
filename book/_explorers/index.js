// Gives a figure its controls: puts an explorer before it, which draws the figure's data. esbuild
// makes one file of this folder and of Observable Plot; near.js asks for it in time.
// With all seven that is 0.11 MB compressed; Plotly with contours would be 1.5 MB.
import { button, checkbox, picker, slider } from "./controls.js";
import { fill } from "./frame.js";
import houses from "./houses.js";
import images from "./images.js";
import line from "./line.js";
import noise from "./noise.js";
import path from "./path.js";
import polynomial from "./polynomial.js";
import softmax from "./softmax.js";

export const KINDS = { houses, images, line, noise, path, polynomial, softmax };

// The numbers, texts and images of an Explorer (d2l_helpers/explorer.py), from the figure's JSON.
export const unpack = (json) =>
  JSON.parse(json, (name, value) => (name === "bytes" ? Uint8Array.from(atob(value), (c) => c.charCodeAt(0)) : value));

// An explorer has `controls`, by name; `draw(state, width, change)`, which gives elements;
// and `say(state)`, which puts into words what they show.
function build(explorer, name) {
  const box = Object.assign(document.createElement("div"), { className: "explorer-box" });
  const plots = Object.assign(document.createElement("div"), { className: "explorer-plots" });
  const panel = Object.assign(document.createElement("div"), { className: "explorer-controls" });
  const words = Object.assign(document.createElement("p"), { className: "explorer-words" });
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", name);
  words.setAttribute("role", "status");
  box.append(plots, panel, words);

  box.style.visibility = "hidden";
  const state = {},
    setters = {};
  let asked = false;
  const show = () => {
    asked = false;
    const elements = explorer.draw(state, plots.clientWidth, change);
    for (const element of elements.filter((element) => !element.hasAttribute("role"))) {
      element.setAttribute("role", "img"); // one picture with one name: those that Plot gives its parts are not read
      for (const part of element.children) part.setAttribute("aria-hidden", "true");
    }
    plots.replaceChildren(...elements);
    words.textContent = explorer.say(state);
    box.style.visibility = ""; // not before: the controls would jump from above the plots to below them
  };
  const draw = () => {
    if (!asked) requestAnimationFrame(show);
    asked = true;
  };
  const change = (values) => {
    for (const [name, value] of Object.entries(values)) setters[name](value);
    draw();
  };
  for (const [name, control] of Object.entries(explorer.controls)) {
    const make = control.act ? button : control.options ? picker : "max" in control ? slider : checkbox;
    const { element, set } = make(name, control, state, change);
    setters[name] = set;
    panel.append(element);
  }
  let width = 0;
  new ResizeObserver(() => {
    if (plots.clientWidth && plots.clientWidth !== width) draw();
    width = plots.clientWidth; // 0 where it is not shown, as on paper
  }).observe(plots);
  return box;
}

export function start(image, json) {
  const data = unpack(json);
  const caption = image.closest("figure")?.querySelector("figcaption .caption-text")?.textContent;
  const box = build(KINDS[data.kind](data), fill(_("Explorer: {name}"), { name: caption ?? data.kind }));
  const frame = image.closest("figure") ?? image.parentElement;
  let { height } = frame.getBoundingClientRect();
  (image.closest("a") ?? image).before(box);
  image.classList.add("explorer-still");
  // Who has come by a link to something below it stays there, however high the explorer gets.
  new ResizeObserver(() => {
    const now = frame.getBoundingClientRect();
    const moved = now.height - height;
    height = now.height;
    if (moved && now.bottom - moved < 100) scrollBy({ top: moved, behavior: "instant" });
  }).observe(frame);
}
