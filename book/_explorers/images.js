// Pictures and a classifier: its probabilities for each, and its weights, after each epoch.
import * as Plot from "@observablehq/plot";
import { fill, frame, short } from "./frame.js";

// Bytes as a picture of 28×28 pixels; `colour` gives red, green, blue and opacity of each.
function picture(bytes, side, label, colour) {
  const canvas = Object.assign(document.createElement("canvas"), {
    width: 28,
    height: 28,
    className: "explorer-pixels",
  });
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", label);
  canvas.style.width = side;
  const pixels = new ImageData(28, 28);
  for (const [i, byte] of bytes.entries()) pixels.data.set(colour(byte), 4 * i);
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  return canvas;
}

const grey = (byte) => [byte, byte, byte, 255];
// 128, no weight, shows the page; above it red, below it blue.
const sign = (byte) => [...(byte > 128 ? [214, 60, 60] : [60, 130, 214]), (Math.abs(byte - 128) / 124) * 255];

export default function images({ names: given, pictures, labels, percent, called, weights, scale, chosen }) {
  const names = given.map(_);
  const epochs = percent.shape[0] - 1,
    classes = names.length,
    count = labels.length;
  const part = ({ bytes }, i, size) => bytes.subarray(i * size, (i + 1) * size);
  const guesses = ({ epoch }) => part(called, epoch, count);
  const chances = ({ epoch }, i) => part(percent, epoch * count + i, classes);
  const passing = (state) =>
    [...labels.keys()].filter(
      (i) => (!state.true || labels[i] === state.true - 1) && (!state.guess || guesses(state)[i] === state.guess - 1),
    );
  // The chosen picture or, if it does not pass, the next one that does.
  const shown = (state, list) => list.find((i) => i >= (state.picture ?? chosen)) ?? list[0];
  const step = (by) => (state) => {
    const list = passing(state),
      at = list.indexOf(shown(state, list)) + by;
    if (list.length) state.picture = list.at(at % list.length);
    return {};
  };

  const after = ({ epoch }) =>
    epoch > 1 ? fill(_("After {epoch} epochs"), { epoch }) : epoch ? _("After 1 epoch") : _("Before training");
  const written = (value) => fill(_("{value} %"), { value });
  const share = (value) => (value < 1 ? _("less than 1 %") : value > 99 ? _("more than 99 %") : written(value));

  function bars(state, i, width) {
    const values = chances(state, i),
      guess = guesses(state)[i];
    return frame({
      width,
      height: 270,
      marginLeft: 80,
      marginRight: 75,
      marginTop: 5,
      ariaLabel: fill(_("{after}, the probabilities of the ten classes for picture {i}"), { after: after(state), i }),
      x: { label: _("probability (%)"), domain: [0, 100], ticks: [0, 50, 100] },
      y: { label: null, domain: names, grid: false, tickSize: 0 },
      marks: [
        Plot.barX(names, {
          x: [...values],
          y: Plot.identity,
          fill: names.map((_name, k) => (k === guess ? "var(--model)" : "currentColor")),
          fillOpacity: names.map((_name, k) => (k === guess ? 1 : 0.5)),
        }),
        Plot.text(names, {
          x: [...values],
          y: Plot.identity,
          dx: 4,
          textAnchor: "start",
          fill: "currentColor",
          text: names.map((_name, k) => written(values[k]) + (k === labels[i] ? _(" ◂ true") : "")),
        }),
      ],
    });
  }

  function tiles(state) {
    const group = Object.assign(document.createElement("div"), { className: "explorer-tiles" });
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", fill(_("{after}, the weights of the ten classes"), { after: after(state) }));
    names.forEach((name, k) => {
      const bytes = part(weights, state.epoch * classes + k, 784);
      const end = (best) => short(((best(...bytes) - 128) / 124) * scale);
      const tile = document.createElement("div");
      const range = { name, least: end(Math.min), most: end(Math.max) };
      const label = fill(_("Weights of {name}, from about {least} to {most}"), range);
      tile.append(picture(bytes, "100%", label, sign), name);
      group.append(tile);
    });
    group.append(
      Object.assign(document.createElement("p"), {
        className: "explorer-scale",
        textContent: fill(_("weights: blue −{scale} … 0 … red {scale}"), { scale: short(scale) }),
      }),
    );
    return group;
  }

  return {
    controls: {
      epoch: { label: _("Epochs"), min: 0, max: epochs, step: 1, value: epochs, play: 800 },
      true: { label: _("True class"), options: [_("any"), ...names], value: 0 },
      guess: { label: _("Predicted class"), options: [_("any"), ...names], value: 0 },
      previous: { label: _("Previous picture"), act: step(-1) },
      next: { label: _("Next picture"), act: step(1) },
    },

    draw(state, width) {
      const i = shown(state, passing(state)),
        side = 170,
        wide = width >= 560;
      if (i === undefined) {
        // a place as large, or the controls would move away
        const empty = Object.assign(document.createElement("div"), { textContent: _("No picture passes the filter.") });
        empty.setAttribute("role", "none");
        Object.assign(empty.style, { width: "100%", height: `${wide ? 270 : side + 278}px` });
        return [empty, tiles(state)];
      }
      const label = fill(_("Picture {i}, enlarged; its class is {name}"), { i, name: names[labels[i]] });
      const large = picture(part(pictures, i, 784), `${side}px`, label, grey);
      return [large, bars(state, i, wide ? width - side - 16 : width), tiles(state)];
    },

    say(state) {
      const list = passing(state),
        i = shown(state, list);
      const about = { after: after(state), count };
      if (i === undefined) {
        Object.assign(about, { truth: names[state.true - 1], guess: names[state.guess - 1] });
        return state.true
          ? fill(
              _(
                "{after}, no picture passes: none of the {count} has the true class {truth} and the predicted class {guess}.",
              ),
              about,
            )
          : fill(_("{after}, no picture passes: none of the {count} has the predicted class {guess}."), about);
      }
      const values = chances(state, i),
        truth = labels[i],
        guess = guesses(state)[i];
      Object.assign(about, {
        i,
        truth: names[truth],
        guess: names[guess],
        place: list.indexOf(i) + 1,
        passing: list.length,
      });
      Object.assign(about, { p: share(values[guess]), q: share(values[truth]) });
      const answer =
        guess === truth
          ? _("Picture {i}, true class: {truth}. {after}, the predicted class is {guess}, with a probability of {p}. ")
          : _(
              "Picture {i}, true class: {truth}. {after}, the predicted class is {guess}, with a probability of {p}; the true class has {q}. ",
            );
      const others =
        list.length === 1
          ? _("Of {count} pictures, only this one passes the filter.")
          : _("{passing} of {count} pictures pass the filter; this is number {place} of them.");
      return fill(answer, about) + fill(others, about);
    },
  };
}
