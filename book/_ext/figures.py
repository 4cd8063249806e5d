"""Pictures: figures that follow light and dark, with their size, and fetched when they come near."""

import re
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

from .elements import fold

# What matplotlib draws with, and what takes its place in the dark; data are blue, the model orange.
COLOURS = {
    "#000000": ("ink", "#000000", "#e6e6e6"),
    "#ffffff": ("paper", "#ffffff", "#131416"),
    "#b0b0b0": ("grid", "#b0b0b0", "#55585e"),
    "#cccccc": ("edge", "#cccccc", "#4a4d52"),
    "#808080": ("grey", "#6e6e6e", "#a0a0a0"),
    "#1f77b4": ("data", "#0f6fc5", "#6cb4ff"),
    "#ff7f0e": ("model", "#c25e00", "#ffa64d"),
    "#2ca02c": ("third", "#2a8a3e", "#6fce85"),
    "#d62728": ("fourth", "#a5241a", "#ff8a80"),
    "#9467bd": ("fifth", "#7d4fb3", "#c4a3ec"),
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
    for colour, (name, _, _) in COLOURS.items():
        svg = svg.replace(colour, f"var(--{name})")
    return re.sub(r"(<svg[^>]*>)", lambda found: found[1] + STYLE, svg, count=1)


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
        """Write the adapted figures beside those that were executed."""
        out = Path(self.app.outdir).parent / "figures"
        for node in self.document.findall(nodes.image):
            source = Path(self.app.srcdir, node["uri"])
            if source.suffix != ".svg":
                continue
            svg = source.read_text()
            node["sides"] = size(svg)
            if "jupyter_execute" in source.parts and "<dc:title>Matplotlib" in svg:
                out.mkdir(exist_ok=True)
                (out / source.name).write_text(adapt(svg))
                node["uri"] = (out / source.name).relative_to(self.app.srcdir).as_posix()
                self.env.images.add_file(self.env.docname, node["uri"])


class FoldCode(SphinxPostTransform):
    """Lets the code of a figure wait in a fold, named for what is in it."""

    default_priority = 200  # MyST-NB has hidden it at 199, under a name for everything
    formats = ("html",)

    def run(self, **options) -> None:
        """Put a fold of ours in the place of each of MyST-NB's."""
        for node in list(self.document.findall(HideCodeCellNode)):
            node.replace_self(fold(node["prompt_show"], *node.children, classes=["code"]))


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(Figures)
    app.add_post_transform(FoldCode)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
