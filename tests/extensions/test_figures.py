import io

import matplotlib.figure
import pytest
from _ext.figures import COLOURS, adapt, size
from matplotlib import pyplot as plt

import d2l_helpers as d2l

SPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/"'
DRAWN = f'<svg {SPACE} viewBox="0 0 40.4 30"><dc:title>Matplotlib</dc:title>'
OTHER = f'<svg {SPACE} width="30pt" height="15pt" viewBox="0 0 9 9">'
LINE = '<path stroke="#3f90da"/></svg>'
PAGE = f"""\
# Page

```{{code-cell}}
from IPython.display import SVG

SVG('''{DRAWN}{LINE}''')
```

```{{code-cell}}
SVG('''{OTHER}{LINE}''')
```

![A drawing](static.svg)

![A wide one](wide.svg)
"""
WIDE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 20"></svg>'


def drawing() -> str:
    figure = matplotlib.figure.Figure(figsize=(3, 2))
    figure.subplots().plot([0, 1], "#3f90da")
    figure.savefig(file := io.StringIO(), format="svg")
    return file.getvalue()


def test_a_figure_of_matplotlib_gets_names_for_its_colours_and_one_style():
    svg = drawing()
    assert "<dc:title>Matplotlib" in svg
    assert "#3f90da" in svg
    adapted = adapt(svg)
    assert [colour for colour in COLOURS if colour in adapted.partition("svg{fill")[2]] == []
    assert adapted.count("<style>:root{--ink:#000000;") == 1
    assert "@media (prefers-color-scheme:dark){:root{--ink:#e6e6e6;" in adapted
    assert "stroke: var(--data)" in adapted
    assert size(svg) == (288, 192)  # 3 × 2 inches of 96 pixels


def test_each_colour_that_curves_have_is_adapted():
    with plt.rc_context():
        d2l.use_svg_display()
        cycle = plt.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [colour for colour in cycle if colour not in COLOURS] == []
    assert (COLOURS[cycle[0]][0], COLOURS[cycle[1]][0]) == ("data", "model")


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(("scheme", "paper"), [(1, "#ffffff"), (2, "#131416")])
def test_what_is_drawn_can_be_told_from_the_page(scheme, paper):
    """By a contrast of 3, as WCAG asks of graphics; grid and edge may be fainter."""
    for name, *colours in COLOURS.values():
        if name not in ("paper", "grid", "edge"):
            both = sorted((luminance(colours[scheme - 1]), luminance(paper)))
            assert (both[1] + 0.05) / (both[0] + 0.05) >= 3, name


@pytest.mark.parametrize(
    ("svg", "expected"),
    [
        (OTHER, (40, 20)),
        (DRAWN, (40, 30)),
        ('<svg viewBox="-1 -2.5 20 10">', (20, 10)),
        ('<svg\n  height="2">', None),
        ("<p>", None),
    ],
)
def test_size(svg, expected):
    assert size(svg) == expected


@pytest.fixture(scope="module")
def site(build):
    files = {"static.svg": DRAWN + LINE, "wide.svg": WIDE}
    return build(PAGE, "elements", "figures", files=files)


def test_what_is_wide_has_a_place_to_scroll_in(site):
    assert [img["alt"] for img in site["index"].select(".wide > img")] == ["A wide one"]


@pytest.mark.parametrize(
    ("i", "sides", "adapted"),
    [(0, ("40", "30"), True), (1, ("40", "20"), False), (2, ("40", "30"), False)],
)
def test_drawings_have_their_size_and_what_matplotlib_draws_is_adapted(site, i, sides, adapted):
    image = site["index"].select("img")[i]
    assert (image["width"], image["height"]) == sides
    svg = (site.out / image["src"]).read_text()
    assert ("<style>" in svg) == adapted
    assert ('<path stroke="var(--data)"' if adapted else '<path stroke="#3f90da"') in svg
    assert site.warnings == ""
