"""Figures with controls: one script made of book/_explorers, for the pages that have such figures.

Scripts bring the data, too: a page that is opened from a file can read no other file, and has no modules.
"""

import json
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .elements import element, is_tag, tag
from .mathematics import find_node

log = logging.getLogger(__name__)
DATA = ".//{http://purl.org/dc/elements/1.1/}description"  # where d2l_helpers/explorer.py puts them


def bundle(app) -> None:
    """Make one script of the explorers and of what they use of Observable Plot."""
    root, out = Path(app.srcdir), Path(app.outdir).parent / "explorers"
    tool, node = root / "node_modules/esbuild/bin/esbuild", find_node()
    app.explorers = app.builder.format == "html" and bool(node and tool.exists())
    if not app.explorers:
        log.info(
            "explorers: esbuild is missing (make site brings it): figures stay without controls"
        )
        return
    command = [node, str(tool), str(root / "book/_explorers/index.js"), "--bundle", "--minify"]
    command += [
        "--format=iife",
        "--global-name=explorers",
        "--log-level=warning",
        f"--outfile={out / 'explorers.js'}",
    ]
    subprocess.run(command, check=True)
    app.config.html_static_path.append(str(out))


class Picture(SphinxDirective):
    """`{explorer} page`: the first figure with controls of a chapter, on another page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a place, which is filled when that page was executed."""
        return [element("figure", classes=["explorer-place"], data_page=self.arguments[0])]


def has_controls(node: nodes.Node) -> bool:
    """Whether a node is the picture of a figure with controls."""
    return (
        isinstance(node, nodes.image)
        and "explorer" in node["classes"]
        and node["uri"].endswith(".svg")
    )


class Fill(SphinxPostTransform):
    """Puts the figure where `{explorer}` stands, and the data of each beside the script."""

    default_priority = 3  # before pictures are chosen, sized and coloured

    def run(self, **options) -> None:
        """Take the picture, with its alternative text; write the data of all pictures of the page."""
        for place in (
            node for node in self.document.findall(tag) if is_tag(node, "explorer-place")
        ):
            chapter = self.env.get_doctree(place["given"].pop("data-page"))
            images = [image.deepcopy() for image in chapter.findall(has_controls)]
            if not images:
                log.warning("explorer: no figure with controls in that page", location=place)
            place += images[:1]
        if self.app.builder.format != "html":
            return
        for image in self.document.findall(has_controls):
            source = Path(self.app.srcdir, image["uri"])
            image["data"] = source.stem
            given = f"(window.explorerData ??= {{}})[{json.dumps(source.stem)}] = "
            given += json.dumps(ET.parse(source).findtext(DATA), ensure_ascii=False)
            target = Path(self.app.outdir, "_static/explorers", f"{source.stem}.js")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(f"{given};\n")


def load(app, pagename, templatename, context, doctree) -> None:
    """Let a page that has an explorer ask for it."""
    if app.explorers and doctree and any(doctree.findall(has_controls)):
        app.add_js_file("near.js", defer="defer")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("explorer", Picture)
    app.add_post_transform(Fill)
    app.connect("builder-inited", bundle)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
