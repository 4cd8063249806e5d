"""Pictures: figures that follow light and dark, with their size, and fetched when they come near."""

import re
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform

from .elements import element, fold

# What lies on an image, which keeps its colours, is drawn in others than these ("0.1", not "black").
# What matplotlib draws with, and what takes its place in the dark; data are blue, the model orange.
COLOURS = {  # first matplotlib's own, then the cycle that d2l_helpers sets
    "#000000": ("ink", "#000000", "#e6e6e6"),
    "#ffffff": ("paper", "#ffffff", "#131416"),
    "#b0b0b0": ("grid", "#b0b0b0", "#55585e"),
    "#cccccc": ("edge", "#cccccc", "#4a4d52"),
    "#808080": ("grey", "#6e6e6e", "#a0a0a0"),
    "#3f90da": ("data", "#0f6fc5", "#6cb4ff"),
    "#ffa90e": ("model", "#c25e00", "#ffa64d"),
    "#bd1f01": ("red", "#b31d00", "#ff8a80"),
    "#94a4a2": ("stone", "#667573", "#a9b8b6"),
    "#832db6": ("violet", "#832db6", "#cf9cf0"),
    "#a96b59": ("brown", "#915645", "#d8a292"),
    "#e76300": ("rust", "#9c3a00", "#ffcf8a"),
    "#b9ac70": ("sand", "#7d7031", "#cfc389"),
    "#717581": ("slate", "#5d616c", "#b3b7c2"),
    "#92dadd": ("teal", "#1d7f83", "#92dadd"),
}


def rules(column: int) -> str:
    """The variables of one scheme."""
    return "".join(f"--{colour[0]}:{colour[column]};" for colour in COLOURS.values())


STYLE = (
    f"<style>:root{{{rules(1)}}}@media (prefers-color-scheme:dark){{:root{{{rules(2)}}}}}"
    "svg{fill:var(--ink)}</style>"  # letters are paths without a fill
)


def adapt(svg: str) -> str:
    """A figure of matplotlib whose recurring colours are those of the reader's scheme."""
    for colour, (name, *_schemes) in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    svg = re.sub(r"(?s)<dc:description>.*?</dc:description>", "", svg)  # data: a script brings them
    return re.sub(r"(<svg[^>]*>)", lambda found: found[1] + STYLE, svg, count=1)


def spoken(svg: str) -> str:
    """A drawing with its words in the site's language."""
    words = r"(<(?:text|title)[^>]*>)([^<]+)(?=<)"
    return re.sub(words, lambda found: found[1] + _(found[2]), svg)


def size(svg: str) -> tuple[int, int] | None:
    """Width and height in CSS pixels, or None."""
    if found := re.search(r'<svg[^>]*?\swidth="([\d.]+)pt"\s+height="([\d.]+)pt"', svg):
        return round(float(found[1]) * 4 / 3), round(float(found[2]) * 4 / 3)
    if found := re.search(r'<svg[^>]*?viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', svg):
        return round(float(found[1])), round(float(found[2]))
    return None


class Figures(SphinxPostTransform):
    """Lets each drawing follow the scheme, and gives it its size."""

    default_priority = 50  # MyST-NB has chosen a picture for each output at 4
    formats = ("html",)

    def run(self, **options) -> None:
        """Write the adapted pictures beside those that were executed."""
        out = Path(self.app.outdir).parent / "figures"
        for node in list(self.document.findall(nodes.image)):
            source = Path(self.app.srcdir, node["uri"])
            if source.suffix != ".svg":
                continue
            svg = source.read_text()
            node["sides"] = size(svg)
            if node["sides"] and node["sides"][0] > 560 and "explorer" not in node["classes"]:
                wide = element("div", classes=["wide"])  # on a phone it scrolls
                node.parent.replace(node, wide)
                wide += node
            executed = "jupyter_execute" in source.parts and "<dc:title>Matplotlib" in svg
            adapted = adapt(svg) if executed else spoken(svg)
            if adapted != svg:
                out.mkdir(exist_ok=True)
                (out / source.name).write_text(adapted)
                node["uri"] = (out / source.name).relative_to(self.app.srcdir).as_posix()
                self.env.images.add_file(self.env.docname, node["uri"])


class FoldCode(SphinxPostTransform):
    """Lets the code of a figure or of a check wait in a fold, named for what is in it."""

    default_priority = 200  # MyST-NB has hidden it at 199, under a name for everything
    formats = ("html",)

    def run(self, **options) -> None:
        """Put a fold of ours in the place of each of MyST-NB's."""
        for node in list(self.document.findall(HideCodeCellNode)):
            of_check = "tag_check" in node.parent["classes"]
            name = _("The check") if of_check else _("Code of this figure")
            node.replace_self(fold(name, *node.children, classes=["code"]))


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(Figures)
    app.add_post_transform(FoldCode)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
