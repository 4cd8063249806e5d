import pytest

PAGE = r"""# Page

A $x < y$ & one of $\undefined$.

$$a + b$$ (eq:sum)

$$
a \\ b
$$

As {eq}`eq:sum` says.
"""


@pytest.fixture(scope="module")
def site(build, packages):
    return build(PAGE, "mathematics", links=packages)


def test_formulas_are_set_without_their_source(site):
    page = site["index"]
    inline, *_ = page.select("span.math")
    assert inline.select_one(".katex > .katex-html")
    assert inline.select_one(".katex > .katex-mathml mo").get_text() == "<"
    assert page.find("annotation") is None
    assert "katex-display" in str(page.select("div.math")[1])


def test_an_equation_has_a_number_that_leads_to_it(site):
    equation, other = site["index"].select("div.math")
    link = site["index"].select("p a.reference")[-1]
    assert link["href"] == equation.select_one(".eqno a")["href"]
    (place,) = site["index"].select(link["href"])
    assert equation in [place, *place.select("div")]
    assert link.get_text() == "(1)"
    assert equation.select_one(".eqno").get_text().startswith("(1)")
    assert other.select_one(".eqno") is None


def test_what_katex_refuses_is_a_warning_with_its_place(site):
    (line,) = site.warnings.splitlines()
    assert "index.md:3: WARNING: " in line
    assert r"Undefined control sequence: \undefined" in line


def test_style_and_newest_fonts_alone_are_brought(site):
    folder = site.out / "_static/katex"
    style = (folder / "katex.css").read_text()
    assert style.count("font-display:swap") == style.count("@font-face")
    assert {path.suffix for path in (folder / "fonts").iterdir()} == {".woff2"}
    assert 'format("woff")' not in style
    assert 'format("truetype")' not in style
    assert [link for link in site.whole().select("link") if "katex/katex.css" in link["href"]]


def test_without_katex_a_formula_stays_source(build):
    site = build(PAGE, "mathematics")
    first, second = (code.get_text() for code in site["index"].select("span.math > code"))
    assert (first, second) == ("x < y", r"\undefined")
    assert site["index"].select("div.math code")[1].get_text() == (
        r"\begin{split}a \\ b\end{split}"
    )
    assert site.warnings == ""
