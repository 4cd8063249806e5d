"""Questions that answer back: `{check}` asks one in the text, `{progress}` counts them on the index.

A choice that is right begins with `- [x]`, one that is wrong with `- [ ]`; what follows a choice
as a paragraph of its own explains it. A cell tagged `answers` follows, which is not shown: it
computes what is right, and names it a second time, in a line `right = ` with the beginning of the
choice. With `:within:`, the answer is a number, and each choice is a name: the cell prints its
value in a line `name = value`.

Here alone is that grammar known. What it makes is folds: each choice opens to say whether it is
right and why, on any page, in any notebook, without a script. _static/questions.js keeps count.
"""

import json
import math
import re
import textwrap

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .elements import element, fold, is_tag, tag

log = logging.getLogger(__name__)
CHOICE = re.compile(r"(?m)^- \[([ x])\] ")
ANSWER = re.compile(r"(?m)^(\w[\w ]*) = (.+)$")


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
    number = directives.unchanged_required(text).replace(" ", "")
    if not float(number.removesuffix("%")) > 0:
        raise ValueError("must be above 0")
    return number


class Check(SphinxDirective):
    """`{check} name`: a question with its choices."""

    required_arguments = 1
    has_content = True
    option_spec = {"within": tolerance}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Build the question, and its answers in folds."""
        name, within = self.arguments[0], self.options.get("within")
        try:
            question, choices = split("\n".join(self.content))
        except ValueError as error:
            raise self.error(f"check {name}: {error}") from error
        title = element("p", nodes.Text(_("Check yourself")), classes=["check-title"])
        title["ids"] = [f"check-{name}-title"]
        where = self.env.docname, f"check-{name}"
        self.env.get_domain("std").note_hyperlink_target(f"check:{name}", *where)
        check = element(
            "div", title, *self.parse_text_to_nodes(question), classes=["check"],
            id=f"check-{name}", role="group", aria_labelledby=title["ids"][0], data_name=name,
        )  # fmt: skip
        check["choices"] = [(right, choice) for right, choice, _ in choices]
        if within:
            check["given"]["data-within"] = within
            choices = sorted(choices, key=lambda choice: not choice[0])  # the right one first
            answers = [self.answer(*choice) for choice in choices]
            field = element(
                "input", name=name, type="text", inputmode="decimal", autocomplete="off", size="7"
            )
            label = element("label", nodes.Text(_("Your answer ")), field)
            ask = element("button", nodes.Text(_("Check")), type="submit")
            check += element(
                "form", label, nodes.Text(" "), ask
            )  # of use with a script, and so hidden without
            check += element("div", classes=["check-reply"], role="status")
            check += fold(_("Answer"), element("ul", *answers), classes=["check-answer"])
            return [check]
        for right, choice, why in choices:
            (text,) = self.parse_text_to_nodes(choice)
            mark = "right" if right else "wrong"
            check += fold(text.children, *self.explain(right, why), classes=["choice", mark])
        return [check]

    def explain(self, right: bool, why: str) -> list[nodes.Node]:
        """The verdict, and the reasons for it."""
        first, *more = self.parse_text_to_nodes(why)
        verdict = nodes.strong(text=_("Right.") if right else _("No."))
        first[:0] = [verdict, nodes.Text(" ")]
        return [first, *more]

    def answer(self, right: bool, name: str, why: str) -> tag:
        """A number of that name, to be filled in by `collect`, with its verdict."""
        first, *more = self.explain(right, why)
        value = nodes.literal(text=name.strip("`"), classes=["check-value"])
        first[:0] = [value, nodes.Text(_(": "))]
        return element("li", first, *more, classes=["right" if right else "wrong"])


class Progress(SphinxDirective):
    """`{progress}`: says how many questions the reader has answered; its body introduces it."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Build a place for it, which questions.js fills."""
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
    env, names, waiting = app.env, [], None
    for node in list(doctree.findall(nodes.Element)):
        if is_tag(node, "check"):
            names.append(node["given"]["data-name"])
            unanswered(waiting)
            waiting = node
        elif "tag_answers" in node["classes"] and waiting:
            parts = node.findall(nodes.container)  # the source may say `name = value`, too
            outputs = [part for part in parts if part.get("nb_element") == "cell_code_output"]
            printed = dict(ANSWER.findall("\n".join(part.astext() for part in outputs)))
            try:
                if app.config.language == "en":  # the language in which cells name the choice
                    confirm(waiting["choices"], printed.get("right", ""))
                fill(waiting, printed)
            except ValueError as error:
                log.warning("check %s: %s", names[-1], error)
            waiting = None
    unanswered(waiting)
    if twice := {name for name in names if names.count(name) > 1}:
        log.warning("checks of the same name in %s: %s", env.docname, ", ".join(twice))
    if not hasattr(env, "checks"):
        env.checks = {}
    env.checks[env.docname] = names


def unanswered(check: tag | None) -> None:
    """Warn of a question whose answer no cell has named."""
    if check:
        log.warning("check %s: no cell tagged `answers` follows", check["given"]["data-name"])


def confirm(choices: list[tuple[bool, str]], named: str) -> None:
    """Compare the right choice with the one that the cell names. Raises ValueError."""
    starting = [
        right for right, choice in choices if " ".join(choice.split()).strip("`").startswith(named)
    ]
    if starting != [True]:
        raise ValueError(f"the cell tagged `answers` says `right = {named}`")


def fill(check: tag, printed: dict[str, str]) -> None:
    """Put the computed numbers in the place of their names. Raises ValueError if one is missing."""
    for item in check.findall(lambda node: isinstance(node, tag) and node["name"] == "li"):
        value = next(
            item.findall(
                lambda node: "check-value" in getattr(node, "attributes", {}).get("classes", ())
            )
        )
        number(value.astext(), printed)
        text = printed[value.astext()]
        item["given"]["data-value"] = text
        value.parent.replace(value, nodes.Text(text.replace("-", "−")))


def forget(app, env, docname) -> None:
    """Drop what is known of a page that changes."""
    getattr(env, "checks", {}).pop(docname, None)
    getattr(env, "checks_shown", set()).discard(docname)


def update(app, env) -> list[str]:
    """Write the pages that count the questions anew."""
    return sorted(getattr(env, "checks_shown", ()))


def count(app, doctree, docname) -> None:
    """Tell the index which page asks which questions."""
    for node in doctree.findall(tag):
        if "course-progress" in node["classes"]:
            order = getattr(app.env, "external_site_map", sorted(app.env.checks))
            pages = {
                app.builder.get_relative_uri(docname, page): app.env.checks[page]
                for page in order
                if app.env.checks.get(page)
            }
            node["given"]["data-pages"] = json.dumps(pages)


def load(app, pagename, templatename, context, doctree) -> None:
    """Let a page that asks or counts have the script."""
    if doctree and any(
        is_tag(node, "check") or is_tag(node, "course-progress") for node in doctree.findall(tag)
    ):
        app.add_js_file("questions.js", defer="defer")


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("_ext.elements")
    app.add_directive("check", Check)
    app.add_directive("progress", Progress)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", forget)
    app.connect("env-updated", update)
    app.connect("doctree-resolved", count)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": False, "parallel_write_safe": True}
