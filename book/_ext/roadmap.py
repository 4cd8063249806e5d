"""The map on the first page: the main road, and where side roads and laboratories leave it.

What a chapter needs is what the text under its title links to. A side road stands beside the last chapter
of the main road that it needs, itself or through another side road.
"""

from docutils import nodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .chapters import known
from .elements import element, is_tag, tag


class Roadmap(SphinxDirective):
    """`{roadmap}`: the main road, in the parts that _toc.yml gives it, with all that leaves it."""

    def run(self) -> list[nodes.Node]:
        """Leave a place, which is filled when all pages are known."""
        self.env.note_reread()
        return [element("div", classes=["roadmap"])]


def needs(env) -> dict[str, list[str]]:
    """The chapters that each chapter needs, in the order of _toc.yml."""
    labels = env.get_domain("std").anonlabels
    parts = env.external_site_map.root.subtrees
    order = [page for part in parts for page in part.items if page in known(env)]
    found = {}
    for page in order:
        pages = {labels[label][0] for label in known(env)[page]["needs"] if label in labels}
        found[page] = [each for each in order if each in pages and each != page]
    return found


def places(needs: dict[str, list[str]], main: list[str]) -> dict[str, str]:
    """The chapter of the main road beside which each other chapter stands. Raises ValueError."""
    found: dict[str, str] = {page: page for page in main}
    for page, before in needs.items():  # in order, so what a side road needs is placed before it
        if page not in found:
            if not (reached := [found[each] for each in before if each in found]):
                raise ValueError(f"roadmap: nothing before {page} leads to it")
            found[page] = max(reached, key=main.index)
    return found


class FillRoadmap(SphinxPostTransform):
    """Draws the map where `{roadmap}` stands."""

    default_priority = 41

    def run(self, **options) -> None:
        """A list of the main road for each part, and in its items lists of what leaves there."""
        for place in (node for node in self.document.findall(tag) if is_tag(node, "roadmap")):
            self.needs = needs(self.env)
            main = [page for page in self.needs if known(self.env)[page]["road"] == "main"]
            beside = places(self.needs, main)
            for part in self.env.external_site_map.root.subtrees:
                stops = []
                for page in (page for page in part.items if page in main):
                    away = [self.item(p) for p in beside if beside[p] == page != p]
                    stops.append(self.item(page, *([element("ul", *away)] if away else [])))
                if stops:
                    place += [nodes.rubric(text=_(part.caption)), element("ol", *stops)]

    def item(self, page: str, *away) -> tag:
        """A chapter: number, title, minutes and question; of a side road also what else it needs."""
        chapter, title = known(self.env)[page], self.env.titles[page].deepcopy()
        link = nodes.reference(
            "", "", nodes.Text(f"{self.number(page)} "), *title.children,
            internal=True, refuri=self.app.builder.get_relative_uri(self.env.docname, page),
        )  # fmt: skip
        takes = element(
            "span", nodes.Text(_("{} min").format(chapter["minutes"])), classes=["minutes"]
        )
        also = [each for each in self.needs[page] if known(self.env)[each]["road"] != "main"]
        text = chapter["question"]
        if also:
            text += _(" (After {})").format(_(", ").join(map(self.number, also)))
        stop = element(
            "div",
            nodes.paragraph("", "", link, nodes.Text(" "), takes),
            nodes.paragraph(text=text),
            classes=["stop", f"on-{chapter['road']}"],
        )
        return element("li", stop, *away)

    def number(self, page: str) -> str:
        """The number of a chapter."""
        return ".".join(map(str, self.env.toc_secnumbers.get(page, {}).get("", ())))


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("roadmap", Roadmap)
    app.add_post_transform(FillRoadmap)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
