"""What typesetting asks of running text: what breaks nowhere, and Chinese that is called Chinese."""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from .elements import element

MARK = re.compile(r"^[,.;:?!)”’，。；：、？！）》]+")
BRACKET = re.compile(r"[(（“‘《]+$")
LONGEST = 20  # characters, which fit on any phone
COMMAND = re.compile(r"\\[A-Za-z]+|[{}^_\\\s]")
UNIT = re.compile(r"(?<=\d) (?=(?:%|cm|sr|k€|[kMGmµn]?[AVWKΩsgBm][²³]?)(?!\w))")
CODE = (nodes.literal, nodes.FixedTextElement, nodes.math, nodes.raw)
CHINESE = re.compile(r"([\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+)")


class KeepTogether(SphinxPostTransform):
    """A formula, the bracket before it and the mark behind it stay on one line."""

    default_priority = 60
    formats = ("html",)

    def run(self, **options) -> None:
        """Put them into one element that does not break."""
        for formula in list(self.document.findall(nodes.math)):
            line = formula.parent
            at = line.index(formula)
            before = line[at - 1] if at else None
            behind = line[at + 1] if at + 1 < len(line) else None
            if len(COMMAND.sub("", formula.astext())) > LONGEST:
                continue
            opening = BRACKET.search(before) if isinstance(before, nodes.Text) else None
            mark = MARK.match(behind) if isinstance(behind, nodes.Text) else None
            if not (opening or mark):
                continue
            together = element("span", classes=["together"])
            line[at] = together
            if opening:
                line[at - 1] = nodes.Text(before[: opening.start()])
                together += nodes.Text(opening[0])
            together += formula
            if mark:
                line[at + 1] = nodes.Text(behind[mark.end() :])
                together += nodes.Text(mark[0])


class KeepShort(SphinxPostTransform):
    """Code as short as `X @ W + b` stays on one line."""

    default_priority = 60
    formats = ("html",)

    def run(self, **options) -> None:
        """Mark it; the style sheet does the rest."""
        for code in self.document.findall(nodes.literal):
            if len(code.astext()) <= LONGEST:
                code["classes"].append("short")


class KeepUnits(SphinxPostTransform):
    """A number and its unit stay on one line."""

    default_priority = 60
    formats = ("html",)

    def run(self, **options) -> None:
        """Put a space between them that does not break."""
        for text in list(self.document.findall(nodes.Text)):
            if not isinstance(text.parent, CODE) and UNIT.search(text):
                text.parent.replace(text, nodes.Text(UNIT.sub("\u00a0", text)))


class CallChinese(SphinxPostTransform):
    """Words in Chinese say so, for screen readers and for the choice of letters.

    Where all is Chinese, the glossary's English words say what they are.
    """

    default_priority = 61
    formats = ("html",)

    def run(self, **options) -> None:
        """Give each run of Chinese characters its language, or the glossary's other words theirs."""
        if self.config.language != "en":
            for term in self.document.findall(nodes.term):
                for text in term.findall(nodes.Text):
                    if not CHINESE.search(text):
                        text.parent.replace(text, element("span", nodes.Text(text), lang="en"))
            return
        for text in list(self.document.findall(nodes.Text)):
            parts = CHINESE.split(text.astext())
            if len(parts) > 1 and not isinstance(text.parent, nodes.literal_block):
                found = [
                    element("span", nodes.Text(part), lang="zh-CN") if i % 2 else nodes.Text(part)
                    for i, part in enumerate(parts)
                ]
                text.parent.replace(text, found)


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(KeepTogether)
    app.add_post_transform(KeepShort)
    app.add_post_transform(KeepUnits)
    app.add_post_transform(CallChinese)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
