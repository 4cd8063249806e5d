import io

import matplotlib.figure
import pytest
from _ext.figures import COLOURS, adapt, size

SPACE = 'xmlns="http://www.w3.org/2000/svg" xmlns:dc="http://purl.org/dc/elements/1.1/"'
DRAWN = f'<svg {SPACE} viewBox="0 0 40.4 30"><dc:title>Matplotlib</dc:title>'
OTHER = f'<svg {SPACE} width="30pt" height="15pt" viewBox="0 0 9 9">'
LINE = '<path stroke="#1f77b4"/></svg>'
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
"""


def drawing() -> str:
    figure = matplotlib.figure.Figure(figsize=(3, 2))
    figure.subplots().plot([0, 1])
    figure.savefig(file := io.StringIO(), format="svg")
    return file.getvalue()


def test_a_figure_of_matplotlib_gets_names_for_its_colours_and_one_style():
    svg = drawing()
    assert "<dc:title>Matplotlib" in svg
    assert "#1f77b4" in svg
    adapted = adapt(svg)
    assert [colour for colour in COLOURS if colour in adapted.partition("svg{fill")[2]] == []
    assert adapted.count("<style>:root{--ink:#000000;") == 1
    assert "@media (prefers-color-scheme:dark){:root{--ink:#e6e6e6;" in adapted
    assert "stroke: var(--data)" in adapted
    assert size(svg) == (288, 192)  # 3 × 2 inches of 96 pixels


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
    return build(PAGE, "elements", "figures", files={"static.svg": DRAWN + LINE})


@pytest.mark.parametrize(
    ("i", "sides", "adapted"),
    [(0, ("40", "30"), True), (1, ("40", "20"), False), (2, ("40", "30"), False)],
)
def test_drawings_have_their_size_and_what_matplotlib_draws_is_adapted(site, i, sides, adapted):
    image = site["index"].select("img")[i]
    assert (image["width"], image["height"]) == sides
    svg = (site.out / image["src"]).read_text()
    assert ("<style>" in svg) == adapted
    assert ('<path stroke="var(--data)"' if adapted else '<path stroke="#1f77b4"') in svg
    assert site.warnings == ""
