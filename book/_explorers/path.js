// Minibatch SGD at many learning rates, from one start and with the same batches: its path over
// two weights, and its excess loss. A value that is missing was too large for a number.
import * as Plot from "@observablehq/plot";
import { contours, fill, frame, raised, short, sides } from "./frame.js";

const TINY = 1e-2,
  HUGE = 1e5; // the axis of the excess loss: what lies beyond is cut off
const powers = [-2, -1, 0, 1, 2, 3, 4, 5].map((power) => 10 ** power);
const FAR = 1e5; // weights beyond are not drawn: SVG cannot hold all numbers

// A number with three digits, whatever its size.
function any(value) {
  if (value === 0 || (value >= 0.01 && value < 1e5)) return short(value);
  const [digits, power] = value.toExponential(2).split("e");
  return `${Number(digits)}\u00a0·\u00a010${raised(Number(power))}`;
}

export default function path({ rates, batches, paths, excess, smallest, limit, w1, w2, surface, best, labels }) {
  const last = excess[0][0].length - 1,
    of = batches.at(-1); // the largest batch is the whole set
  const place = (point) => (point.every((w) => w !== null && Math.abs(w) < FAR) ? point : [NaN, NaN]);
  const batch = (B) => (B === of ? fill(_("all {of}"), { of }) : String(B));
  const diverged = (run) => !(run[last] !== null && run[last] < run[0]);
  const levels = [0.01, 0.03, 0.08, 0.17, 0.3, 0.6, 1].map((part) => part * excess[0][0][0]);

  return {
    controls: {
      rate: {
        label: _("Learning rate"),
        min: 0,
        max: rates.length - 1,
        step: 1,
        value: rates.indexOf(0.2),
        text: (i) => String(rates[i]),
      },
      steps: { label: _("Steps"), min: 0, max: last, step: 1, value: last, play: 80 },
      batch: { label: _("Batch size"), options: batches.map(batch), value: 1 },
    },

    draw({ rate, steps, batch }, width) {
      const runs = excess[batch];
      const way = paths[batch][rate].slice(0, steps + 1).map(place);
      const line = (run) =>
        run.map(
          (
            value,
            step, // a logarithm needs more than 0
          ) => ({ step, value: value === null ? NaN : Math.min(Math.max(value, TINY / 10), 1e30) }),
        );
      const shown = line(runs[rate].slice(0, steps + 1));
      const plane = frame({
        width: sides(width),
        ariaLabel: _("Contours of the loss over the two weights, and the path of the steps"),
        x: { label: _(labels[0]), domain: [w1[1], w1.at(-2)] },
        y: { label: _(labels[1]), domain: [w2[1], w2.at(-2)] },
        marks: [
          contours(surface, w1, w2, levels),
          Plot.line(way, { stroke: "var(--model)", strokeWidth: 1.5, clip: true }),
          Plot.dot(way, { fill: "var(--model)", r: 2, clip: true }),
          Plot.dot([best], { symbol: "star", fill: "currentColor", r: 5 }),
          Plot.dot([way[0]], { stroke: "currentColor", fill: "var(--color-background-primary)", r: 5, strokeWidth: 2 }),
          Plot.dot([way.at(-1)], { fill: "var(--model)", r: 6, clip: true }),
        ],
      });
      const fall = frame({
        width: sides(width),
        ariaLabel: _("The excess loss against the step: this rate, and the others faintly"),
        x: { label: _("step"), domain: [0, last] },
        y: {
          label: _("excess loss"),
          type: "log",
          domain: [TINY, HUGE],
          ticks: powers,
          tickFormat: (value) => `10${raised(Math.round(Math.log10(value)))}`,
        },
        marks: [
          ...runs.map((run) =>
            Plot.line(line(run), { x: "step", y: "value", stroke: "currentColor", strokeOpacity: 0.25, clip: true }),
          ),
          Plot.line(shown, { x: "step", y: "value", stroke: "var(--model)", strokeWidth: 2.5, clip: true }),
          Plot.dot(shown.slice(-1), { x: "step", y: "value", fill: "var(--model)", r: 6, clip: true }),
        ],
      });
      return [plane, fall];
    },

    say({ rate, steps, batch: b }) {
      const run = excess[b][rate],
        share = rates[rate] / limit;
      const values = { rate: rates[rate], share: short(share), limit: short(limit), of, steps, last };
      const loss =
        run[steps] === null
          ? _("too large for a number")
          : fill(_("{loss}, of which {excess} is excess"), {
              loss: any(smallest + run[steps]),
              excess: any(run[steps]),
            });
      const after =
        steps === 1 ? _("After 1 step the loss is {loss}. ") : _("After {steps} steps the loss is {loss}. ");
      const end = diverged(run)
        ? _("The run diverges: after {last} steps its loss is no lower than at the start.")
        : _("The run does not diverge: after {last} steps its loss is lower than at the start.");
      return (
        fill(_("The rate {rate} is {share} times {limit}, the limit 2/λmax for all {of} houses. "), values) +
        fill(after, { ...values, loss }) +
        fill(end, values)
      );
    },
  };
}
