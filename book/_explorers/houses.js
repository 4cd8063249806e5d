// A weighted sum of the chosen features of houses: its weights, its residuals, and its error on two
// sets. The page holds weights and errors of every choice; what it predicts is computed here.
import * as Plot from "@observablehq/plot";
import { fill, frame, short, sides } from "./frame.js";

export default function houses({ features, more, scales, columns, price, count, weights, errors, baseline }) {
  const all = price.map((_, i) => i);
  const sets = [_("training"), _("validation")];
  const parts = [all.slice(0, count), all.slice(count)];
  // The choices are counted in binary: for each a row of weights, with the bias at its end, and two errors.
  const choice = (state) => features.reduce((n, name) => 2 * n + state[name], 0) * 2 + state.logarithm;
  const model = (state) => weights[choice(state)];

  function compute(state) {
    const w = model(state);
    const sums = price.map((_, i) => columns.reduce((sum, column, k) => sum + w[k] * column[i], w.at(-1)));
    const predicted = state.logarithm ? sums.map(Math.exp) : sums;
    const residuals = price.map((value, i) => value - predicted[i]);
    return { predicted, residuals };
  }

  // What one more of each feature adds: dollars, or per cent.
  function list(state) {
    const element = Object.assign(document.createElement("ul"), { className: "explorer-weights" });
    element.setAttribute("role", "list");
    element.setAttribute("aria-label", _("What the weights say"));
    features.forEach((name, k) => {
      const w = model(state)[k] / scales[k];
      const value = state.logarithm ? 100 * Math.expm1(w) : 1000 * w;
      const number = (value > 0 ? "+" : "") + short(value);
      const amount = fill(state.logarithm ? _("{number} %") : _("{number} dollars"), { number });
      const item = document.createElement("li");
      item.append(
        _(more[k]) + _(": "),
        Object.assign(document.createElement("b"), { textContent: state[name] ? amount : "–" }),
      );
      element.append(item);
    });
    return element;
  }

  return {
    controls: {
      ...Object.fromEntries(features.map((name, k) => [name, { label: _(name), value: Number(k < 2) }])),
      logarithm: { label: _("logarithm of the price"), value: 0 },
    },

    draw(state, width) {
      const { predicted, residuals } = compute(state);
      const looks = [{ fill: "var(--data)", fillOpacity: 0.7 }, { stroke: "var(--third)" }];
      const left = frame({
        width: sides(width),
        height: width < 560 ? 190 : 270,
        ariaLabel: _("The residual of each house against its prediction: training dots, validation rings"),
        x: { label: _("prediction (thousand dollars)"), domain: [0, 350] },
        y: { label: _("residual (thousand dollars)"), domain: [-250, 250] },
        marks: [
          Plot.ruleY([0], { stroke: "currentColor" }),
          ...parts.map((part, k) =>
            Plot.dot(part, { x: (i) => predicted[i], y: (i) => residuals[i], r: 2.5, ...looks[k] }),
          ),
        ],
      });
      const bars = frame({
        width,
        height: 105,
        marginLeft: 75,
        marginTop: 5,
        ariaLabel: _("The error on both sets; dashed, that of the baseline"),
        x: { label: _("RMSE (thousand dollars)"), domain: [0, 50] },
        y: { label: null, domain: sets, grid: false, tickSize: 0 },
        marks: [
          Plot.barX(sets, { x: errors[choice(state)], y: Plot.identity, fill: ["var(--data)", "var(--third)"] }),
          Plot.barX(sets, {
            x: baseline,
            y: Plot.identity,
            fill: "none",
            stroke: "currentColor",
            strokeDasharray: "4 3",
          }),
        ],
      });
      return [left, list(state), bars];
    },

    say(state) {
      const chosen = features.filter((name) => state[name]).map((name) => _(name));
      const [own, others, a, b] = [...errors[choice(state)], ...baseline].map((error) => error.toFixed(1));
      const what = state.logarithm ? _("The logarithm of the price from {features}") : _("The price from {features}");
      return (
        fill(what, { features: chosen.join(_(", ")) || _("no feature") }) +
        fill(_(": training error {own}, validation error {others} thousand dollars; the baseline has {a} and {b}."), {
          own,
          others,
          a,
          b,
        })
      );
    },
  };
}
