"""Questions that answer back: `{check}` asks one in the text, `{progress}` counts them on the index.

A choice that is right begins with `- [x]`, one that is wrong with `- [ ]`; what follows a choice
as a paragraph of its own explains it. With `:within:`, the answer is a number, and each choice
names one that the chapter computes: the next cell tagged `answers` prints a line `name = value`
for each, and is not shown. _static/checks.js makes forms of the questions.
"""

import json
import math
import re
import textwrap

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

log = logging.getLogger(__name__)
CHOICE = re.compile(r"(?m)^- \[([ x])\] ")
ANSWER = re.compile(r"(?m)^(\w[\w ]*) = (\S+)$")


class tag(nodes.General, nodes.Element):  # noqa: N801  # docutils' nodes are named so
    """An element of HTML: its `name`, and the attributes that it was `given`."""


def visit(self, node) -> None:
    """Open the element."""
    self.body.append(self.starttag(node, node["name"], **node["given"]))


def depart(self, node) -> None:
    """Close the element."""
    self.body.append(f"</{node['name']}>\n")


def element(name: str, *children, classes=(), **given) -> tag:
    """An element of HTML with its children; `data_x` becomes `data-x`."""
    given = {key.replace("_", "-"): value for key, value in given.items()}
    ids = [given.pop("id")] if "id" in given else []
    return tag("", *children, name=name, given=given, classes=list(classes), ids=ids)


def split(body: str) -> tuple[str, list[tuple[bool, str, str]]]:
    """The question, and its choices: whether it is right, its text and its explanation.

    Raises ValueError for what is no question: one right choice, two or more in all, all explained.
    """
    question, *parts = CHOICE.split(body)
    choices = []
    for mark, text in zip(parts[::2], parts[1::2], strict=True):
        first, _, rest = text.partition("\n\n")
        choice = re.sub(r"\n\s+", "\n", first.strip())
        choices.append((mark == "x", choice, textwrap.dedent(rest).strip()))
    if not question.strip():
        raise ValueError("there is no question before the choices")
    if len(choices) < 2 or sum(right for right, _, _ in choices) != 1:
        raise ValueError("a check has two or more choices, and one of them is right")
    if unexplained := [choice for _, choice, why in choices if not why]:
        raise ValueError(f"not explained: {', '.join(unexplained)}")
    return question.strip(), choices


def tolerance(text: str) -> str:
    """How far an answer may be from the right one: a number, or a number and %."""
    number = directives.unchanged_required(text).strip()
    if not float(number.removesuffix("%")) > 0:
        raise ValueError("must be above 0")
    return number


