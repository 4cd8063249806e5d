"""What a plot in a page shows, read back from where its parts are: scales, points, lines, contours."""

import re
from dataclasses import dataclass

import numpy as np
from figures import number
from playwright.sync_api import Locator

# Where each part is, in the plot's own units, whatever groups it is in.
READ = r"""svg => {
  const at = (part, x, y) => {
    const { a, b, c, d, e, f } = part.getCTM(), base = svg.getCTM();
    const [u, v] = [a * x + c * y + e, b * x + d * y + f];
    return [(u - base.e) / base.a, (v - base.f) / base.d];
  };
  const numbers = text => text.match(/-?[\d.]+(?:e-?\d+)?/g).map(Number);
  const pairs = (part, list) => list.flatMap((x, i) => (i % 2 ? [] : [at(part, x, list[i + 1])]));
  const value = (part, ...names) => names.map((name) => part[name].baseVal.value);
  const LOOKS = ["fill", "stroke", "stroke-dasharray"];
  const shapes = (group) =>
    [...group.querySelectorAll("path, circle, line, rect")].filter((part) => !part.closest("clipPath"));
  const read = (part) => {
    if (part.matches("circle")) return [at(part, ...value(part, "cx", "cy"))];
    if (part.matches("line")) return pairs(part, value(part, "x1", "y1", "x2", "y2"));
    if (part.matches("rect")) {
      const [x, y, width, height] = value(part, "x", "y", "width", "height");
      return [at(part, x, y), at(part, x + width, y + height)];
    }
    if (part.closest("[aria-label=dot]")) return [at(part, 0, 0)]; // a symbol
    return pairs(part, numbers(part.getAttribute("d")));
  };
  const axis = (name) => ({
    label: svg.querySelector(`[aria-label="${name}-axis label"]`)?.textContent ?? "",
    ticks: [...svg.querySelectorAll(`[aria-label="${name}-axis tick label"] text`)]
      .map((text) => [text.textContent, at(text, 0, 0)["xy".indexOf(name)]]),
  });
  const marks = [...svg.querySelectorAll("[aria-label]")]
    .filter((group) => /^(dot|line|rule|contour|bar)$/.test(group.getAttribute("aria-label")))
    .map((group) => ({
      kind: group.getAttribute("aria-label"),
      looks: shapes(group).map((part) =>
        Object.fromEntries(LOOKS.map((name) => [name, part.closest(`[${name}]`)?.getAttribute(name)]))),
      parts: shapes(group).map(read),
    }));
  const texts = [...svg.querySelectorAll("[aria-label=text] text")].map((text) => text.textContent);
  return { x: axis("x"), y: axis("y"), marks, texts, frame: read(svg.querySelector("[aria-label=frame]")) };
}"""


@dataclass
class Axis:
    """An axis: its label, and the places of its ticks."""

    label: str
    ticks: list[tuple[str, float]]
    log: bool = False

    def __post_init__(self):
        self.names = [name for name, _ in self.ticks]
        self.at = np.array([place for _, place in self.ticks])

    def scale(self) -> tuple[float, float]:
        """Factor and start of the places along it; all ticks have to lie on this one scale."""
        said = [number(re.sub("^10(?=[⁻⁰-⁹¹²³])", "1·10", name)) for name in self.names]
        said = np.log10(said) if self.log else np.array(said)
        factor, start = np.polyfit(said, self.at, 1)
        assert np.allclose(factor * said + start, self.at, rtol=0, atol=0.1), self.ticks
        return factor, start

    def places(self, values: np.ndarray) -> np.ndarray:
        factor, start = self.scale()
        return factor * (np.log10(values) if self.log else values) + start

    def values(self, places: np.ndarray) -> np.ndarray:
        factor, start = self.scale()
        found = (places - start) / factor
        return 10**found if self.log else found

    def named(self, place: float) -> str:
        """The name of what stands here, of several that are no numbers."""
        nearest = abs(self.at - place).argmin()
        assert abs(self.at[nearest] - place) <= 1
        return self.names[nearest]


class Drawing:
    """A plot: its axes, and its marks."""

    def __init__(self, plot: Locator, log: str = ""):
        read = plot.evaluate(READ)
        self.x, self.y = (Axis(**read[name], log=name in log) for name in "xy")
        self.labels = (self.x.label, self.y.label)
        self.marks = [(m["kind"], [np.array(part) for part in m["parts"]]) for m in read["marks"]]
        self.texts, self.frame = read["texts"], np.sort(read["frame"], 0)
        self._looks = [(m["kind"], m["looks"]) for m in read["marks"]]

    def parts(self, kind: str) -> list[list[np.ndarray]]:
        """The places (n, 2) of each part, of each mark of a kind."""
        return [parts for mark, parts in self.marks if mark == kind]

    def looks(self, kind: str, which: int) -> list[dict[str, str | None]]:
        """The colours and dashes of each part of a mark."""
        return [looks for mark, looks in self._looks if mark == kind][which]

    def holds(self, kind: str, which: int) -> bool:
        """Whether a mark is within the frame."""
        places = np.concatenate(self.parts(kind)[which])
        return bool((places >= self.frame[0] - 1).all() and (places <= self.frame[1] + 1).all())

    def grows_right_and_up(self) -> bool:
        return self.x.scale()[0] > 0 > self.y.scale()[0]

    def shows(self, kind: str, which: int, wanted) -> bool:
        """Whether a mark's points are where the axes have these numbers (n, 2)."""
        places = np.concatenate(self.parts(kind)[which])
        x, y = np.array(wanted, float).T
        wanted = np.column_stack([self.x.places(x), self.y.places(y)])
        assert places.shape == wanted.shape
        return np.allclose(places, wanted, rtol=0, atol=1)

    def numbers(self, places: np.ndarray) -> np.ndarray:
        """The numbers (n, 2) that the axes have at these places."""
        return np.column_stack([self.x.values(places[:, 0]), self.y.values(places[:, 1])])
