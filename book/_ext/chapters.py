"""What is known of each chapter: its question, its minutes, what it needs, and where it runs.

`{chapter}` says so under a chapter's title. On the first page `{tracks}` lists all chapters, in the
parts that _toc.yml gives them, and `{start}` leads to the first of them.
"""

import re
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from .elements import element, is_tag, tag
from .notebooks import FOLDER

BRANCH = "notebooks"  # holds what `tools/branch.sh` gathers


def addresses(repository: str, page: str) -> dict[str, str]:
    """Where a chapter opens: its notebook on the branch; Colab knows GitHub only."""
    place = f"{BRANCH}?urlpath=lab/tree/{page}.ipynb"
    if github := re.fullmatch(r"https://github\.com/([^/]+/[^/]+)", repository):
        colab = "https://colab.research.google.com/github"
        return {
            "Binder": f"https://mybinder.org/v2/gh/{github[1]}/{place}",
            "Colab": f"{colab}/{github[1]}/blob/{BRANCH}/{page}.ipynb",
        }
    binder = f"https://mybinder.org/v2/git/{quote(repository, safe='')}/{place}"
    return {"Binder": binder} if repository else {}


def known(env) -> dict[str, dict[str, str]]:
    """Question and minutes of each chapter."""
    if not hasattr(env, "chapters"):
        env.chapters = {}
    return env.chapters


class Chapter(SphinxDirective):
    """`{chapter}`: a strip with the minutes that reading takes and what the chapter needs."""

    has_content = True
    option_spec = {"question": directives.unchanged_required, "minutes": directives.positive_int}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Note what is known, and build the strip; where it runs is added to the page later."""
        if missing := self.option_spec.keys() - self.options.keys():
            raise self.error(f"chapter: no {' and no '.join(sorted(missing))}")
        known(self.env)[self.env.docname] = dict(self.options)
        self.env.metadata[self.env.docname]["og:description"] = self.options["question"]
        minutes = nodes.paragraph(text=f"{self.options['minutes']} minutes to read.")
        return [
            element(
                "div",
                minutes,
                *self.parse_text_to_nodes("\n".join(self.content)),
                classes=["strip"],
            )
        ]


class Tracks(SphinxDirective):
    """`{tracks}`: all chapters, a list for each part."""

    def run(self) -> list[nodes.Node]:
        """Leave a place, which is filled when all pages are known."""
        self.env.note_reread()
        return [element("div", classes=["tracks"])]


class Start(SphinxDirective):
    """`{start} first how`: two buttons, to the first chapter and to how one runs it."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Build the buttons; questions.js lets the first lead to where the reader is."""
        words = zip(
            self.arguments,
            ("Start the course", "How to run it"),
            (["button", "first"], ["button"]),
            strict=True,
        )
        buttons = [
            element(
                "a",
                nodes.Text(text),
                classes=classes,
                href=self.env.app.builder.get_relative_uri(self.env.docname, page),
            )
            for page, text, classes in words
        ]
        return [element("p", buttons[0], nodes.Text(" "), buttons[1])]


class AddLinks(SphinxPostTransform):
    """Lets each strip say where its chapter runs; the download is a file of the site itself."""

    default_priority = 40
    formats = ("html",)

    def run(self, **options) -> None:
        """Add the links."""
        page = self.env.docname
        for strip in (node for node in self.document.findall(tag) if is_tag(node, "strip")):
            file = "../" * page.count("/") + f"{FOLDER}/{page}.ipynb"
            where = addresses(self.config.course_repository, page)
            links = [element("a", nodes.Text(name), href=url) for name, url in where.items()]
            links.append(element("a", nodes.Text("Download"), href=file, download=""))
            line = element("p", nodes.Text("Run it: "), classes=["launch"])
            for i, link in enumerate(links):
                line += [nodes.Text(" · " if i else ""), link]
            strip += line


class FillTracks(SphinxPostTransform):
    """Puts the chapters where `{tracks}` stands."""

    default_priority = 41

    def run(self, **options) -> None:
        """List the parts that have chapters."""
        for place in (node for node in self.document.findall(tag) if is_tag(node, "tracks")):
            for part in self.env.external_site_map.root.subtrees:
                if items := [self.item(page) for page in part.items if page in known(self.env)]:
                    place += [nodes.rubric(text=part.caption), element("ul", *items)]

    def item(self, page: str) -> tag:
        """A chapter: number, title, minutes and question."""
        chapter, title = known(self.env)[page], self.env.titles[page].deepcopy()
        number = ".".join(map(str, self.env.toc_secnumbers.get(page, {}).get("", ())))
        address = self.app.builder.get_relative_uri(self.env.docname, page)
        link = nodes.reference(
            "", "", nodes.Text(f"{number} "), *title.children, internal=True, refuri=address
        )
        minutes = element("span", nodes.Text(f"{chapter['minutes']} min"), classes=["minutes"])
        line = nodes.paragraph("", "", link, nodes.Text(" "), minutes)
        return element("li", line, nodes.paragraph(text=chapter["question"]))


def list_pages(app, pagename, templatename, context, doctree) -> None:
    """Give the sidebar its parts, each with its pages."""
    numbers, titles = app.env.toc_secnumbers, app.env.titles

    def entry(page: str) -> dict[str, str]:
        number = "".join(f"{n}. " for n in numbers.get(page, {}).get("", ()))
        return {"name": page, "title": number + titles[page].astext()}

    parts = app.env.external_site_map.root.subtrees
    context["course_parts"] = [
        (part.caption, [entry(page) for page in part.items]) for part in parts
    ]


def forget(app, env, docname) -> None:
    """Drop what is known of a page that changes."""
    known(env).pop(docname, None)


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("chapter", Chapter)
    app.add_directive("start", Start)
    app.add_directive("tracks", Tracks)
    app.add_post_transform(AddLinks)
    app.add_post_transform(FillTracks)
    app.connect("html-page-context", list_pages)
    app.connect("env-purge-doc", forget)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
