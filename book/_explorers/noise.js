// A hundred minibatch gradients around the gradient of all samples, for each batch size, and their
// spread: the root of their mean squared distance from it.
import * as Plot from "@observablehq/plot";
import { fill, frame, short, sides } from "./frame.js";

const INK = { stroke: "currentColor", strokeWidth: 1.5 },
  PREDICTED = { ...INK, stroke: "var(--model)" };

export default function noise({ sizes, places, draws, clouds, full, single }) {
  const n = sizes.at(-1);
  const measured = (cloud, [a, b]) =>
    Math.sqrt(cloud.reduce((sum, [x, y]) => sum + (x - a) ** 2 + (y - b) ** 2, 0) / cloud.length);
  // draws[1] is without replacement
  const predicted = (s, B, draw) => (s / Math.sqrt(B)) * (draw ? Math.sqrt((n - B) / (n - 1)) : 1);
  const spread = ({ place, draw }, i) => measured(clouds[2 * place + draw][i], full[place]);
  const tidy = (value) => short(value < 1e-9 ? 0 : value); // less is a rounding error
  const circle = ([a, b], r) =>
    Array.from({ length: 73 }, (_, i) => [a + r * Math.cos((i * Math.PI) / 36), b + r * Math.sin((i * Math.PI) / 36)]);

  return {
    controls: {
      size: {
        label: _("Batch size"),
        min: 0,
        max: sizes.length - 1,
        step: 1,
        value: 4,
        text: (i) => fill(_("{size} of {n}"), { size: sizes[i], n }),
      },
      place: { label: _("Parameters"), options: places.map(_), value: 0 },
      draw: { label: _("Batches drawn"), options: draws.map(_), value: 0 },
    },

    draw(state, width) {
      const { size, place, draw } = state;
      const s = single[place],
        [a, b] = full[place],
        reach = 2 * s;
      const wide = sides(width),
        side = Math.min(wide, 350);
      const cloud = frame({
        width: side,
        height: side - 10, // both axes in the same scale
        ariaLabel: _("Gradients of a hundred minibatches and of all samples, in the plane of the two weights"),
        x: { label: _("gradient, first weight"), domain: [a - reach, a + reach] },
        y: { label: _("gradient, second weight"), domain: [b - reach, b + reach] },
        marks: [
          Plot.dot([[0, 0]], { symbol: "plus", r: 6, ...INK }),
          Plot.dot(clouds[2 * place + draw][size], { fill: "var(--data)", fillOpacity: 0.5, r: 3, clip: true }),
          Plot.line(circle([a, b], predicted(s, sizes[size], draw)), {
            stroke: "var(--model)",
            strokeDasharray: "5 3",
            clip: true,
          }),
          Plot.dot([[a, b]], { symbol: "times", stroke: "var(--third)", r: 5, strokeWidth: 2 }),
        ],
      });
      const low = s / 300,
        high = 2 * s;
      const all = sizes.map((B, i) => [B, spread(state, i)]).filter(([, value]) => value > low); // 0 has no logarithm
      const fine = Array.from({ length: 400 }, (_, i) => n ** (i / 399.5));
      const fall = frame({
        width: wide,
        height: side - 10,
        ariaLabel: _("The spread against the batch size: measured, and predicted for both ways of drawing"),
        x: {
          label: _("batch size"),
          type: "log",
          domain: [0.8, 1.25 * n],
          ticks: [1, 10, 100, 1000],
          tickFormat: "~f",
        },
        y: {
          label: _("spread"),
          type: "log",
          domain: [low, high],
          tickFormat: "~f",
          ticks: [0.01, 0.1, 1, 10].filter((tick) => tick > low && tick < high),
        },
        marks: [
          Plot.line(fine, { x: Plot.identity, y: fine.map((B) => predicted(s, B, 0)), ...PREDICTED, clip: true }),
          Plot.line(fine, {
            x: Plot.identity,
            y: fine.map((B) => predicted(s, B, 1)),
            ...PREDICTED,
            strokeDasharray: "5 3",
            clip: true,
          }),
          Plot.dot(all, { stroke: "var(--data)", fill: "var(--color-background-primary)", r: 4, strokeWidth: 2 }),
          Plot.dot(
            all.filter(([B]) => B === sizes[size]),
            { fill: "var(--data)", r: 6 },
          ),
          Plot.text([_("— with replacement")], { frameAnchor: "bottom-left", dx: 8, dy: -26 }),
          Plot.text([_("- - without")], { frameAnchor: "bottom-left", dx: 8, dy: -8 }),
        ],
      });
      return [cloud, fall];
    },

    say(state) {
      const B = sizes[state.size],
        s = single[state.place];
      const value = spread(state, state.size),
        expected = predicted(s, B, state.draw);
      const batches = { B, draw: _(draws[state.draw]), place: _(places[state.place]) };
      const spreads = { value: tidy(value), expected: tidy(expected), s: short(s) };
      const whole = { n, length: tidy(Math.hypot(...full[state.place])) };
      return (
        fill(_("A hundred batches of {B}, drawn {draw}, {place}: "), batches) +
        fill(_("measured spread {value}, predicted {expected}. Single samples have {s}; "), spreads) +
        fill(_("the gradient of all {n} has length {length}."), whole)
      );
    },
  };
}
