import json

import pytest

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 3">{}</svg>'
DATA = '<description xmlns="http://purl.org/dc/elements/1.1/">{"a":"&lt; ²"}</description>'
PAGES = {
    "index": "# One\n\n```{explorer} part/a\n```\n\n```{toctree}\npart/a\npart/b\n```",
    "part/a": "# Two\n\n![No](b.svg)\n\n```{image} a.svg\n:alt: A line.\n:class: explorer\n```\n",
    "part/b": "# Three\n\n![No](b.svg)",
}
FILES = {
    "part/a.svg": SVG.format(DATA),
    "part/b.svg": SVG.format(""),
    "book/_explorers/index.js": "console.log('made');",
}


@pytest.fixture(scope="module")
def site(build, packages):
    return build(PAGES, "elements", "explorers", links=packages, files=FILES)


def scripts(site, page):
    sources = [tag["src"].partition("?")[0] for tag in site.whole(page).select("script[src]")]
    return [source for source in sources if source.endswith("/near.js")]


def test_a_figure_with_controls_stands_on_another_page(site):
    (image,) = site["index"].select("figure.explorer-place img")
    assert image["alt"] == "A line."
    assert "explorer" in image["class"]
    assert (site.out / image["src"]).read_text() == FILES["part/a.svg"]
    assert image["src"].endswith("/a.svg")
    data = (site.out / f"_static/explorers/{image['data-data']}.js").read_text()
    assert json.loads(data.partition(" = ")[2].rstrip(";\n")) == '{"a":"< ²"}'
    assert site["part/a"].select_one("img.explorer")["data-data"] == image["data-data"]
    assert not site["index"].select_one("figure").has_attr("data-page")
    assert site.warnings == ""


def test_pages_with_such_figures_load_the_script(site):
    assert [scripts(site, page) for page in PAGES] == [
        ["_static/near.js"], ["../_static/near.js"], [],
    ]  # fmt: skip
    assert "made" in (site.out / "_static/explorers.js").read_text()


def test_without_esbuild_the_figure_stays_a_picture(build):
    site = build(PAGES, "elements", "explorers", files=FILES)
    assert site["index"].select_one("figure img")["alt"] == "A line."
    assert scripts(site, "index") == []
    assert not (site.out / "_static/explorers.js").exists()
    assert site.warnings == ""
