"""What is known of each chapter: its question, its road, its minutes, what it needs, and where it runs.

`{chapter}` says so under a chapter's title; the minutes and the exercises are counted. `{start}` on the
first page leads to the first chapter; roadmap.py draws them all.
"""

import re
from urllib.parse import quote

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.addnodes import pending_xref
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_exercise.nodes import exercise_enumerable_node

from .elements import element, is_tag, tag
from .exercises import FIVE_MINUTES, LONG
from .languages import folder
from .notebooks import FOLDER
from .translation import HAN

ROADS = ("main", "side", "laboratory")
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


def known(env) -> dict[str, dict]:
    """Question, road, minutes and needs of each chapter."""
    if not hasattr(env, "chapters"):
        env.chapters = {}
    return env.chapters


def road(argument: str) -> str:
    """The option `:road:`."""
    return directives.choice(argument, ROADS)


class Chapter(SphinxDirective):
    """`{chapter}`: a strip with the minutes that a chapter takes and what it needs."""

    has_content = True
    option_spec = {"question": directives.unchanged_required, "road": road}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Note what is known, and build the strip; what it takes and where it runs is added later."""
        if missing := self.option_spec.keys() - self.options.keys():
            raise self.error(f"chapter: no {' and no '.join(sorted(missing))}")
        text = self.parse_text_to_nodes("\n".join(self.content))
        links = [link["reftarget"] for part in text for link in part.findall(pending_xref)]
        known(self.env)[self.env.docname] = self.options | {"needs": links}
        self.env.metadata[self.env.docname]["og:description"] = self.options["question"]
        return [element("div", *text, classes=["strip"])]


def told(doctree: nodes.document) -> list[nodes.Node]:
    """The sections of a chapter up to its exercises or tasks."""
    for title in doctree.findall(nodes.title):
        if title.astext() in (_("Exercises"), _("On your own")):
            exercises, page = title.parent, title.parent.parent
            return page.children[: page.index(exercises)]
    return list(doctree.children)


def minutes(doctree: nodes.document) -> int:
    """What a reader takes up to the exercises, with half a minute for a cell.

    A minute is 180 words, or 300 Chinese characters.
    """
    words = cells = 0
    for part in told(doctree):
        for text in part.findall(lambda n: isinstance(n, nodes.paragraph | nodes.caption)):
            formulas = len(list(text.findall(nodes.math)))
            plain = (
                t.astext() for t in text.findall(nodes.Text) if type(t.parent) is not nodes.math
            )
            line = " ".join(plain)
            han = len(re.findall(f"[{HAN}]", line))
            others = re.sub(f"[{HAN}，。；：？！、（）“”《》]+", " ", line)
            words += len(others.split()) + 0.6 * han + formulas
        for cell in part.findall(nodes.container):
            unseen = {"tag_hidden", "tag_remove-input"} & set(cell["classes"])
            cells += cell.get("nb_element") == "cell_code" and not unseen
    return round(words / 180 + cells / 2)


def count(app, doctree) -> None:
    """Note a chapter's minutes and exercises, and write them into its strip."""
    page = app.env.docname
    for strip in [node for node in doctree.findall(tag) if is_tag(node, "strip")]:
        classes = [node["classes"] for node in doctree.findall(exercise_enumerable_node)]
        short, long = (
            sum(any(kind in each for kind in kinds) for each in classes)
            for kinds in (FIVE_MINUTES, LONG)
        )
        chapter = known(app.env)[page]
        chapter["minutes"] = minutes(doctree)
        roads = {
            "main": _("Main road: {} minutes to read and run"),
            "side": _("Side road: {} minutes to read and run"),
            "laboratory": _("Laboratory: {} minutes to read and run"),
        }
        line = roads[chapter["road"]].format(chapter["minutes"])
        practice = [_("{} of five minutes").format(short)] * bool(short)
        practice += [_("{} long").format(long)] * bool(long)
        line += _(", then exercises: {}.").format(_(", ").join(practice)) if practice else _(".")
        strip.insert(0, nodes.paragraph(text=line))


class Start(SphinxDirective):
    """`{start} first how`: two buttons, to the first chapter and to how one runs it."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Build the buttons; questions.js lets the first lead to where the reader is."""
        words = zip(
            self.arguments,
            (_("Start the course"), _("How to run it")),
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
            place = folder(self.config.language)
            up = page.count("/") + bool(place and not self.config.course_preview)
            file = "../" * up + f"{FOLDER}/{place}{page}.ipynb"
            where = addresses(self.config.course_repository, place + page)
            links = [element("a", nodes.Text(name), href=url) for name, url in where.items()]
            links.append(element("a", nodes.Text(_("Download")), href=file, download=""))
            line = element("p", nodes.Text(_("Run it: ")), classes=["launch"])
            for i, link in enumerate(links):
                line += [nodes.Text(" · " if i else ""), link]
            strip += line


def list_pages(app, pagename, templatename, context, doctree) -> None:
    """Give the sidebar its parts, each with its pages."""
    numbers, titles = app.env.toc_secnumbers, app.env.titles

    def entry(page: str) -> dict[str, str]:
        number = "".join(f"{n}. " for n in numbers.get(page, {}).get("", ()))
        return {"name": page, "title": number + titles[page].astext()}

    parts = app.env.external_site_map.root.subtrees
    context["course_parts"] = [
        (_(part.caption), [entry(page) for page in part.items]) for part in parts
    ]


def outdated(app, env, added, changed, removed) -> set[str]:
    """All pages, if the table of contents is another: each has it in its sidebar."""
    before, env.course_toc = (
        getattr(env, "course_toc", None),
        app.config.external_site_map.as_json(),
    )
    return env.found_docs if before not in (None, env.course_toc) else set()


def retitled(app, env) -> list[str]:
    """All pages, if a title is another: each has it in its sidebar."""
    before, env.course_titles = (
        getattr(env, "course_titles", None),
        {page: title.astext() for page, title in env.titles.items()},
    )
    return sorted(env.found_docs) if before not in (None, env.course_titles) else []


def forget(app, env, docname) -> None:
    """Drop what is known of a page that changes."""
    known(env).pop(docname, None)


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("chapter", Chapter)
    app.add_directive("start", Start)
    app.add_post_transform(AddLinks)
    app.connect("html-page-context", list_pages)
    app.connect("env-get-outdated", outdated)
    app.connect("env-updated", retitled)
    app.connect("env-purge-doc", forget)
    app.connect("doctree-read", count)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
