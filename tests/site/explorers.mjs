// Evaluates an explorer without a page. Reads { json, moves }: what a figure carries, and lists of
// controls with values. For each list it begins anew, sets the controls in turn (for a button: how
// often it is pressed), and prints where they all stand then and what the explorer says.
import { readFileSync } from "node:fs";
import { KINDS, unpack } from "../../book/_explorers/index.js";

globalThis._ = (text) => text; // English; on a page it is Sphinx's

const { json, moves } = JSON.parse(readFileSync(0, "utf8"));
const data = unpack(json);

function say(move) {
  const { controls, say } = KINDS[data.kind](data);
  const state = {};
  const set = (name, value) => {
    const { options = [0, 1], min = 0, max = options.length - 1, step = 1 } = controls[name];
    const steps = (value - min) / step;
    if (!(value >= min && value <= max && Math.abs(steps - Math.round(steps)) < 1e-6))
      throw new RangeError(`${name} cannot be ${value}`); // a slider would move to another value
    state[name] = Number(value);
  };
  for (const [name, { act, value }] of Object.entries(controls)) if (!act) set(name, value);
  for (const [name, value] of move) {
    const { act } = controls[name];
    if (!act) set(name, value);
    for (let i = 0; act && i < value; i++) for (const [other, taken] of Object.entries(act(state))) set(other, taken);
  }
  const texts = {};
  for (const [name, { min, text = String }] of Object.entries(controls))
    if (min !== undefined) texts[name] = text(state[name]);
  const { picture, ...places } = state; // which of the pictures is shown, no control says
  return { state: places, texts, words: say(state) };
}

console.log(JSON.stringify(moves.map(say)));
