"""Figures with controls: one script made of book/_explorers, for the pages that have such figures."""

import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .elements import element, is_tag, tag
from .mathematics import find_node

log = logging.getLogger(__name__)


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
    command += ["--format=esm", "--log-level=warning", f"--outfile={out / 'explorers.js'}"]
    subprocess.run(command, check=True)
    app.config.html_static_path.append(str(out))


class Picture(SphinxDirective):
    """`{explorer} page`: the first figure with controls of a chapter, on another page."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Leave a place, which is filled when that page was executed."""
        return [element("figure", classes=["explorer-place"], data_page=self.arguments[0])]


class Fill(SphinxPostTransform):
    """Puts the figure where `{explorer}` stands."""

    default_priority = 3  # before pictures are chosen, sized and coloured

    def run(self, **options) -> None:
        """Take the picture, with its alternative text."""
        for place in (
            node for node in self.document.findall(tag) if is_tag(node, "explorer-place")
        ):
            chapter = self.env.get_doctree(place["given"].pop("data-page"))
            images = [
                image.deepcopy()
                for image in chapter.findall(nodes.image)
                if "explorer" in image["classes"] and image["uri"].endswith(".svg")
            ]
            if not images:
                log.warning("explorer: no figure with controls in that page", location=place)
            place += images[:1]


def load(app, pagename, templatename, context, doctree) -> None:
    """Let a page that has an explorer ask for it."""
    images = doctree.findall(nodes.image) if doctree else []
    if app.explorers and any("explorer" in image["classes"] for image in images):
        app.add_js_file("near.js", type="module")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("explorer", Picture)
    app.add_post_transform(Fill)
    app.connect("builder-inited", bundle)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
