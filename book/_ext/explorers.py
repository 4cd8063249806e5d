"""Figures with controls: one script made of book/_explorers, for the pages that have such figures."""

import subprocess
from pathlib import Path

from docutils import nodes
from pages import find_node
from sphinx.util import logging

log = logging.getLogger(__name__)


def bundle(app, config) -> None:
    """Make one script of the explorers and of what they use of Observable Plot."""
    root, out = Path(app.srcdir), Path(app.outdir).parent / "explorers"
    tool, node = root / "node_modules/esbuild/bin/esbuild", find_node()
    config.explorers = bool(node and tool.exists())
    if not config.explorers:
        log.info("explorers: esbuild is missing (npm ci brings it): figures stay without controls")
        return
    command = [node, str(tool), str(root / "book/_explorers/index.js"), "--bundle", "--minify"]
    command += ["--format=esm", "--log-level=warning", f"--outfile={out / 'explorers.js'}"]
    subprocess.run(command, check=True)
    config.html_static_path.append(str(out))


def load(app, pagename, templatename, context, doctree) -> None:
    """Let a page that has an explorer ask for it."""
    images = doctree.findall(nodes.image) if doctree else []
    if app.config.explorers and any("explorer" in image["classes"] for image in images):
        app.add_js_file("near.js", type="module")


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("explorers", False, "html")
    app.connect("config-inited", bundle)
    app.connect("html-page-context", load)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
