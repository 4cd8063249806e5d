// What the explorers' plots have in common.
import * as Plot from "@observablehq/plot";

// A plot with axes, in the page's colours.
export function frame({ width, height = Math.min(0.55 * width, 300), marks, x, y, ...options }) {
  return Plot.plot({
    width,
    height,
    marginLeft: 55,
    marginBottom: 40,
    marginTop: 25,
    style: { fontSize: "13px", background: "none" },
    x: { grid: true, labelAnchor: "center", labelArrow: "none", ...x },
    y: { grid: true, labelArrow: "none", ...y },
    marks: [Plot.frame({ strokeOpacity: 0.3 }), ...marks],
    ...options,
  });
}

// The width of each of `count` plots beside each other; all of it on a narrow screen.
export const sides = (width, count = 2) => (width < 560 ? width : Math.floor(width / count - 8));

// A text with values in the places that it names. `_` is Sphinx's: it gives a text in the page's language.
export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);

// A number with three digits, as the text writes it.
export const short = (value) =>
  value.toLocaleString("en", { maximumSignificantDigits: 3 }).replaceAll(",", " ").replace("-", "−");

// A whole number as an exponent.
export const raised = (power) =>
  String(power)
    .replace("-", "⁻")
    .replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);

// Lines of equal height over a grid: heights[j][i] at (xs[i], ys[j]), with equal steps of each.
export const contours = (heights, xs, ys, thresholds) => {
  const half = (values) => (values[1] - values[0]) / 2;
  return Plot.contour(heights.flat(), {
    width: xs.length,
    height: ys.length,
    x1: xs[0] - half(xs), // a height belongs to the middle of its pixel
    x2: xs.at(-1) + half(xs),
    y1: ys[0] - half(ys),
    y2: ys.at(-1) + half(ys),
    interpolate: "none",
    thresholds,
    stroke: "currentColor",
    strokeOpacity: 0.6,
    clip: true,
  });
};
