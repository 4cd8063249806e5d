// A polynomial through noisy points, of each degree and with each strength of weight decay: its
// curve, and its error on the points that it has learned from and on others.
import * as Plot from "@observablehq/plot";
import { fill, frame, raised, short, sides } from "./frame.js";

export default function polynomial({ x, y, grid, rule, degrees, lams, curves, errors, largest }) {
  const power = (i) =>
    lams[i] === 0 || lams[i] === 1 ? String(lams[i]) : `10${raised(Math.round(Math.log10(lams[i])))}`;
  const sets = [
    { label: _("— training"), stroke: "var(--data)" },
    { label: _("- - validation"), stroke: "var(--third)", strokeDasharray: "5 3" },
  ];

  return {
    controls: {
      degree: { label: _("Degree"), min: degrees[0], max: degrees.at(-1), step: 1, value: degrees.at(-1) },
      lam: { label: "λ", min: 0, max: lams.length - 1, step: 1, value: 0, text: (i) => String(lams[i]) },
    },

    draw({ degree, lam }, width) {
      const at = degrees.indexOf(degree);
      const fit = frame({
        width: sides(width),
        ariaLabel: _("Twelve points, the rule without noise, and the fitted polynomial"),
        x: { label: "x", domain: [-1.05, 1.05], ticks: [-1, -0.5, 0, 0.5, 1] },
        y: { label: "y", domain: [-2.2, 2.2] },
        marks: [
          Plot.line(grid, { x: Plot.identity, y: rule, stroke: "currentColor", strokeDasharray: "2 4" }),
          Plot.line(grid, { x: Plot.identity, y: curves[at][lam], stroke: "var(--model)", strokeWidth: 2.5 }),
          Plot.dot(x, { x: Plot.identity, y, fill: "var(--data)", r: 4 }),
        ],
      });
      const both = frame({
        width: sides(width),
        ariaLabel: fill(_("The training and the validation error over λ, for degree {degree}"), { degree }),
        x: { label: "λ", domain: [-0.3, lams.length - 0.7], ticks: [0, 1, 3, 5, 7], tickFormat: power },
        y: { label: "RMSE", domain: [0, 0.85] },
        marks: [
          Plot.ruleX([lam], { stroke: "currentColor", strokeOpacity: 0.3 }),
          ...sets.map(({ label, ...look }, k) =>
            Plot.line(errors[at], { x: (_, i) => i, y: String(k), strokeWidth: 2, ...look }),
          ),
          ...sets.map(({ stroke }, k) => Plot.dot([errors[at][lam]], { x: [lam], y: String(k), fill: stroke, r: 6 })),
          ...sets.map(({ label, stroke }, k) =>
            Plot.text([label], { frameAnchor: "top-left", fill: stroke, dx: 8 + 84 * k, dy: 6 }),
          ),
        ],
      });
      return [fit, both];
    },

    say({ degree, lam }) {
      const at = degrees.indexOf(degree),
        [training, validation] = errors[at][lam].map((error) => error.toFixed(2));
      return fill(
        _("Degree {degree}, λ {lam}: training error {training}, validation error {validation}, largest weight {w}."),
        { degree, lam: lams[lam], training, validation, w: short(largest[at][lam]) },
      );
    },
  };
}
