"""What the site's configuration can only know when it is built."""

import hashlib
import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


def helpers_hash(root: Path) -> str:
    """A short hash of all that a chapter's results rest on beside its own text."""
    digest = hashlib.sha256()
    for path in [*sorted((root / "d2l_helpers").glob("*.py")), root / "requirements.txt"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def repository(root: Path) -> str:
    """The address of the repository in which the site is built, so that a fork leads to itself.

    From $GITHUB_REPOSITORY, else from where it was cloned; empty if neither tells.
    """
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    command = ["git", "-C", str(root), "remote", "get-url", "origin"]
    try:
        origin = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:  # no git
        return ""
    address = re.fullmatch(
        r"(?:https://|(?:ssh://)?git@)([\w.-]+)[:/]([\w./-]+?)(?:\.git)?/?", origin
    )
    return f"https://{address[1]}/{address[2]}" if address else ""


def site_url(repository_url: str) -> str:
    """The address at which the site is published: $SITE_URL, else GitHub Pages; empty if unknown."""
    if url := os.environ.get("SITE_URL"):
        return url.rstrip("/") + "/"
    address = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)", repository_url)
    if not address:
        return ""
    host = f"{address[1].lower()}.github.io"
    return f"https://{host}/" if address[2].lower() == host else f"https://{host}/{address[2]}/"


def configure(app, config) -> None:
    """Complete the configuration."""
    root = Path(app.srcdir)
    # The execution cache sees a chapter's code only: its folder is named after all the rest.
    cache = Path(app.outdir).parent / f".jupyter_cache-{helpers_hash(root)}"
    config.nb_execution_cache_path = str(cache)

    options = config.html_theme_options
    if url := repository(root):
        options |= {"repository_url": url, "repository_branch": "main", "path_to_docs": ""}
        options |= {f"use_{name}_button": True for name in ("repository", "issues", "edit_page")}
    config.html_baseurl = config.ogp_site_url = site_url(url)
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path or "/"


def write_sitemap(app, exception) -> None:
    """List every page for search engines, if it is known where the site will be.

    sphinx-sitemap lists only what the last build has written (its issue 13).
    """
    if app.builder.name != "html" or exception:
        return
    sitemap = Path(app.outdir) / "sitemap.xml"
    sitemap.unlink(missing_ok=True)  # that of a build for another address
    if app.config.html_baseurl:
        urls = "".join(
            f"<url><loc>{app.config.html_baseurl}{app.builder.get_target_uri(name)}</loc></url>\n"
            for name in sorted(app.env.found_docs)
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        head = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{space}">\n'
        sitemap.write_text(f"{head}{urls}</urlset>\n")


class Versions(SphinxDirective):
    """A list of what the chapters were executed with."""

    def run(self) -> list[nodes.Node]:
        """Build the list; it is made anew when a pin changes."""
        import d2l_helpers as d2l  # brings torch: seconds, for this page only

        self.env.note_dependency("requirements.txt")
        lines = [f"Python {platform.python_version()} on {platform.system()}, {platform.machine()}"]
        lines += [f"{name} {version(name)}" for name in ("torch", "torchvision", "numpy")]
        lines += [f"{os.cpu_count()} processor cores", f"device: {d2l.try_gpu()}"]
        items = [nodes.list_item("", nodes.paragraph(text=line)) for line in lines]
        return [nodes.bullet_list("", *items)]


def setup(app):
    """Register the extension with Sphinx."""
    app.add_directive("versions", Versions)
    app.connect("config-inited", configure)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
