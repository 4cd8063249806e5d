// Controls of an explorer. Each is a native element, so that the keyboard, a finger and a screen
// reader can use it. They keep their value in `state` and call `change` with the new one.

let count = 0; // of sliders in this page
const create = (tag, properties) => Object.assign(document.createElement(tag), properties);

// A range of numbers: { label, min, max, step, value, text }. `text` puts a value into words.
// With `play`, a button lets it run to its end.
export function slider(name, { label, min, max, step, value, text = String, play }, state, change) {
  const element = create("div", { className: "explorer-control" });
  const input = create("input", { type: "range", min, max, step, name, id: `explorer-${++count}` });
  const title = create("label", { textContent: label, htmlFor: input.id });
  const shown = create("output", {}); // outside the label, which would name it instead of the slider
  shown.setAttribute("aria-live", "off"); // the slider itself says its value
  const set = (value) => {
    state[name] = Number(value);
    input.value = value;
    shown.textContent = text(state[name]);
    input.setAttribute("aria-valuetext", text(state[name]));
  };
  input.addEventListener("input", () => change({ [name]: input.value }));
  element.append(title, " ", shown, input);
  set(value);
  if (!play) return { element, set };

  const group = create("div", { className: "explorer-play" });
  const button = create("button", { type: "button", textContent: _("Play") });
  let timer;
  const stop = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = _("Play");
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (state[name] >= max) change({ [name]: min });
    button.textContent = _("Pause");
    timer = setInterval(() => {
      change({ [name]: Math.min(state[name] + step, max) });
      if (state[name] >= max) stop();
    }, play);
  });
  input.addEventListener("input", stop);
  group.append(element, button);
  return { element: group, set };
}

// One of several: { label, options, value }. The state holds the number of the option.
export function picker(name, { label, options, value }, state, change) {
  const element = create("label", { className: "explorer-control", textContent: `${label} ` });
  const select = create("select", { name });
  select.append(...options.map((text, i) => create("option", { value: i, textContent: text })));
  const set = (value) => {
    state[name] = Number(value);
    select.value = value;
  };
  select.addEventListener("change", () => change({ [name]: select.value }));
  element.append(select);
  set(value);
  return { element, set };
}

// A box to check: { label, value }. The state holds 1 or 0.
export function checkbox(name, { label, value }, state, change) {
  const element = create("label", { className: "explorer-check" });
  const input = create("input", { type: "checkbox", name });
  const set = (value) => {
    state[name] = Number(value);
    input.checked = state[name];
  };
  input.addEventListener("change", () => change({ [name]: input.checked }));
  element.append(input, label);
  set(value);
  return { element, set };
}

// A button: { label, act }. `act(state)` gives the values that other controls take.
export function button(name, { label, act }, state, change) {
  const element = create("button", { type: "button", textContent: label, name });
  element.addEventListener("click", () => change(act(state)));
  return { element };
}
