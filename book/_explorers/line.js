// A line through points: move it, and see its residuals, its loss, and its place on the loss. The
// best intercept for a slope lets it turn about the middle of the points, along the loss's valley.
import * as Plot from "@observablehq/plot";
import { contours, fill, frame, short, sides } from "./frame.js";

export default function line({ area, price, slopes, intercepts, losses, best }) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const residuals = ({ slope, intercept }) => area.map((x, i) => price[i] - (slope * x + intercept));
  const middle = [mean(area), mean(price)];
  const loss = (state) => mean(residuals(state).map((r) => (r * r) / 2));
  const ends = (values) => [values[0], values.at(-1)];
  const within = (value, [least, most]) => Math.min(Math.max(value, least), most);
  const levels = [300, 1000, 3000, 10000, 30000];

  return {
    controls: {
      slope: {
        label: _("Slope"),
        min: slopes[0],
        max: slopes.at(-1),
        step: 0.01,
        value: (best[0] + 1).toFixed(2),
        text: (value) => fill(_("{value} thousand euros per m²"), { value: value.toFixed(2) }),
      },
      intercept: {
        label: _("Intercept"),
        min: intercepts[0],
        max: intercepts.at(-1),
        step: 1,
        value: best[1].toFixed(0),
        text: (value) => fill(_("{value} thousand euros"), { value: value.toFixed(0).replace("-", "−") }),
      },
      turn: {
        label: _("Best intercept for this slope"),
        act: ({ slope }) => ({ intercept: (middle[1] - slope * middle[0]).toFixed(0) }),
      },
      best: { label: _("Best line"), act: () => ({ slope: best[0].toFixed(2), intercept: best[1].toFixed(0) }) },
    },

    draw(state, width, change) {
      const ends_x = [40, 160];
      const points = frame({
        width: sides(width),
        ariaLabel: _("Five houses, the line, and its residuals"),
        x: { label: _("area (m²)"), domain: ends_x },
        y: { label: _("price (thousand euros)"), domain: [0, 700] },
        marks: [
          Plot.ruleX(area, {
            x: Plot.identity,
            y1: price,
            y2: area.map((x) => state.slope * x + state.intercept),
            stroke: "currentColor",
            clip: true,
          }),
          Plot.line(ends_x, {
            x: Plot.identity,
            y: ends_x.map((x) => state.slope * x + state.intercept),
            stroke: "var(--model)",
            strokeWidth: 3,
            clip: true,
          }),
          Plot.dot(area, { x: Plot.identity, y: price, fill: "var(--data)", r: 4 }),
          Plot.dot([middle], { symbol: "diamond2", r: 8, stroke: "currentColor" }),
        ],
      });
      const valley = frame({
        width: sides(width),
        ariaLabel: _("Contours of the loss over slope and intercept, and the line's place"),
        x: { label: _("slope (k€/m²)"), domain: ends(slopes) },
        y: { label: _("intercept (k€)"), domain: ends(intercepts) },
        marks: [
          contours(losses, slopes, intercepts, levels),
          Plot.dot([best], { x: "0", y: "1", symbol: "times", stroke: "currentColor", r: 5, strokeWidth: 2 }),
          Plot.dot([state], { x: "slope", y: "intercept", fill: "var(--model)", r: 6 }),
        ],
      });
      valley.style.cursor = "crosshair";
      valley.addEventListener("click", ({ offsetX, offsetY }) =>
        change({
          slope: within(valley.scale("x").invert(offsetX), ends(slopes)).toFixed(2),
          intercept: within(valley.scale("y").invert(offsetY), ends(intercepts)).toFixed(0),
        }),
      );
      return [points, valley];
    },

    say: (state) =>
      fill(_("Loss {loss}; the best line has {least}. Residuals: {residuals} thousand euros."), {
        loss: short(loss(state)),
        least: short(loss({ slope: best[0], intercept: best[1] })),
        residuals: residuals(state)
          .map((r) => String(Math.round(r) || 0).replace("-", "−")) // 0 has no sign
          .join(_(", ")),
      }),
  };
}
