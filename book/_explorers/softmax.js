// Three logits, a temperature and a label: the probabilities, the cross-entropy and its gradient.
import * as Plot from "@observablehq/plot";
import { fill, frame, short, sides } from "./frame.js";

export default function softmax({ names: given, leaf, truth }) {
  const names = given.map(_);
  const compute = (state) => {
    const T = 10 ** state.temperature;
    const o = names.map((name) => state[name] / T);
    const largest = Math.max(...o);
    const exps = o.map((logit) => Math.exp(logit - largest)); // 1 at most: nothing overflows
    const sum = exps.reduce((a, b) => a + b);
    const p = exps.map((value) => value / sum);
    const label = names.map((_, j) => Number(j === state.truth));
    const gradient = p.map((value, j) => (value - label[j]) / T);
    return { T, p, label, gradient, loss: largest - o[state.truth] + Math.log(sum) };
  };
  const digits = (T) => (T > 10 ? 4 : 3); // after the point: gradients are at most 1 / T
  const fixed = (value, count, plus = "") => {
    const rounded = Number(value.toFixed(count)); // −0.0001 has no sign left
    const sign = rounded < 0 ? "−" : rounded > 0 ? plus : "";
    return sign + Math.abs(rounded).toFixed(count);
  };

  // One bar a class, with its value at its end.
  const bars = (values, fill, texts) => [
    Plot.barY(names, { x: Plot.identity, y: values, fill, insetLeft: 6, insetRight: 6 }),
    ...[1, -1].map((side) =>
      Plot.text(names, {
        x: Plot.identity,
        y: values,
        text: texts,
        dy: -9 * side,
        filter: (_, j) => values[j] < 0 === side < 0,
      }),
    ),
  ];

  const logit = (name, j) => [
    name,
    {
      label: fill(_("Logit of {name}"), { name }),
      min: -8,
      max: 8,
      step: 0.1,
      value: leaf[j],
      text: (value) => fixed(value, 1),
    },
  ];

  return {
    controls: {
      ...Object.fromEntries(names.map(logit)),
      temperature: {
        label: _("Temperature"),
        min: -1,
        max: 2,
        step: 0.05,
        value: 0,
        text: (value) => short(10 ** value),
      },
      truth: { label: _("True class"), options: names, value: truth },
      leaf: {
        label: _("Back to the leaf's logits"),
        act: () => Object.fromEntries(names.map((name, j) => [name, leaf[j]])),
      },
    },

    draw(state, width) {
      const { T, p, label, gradient } = compute(state);
      const x = { label: null, domain: names, grid: false };
      const most = 1.35 * Math.max(1, 1 / T);
      return [
        frame({
          width: sides(width),
          ariaLabel: _("The probability of each class, and the label as a dashed outline"),
          x,
          y: { label: _("probability"), domain: [0, 1.2] },
          marks: [
            ...bars(
              p,
              "var(--model)",
              p.map((value) => fixed(value, 3)),
            ),
            Plot.barY(names, {
              x: Plot.identity,
              y: label,
              fill: "none",
              stroke: "currentColor",
              strokeDasharray: "4 3",
              filter: (_, j) => label[j],
            }),
          ],
        }),
        frame({
          width: sides(width),
          ariaLabel: _("The gradient of the cross-entropy in each logit"),
          x,
          y: { label: _("gradient in the logit"), domain: [-most, most] },
          marks: [
            ...bars(
              gradient,
              "var(--third)",
              gradient.map((value) => fixed(value, digits(T))),
            ),
            Plot.ruleY([0], { stroke: "currentColor" }),
          ],
        }),
      ];
    },

    say(state) {
      const { T, p, loss, gradient } = compute(state);
      const each = (values, ...format) =>
        names.map((name, j) => `${name} ${fixed(values[j], ...format)}`).join(_(", "));
      const values = {
        p: each(p, 3),
        truth: names[state.truth],
        loss: fixed(loss, 3),
        gradient: each(gradient, digits(T), "+"),
      };
      return fill(_("Probabilities: {p}. Cross-entropy for {truth}: {loss} nats. Gradient: {gradient}."), values);
    },
  };
}
