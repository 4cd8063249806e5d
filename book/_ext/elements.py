"""HTML: elements that docutils has no node for, such as a fold, and how the others are written."""

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator


class tag(nodes.General, nodes.Element):  # noqa: N801  # docutils' nodes are named so
    """An element of HTML: its `name`, and the attributes that it was `given`."""


def element(name: str, /, *children, classes=(), **given) -> tag:
    """An element with its children; `data_x` becomes `data-x`."""
    given = {key.strip("_").replace("_", "-"): value for key, value in given.items()}
    ids = [given.pop("id")] if "id" in given else []
    return tag("", *children, name=name, given=given, classes=list(classes), ids=ids)


def fold(summary: str | list, *children, classes=(), **given) -> tag:
    """A `<details>`: open or closed without any script."""
    words = [nodes.Text(summary)] if isinstance(summary, str) else summary
    return element("details", element("summary", *words), *children, classes=classes, **given)


def is_tag(node: nodes.Node, kind: str) -> bool:
    """Whether a node is an element of that class."""
    return isinstance(node, tag) and kind in node["classes"]


def visit(self, node) -> None:
    """Open the element."""
    self.body.append(self.starttag(node, node["name"], "", **node["given"]))


def depart(self, node) -> None:
    """Close the element."""
    if node["name"] != "input":
        end = "" if node["name"] in ("a", "span", "label") else "\n"  # or the search joins words
        self.body.append(f"</{node['name']}>{end}")


class Translator(HTML5Translator):
    """Sphinx's own, where browsers, screen readers and patient readers ask for more."""

    def starttag(self, node, tagname, *rest, **attributes):
        """Let pictures wait, and move nothing when they come; entries of a list are items."""
        if tagname == "img":
            attributes |= {"loading": "lazy", "decoding": "async"}
            if sides := node.get("sides"):  # figures.py knows them
                attributes |= {"width": sides[0], "height": sides[1]}
            if data := node.get("data"):  # explorers.py has written it
                attributes["data-data"] = data
        if attributes.get("role") == "doc-biblioentry":  # deprecated
            attributes["role"] = "listitem"
        return super().starttag(node, tagname, *rest, **attributes)

    def visit_entry(self, node) -> None:
        """A header without words is no header."""
        if isinstance(node.parent.parent, nodes.thead) and not node.astext():
            self.body.append("<td></td>")
            raise nodes.SkipNode
        super().visit_entry(node)


def setup(app):
    """Register the extension with Sphinx."""
    app.set_translator("html", Translator)
    app.add_node(tag, html=(visit, depart))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
