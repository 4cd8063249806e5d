"""What a figure says, as text for a reference: its axes, their ends, what is drawn in which colour.

It is read from matplotlib's SVG, where a comment beside the outlines of letters holds their text.
"""

import re
import xml.etree.ElementTree as ET

PICTURE = r"(?s)<\?xml.*</svg>\s*"  # a figure's data among outputs
UNNAMED = re.compile(r"(?m)^[xy]: \?.*")
SVG = "{http://www.w3.org/2000/svg}"
COLOUR = re.compile("(?:fill|stroke): (#[0-9a-f]{6})")
GROWS = "loss, accuracy"  # the axis of a figure that grows: its ends differ from frame to frame
NUMBER = re.compile(r"[-−\d. ]+")  # within the axes, such as the counts of a confusion matrix
PLACE = re.compile(r"(?:M |translate\()(\S+) ([^\s)]+)")
DRAWN = {"line2d": "line", "PathCollection": "points", "LineCollection": "lines"}
DRAWN |= {"QuadContourSet": "contours", "FillBetweenPolyCollection": "area", "patch": "bar"}


def parts(group: ET.Element, kind: str) -> list[ET.Element]:
    """The groups of a kind that stand in this one: the `xtick_1`, `xtick_2`, … of an axis."""
    return [part for part in group if part.get("id", "").rpartition("_")[0] == kind]


def words(group: ET.Element) -> str:
    """The texts of a group."""
    found = " ".join(comment.text.strip() for comment in group.iter(ET.Comment))
    return re.sub(r"\$\\mathdefault\{(.*)\}\$", r"\1", found)


def axis(group: ET.Element) -> str:
    """Name and unit of an axis, and the texts at its ends: from the left, or from below."""
    letter = "x" if parts(group, "xtick") else "y"
    ticks = [(tick.find(f".//{SVG}use"), words(tick)) for tick in parts(group, f"{letter}tick")]
    places = [(float(use.get(letter)), text) for use, text in ticks if text]
    if not places:
        return ""
    ends = [max(places)[1], min(places)[1]]
    if letter == "x":
        ends.reverse()
    name = ", ".join(map(words, parts(group, "text"))) or "?"
    return f"{letter}: {name}" if name == GROWS else f"{letter}: {name}, {' … '.join(ends)}"


def drawn(part: ET.Element) -> str:
    """A line, points or the like with its colours; nothing for the frame and for what is white."""
    if part.tag == f"{SVG}image" or part.find(f"{SVG}image") is not None:
        return "picture"
    kind = DRAWN.get(part.get("id", "").rpartition("_")[0])
    colours = list(dict.fromkeys(COLOUR.findall(ET.tostring(part, "unicode"))))
    if not kind or (kind == "bar" and colours in (["#ffffff"], ["#000000"])):
        return ""
    if kind == "line" and part.find(f".//{SVG}use") is not None:
        kind = "points"
    return " ".join([kind, *colours])


def place(axes: ET.Element) -> tuple[int, int]:
    """Where axes stand: from above, roughly, and from the left."""
    found = PLACE.search(ET.tostring(axes, "unicode"))
    x, y = map(float, found.groups()) if found else (0, 0)
    return round(y / 20), round(x)


def described(svg: str) -> str:
    """What the axes of a figure say, row by row."""
    root = ET.fromstring(svg, ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))
    figure, lines = root.find(f"{SVG}g"), []
    for axes in sorted(parts(figure, "axes"), key=place):
        legend = [words(text) for box in parts(axes, "legend") for text in parts(box, "text")]
        texts = [text for text in map(words, parts(axes, "text")) if not NUMBER.fullmatch(text)]
        lines += [f"axes: {' | '.join(texts)}"]
        lines += map(axis, parts(axes, "matplotlib.axis"))
        lines += [", ".join(filter(None, map(drawn, axes)))]
        lines += [f"legend: {' | '.join(legend)}" if legend else ""]
    return "\n".join(line.strip() for line in lines if line)
