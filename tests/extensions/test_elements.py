import pytest
from _ext.elements import element, fold, is_tag
from docutils import nodes

PAGE = "# Page\n\n| | b |\n|-|---|\n| | 1 |\n\n![A photograph](photo.png)"


def test_an_element_keeps_what_it_is_given():
    made = element("p", nodes.Text("a"), classes=["x"], id="y", data_z="1", for_="b")
    assert (made["name"], made["classes"], made["ids"]) == ("p", ["x"], ["y"])
    assert made["given"] == {"data-z": "1", "for": "b"}
    assert [is_tag(made, "x"), is_tag(made, "y"), is_tag(nodes.Text("x"), "x")] == [1, 0, 0]


@pytest.mark.parametrize("summary", ["More", [nodes.emphasis(text="More")]])
def test_a_fold_has_its_summary_first(summary):
    made = fold(summary, nodes.paragraph(text="Text"), classes=["x"], open="")
    assert (made["name"], made["classes"], made["given"]) == ("details", ["x"], {"open": ""})
    assert [child.astext() for child in made.children] == ["More", "Text"]


def test_pictures_wait_and_empty_cells_are_no_headers(build):
    site = build(PAGE, "elements", files={"photo.png": ""})
    attributes = site["index"].img.attrs
    assert (attributes["loading"], attributes["decoding"]) == ("lazy", "async")
    assert "width" not in attributes
    assert [cell.name for cell in site["index"].thead.find_all(["td", "th"])] == ["td", "th"]
    assert site.warnings == ""