class Check(SphinxDirective):
    """`{check} name`: a question with its choices."""

    required_arguments = 1
    has_content = True
    option_spec = {"within": tolerance}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Build the question, and its answer in a fold."""
        name, within = self.arguments[0], self.options.get("within")
        parse = self.parse_text_to_nodes
        try:
            question, choices = split("\n".join(self.content))
        except ValueError as error:
            raise self.error(f"check {name}: {error}") from error
        given = {"data_within": within.replace(" ", "")} if within else {}
        label = f"check-{name}"
        title = element(
            "p", nodes.Text("Check yourself"), classes=["check-title"], id=f"{label}-title"
        )
        check = element(
            "div", title, *parse(question), classes=["check"],
            id=label, role="group", aria_labelledby=f"{label}-title", data_name=name, **given,
        )  # fmt: skip
        answers = element("ol", classes=["check-answers"], type="a")
        for right, choice, why in choices:
            verdict = nodes.strong(text="Right." if right else "No.")
            shown = (
                [nodes.literal(text=choice.strip("`"), classes=["check-value"])] if within else []
            )
            first, *more = parse(why)
            first[:0] = [*shown, nodes.Text(": " if within else ""), verdict, nodes.Text(" ")]
            mark = {"data_right": ""} if right else {}
            answers += element("li", first, *more, **mark)
        if not within:
            items = [element("li", *parse(choice)[0].children) for _, choice, _ in choices]
            check += element("ol", *items, classes=["check-choices"], type="a")
        summary = element("summary", nodes.Text("Answer"))
        check += element("details", summary, answers, classes=["check-answer"])
        return [check]


class Progress(SphinxDirective):
    """`{progress}`: says how many questions the reader has answered; its body introduces it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build a place for it, which checks.js fills."""
        self.env.checks_shown = {*getattr(self.env, "checks_shown", ()), self.env.docname}
        text = self.parse_text_to_nodes("\n".join(self.content))
        return [element("div", *text, classes=["course-progress"])]


def number(name: str, printed: dict[str, str]) -> float:
    """The number that the chapter prints under a name. Raises ValueError without one."""
    value = float(printed.get(name, "nan"))
    if not math.isfinite(value):
        raise ValueError(f"no number `{name} = …` in the next cell tagged `answers`")
    return value


def collect(app, doctree) -> None:
    """Note a chapter's questions, and give numeric ones what the chapter has computed."""
    env, names, waiting = app.env, [], []
    for node in list(doctree.findall(nodes.Element)):
        if isinstance(node, tag) and "check" in node["classes"]:
            names.append(node["given"]["data-name"])
            if "data-within" in node["given"]:
                waiting.append(node)
        elif "tag_answers" in node["classes"]:
            printed = dict(ANSWER.findall(node.astext()))
            for check in waiting:
                fill(check, printed)
            waiting = []
            node.parent.remove(node)
    for check in waiting:
        log.warning("check %s: no cell tagged `answers` follows", check["given"]["data-name"])
    if twice := {name for name in names if names.count(name) > 1}:
        log.warning("checks of the same name in %s: %s", env.docname, ", ".join(twice))
    if not hasattr(env, "checks"):
        env.checks = {}
    env.checks[env.docname] = names


def fill(check: tag, printed: dict[str, str]) -> None:
    """Put the computed numbers in the place of their names."""
    for item in check.findall(lambda n: isinstance(n, tag) and n["name"] == "li"):
        value = next(
            item.findall(lambda n: isinstance(n, nodes.literal) and "check-value" in n["classes"])
        )
        try:
            number(value.astext(), printed)
        except ValueError as error:
            log.warning("check %s: %s", check["given"]["data-name"], error)
            return
        text = printed[value.astext()]
        item["given"]["data-value"] = text
        value.parent.replace(value, nodes.Text(text.replace("-", "−")))


def forget(app, env, docname) -> None:
    """Drop what is known of a page that changes."""
    getattr(env, "checks", {}).pop(docname, None)
    getattr(env, "checks_shown", set()).discard(docname)


def merge(app, env, docnames, other) -> None:
    """Take over what another process has read."""
    env.checks = getattr(env, "checks", {}) | {
        name: getattr(other, "checks", {}).get(name, []) for name in docnames
    }
    env.checks_shown = getattr(env, "checks_shown", set()) | getattr(other, "checks_shown", set())


def update(app, env) -> list[str]:
    """Write the pages that count the questions anew."""
    return sorted(getattr(env, "checks_shown", ()))


def count(app, doctree, docname) -> None:
    """Tell the index which page asks which questions."""
    for node in doctree.findall(tag):
        if "course-progress" in node["classes"]:
            pages = {
                app.builder.get_relative_uri(docname, page): names
                for page, names in sorted(app.env.checks.items())
                if names
            }
            node["given"]["data-pages"] = json.dumps(pages)


def load(app, pagename, templatename, context, doctree) -> None:
    """Let a page that asks or counts have the script."""
    if doctree and next(doctree.findall(tag), None):
        app.add_js_file("checks.js", defer="defer")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_node(tag, html=(visit, depart))
    app.add_directive("check", Check)
    app.add_directive("progress", Progress)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-merge-info", merge)
    app.connect("env-updated", update)
    app.connect("doctree-resolved", count)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
