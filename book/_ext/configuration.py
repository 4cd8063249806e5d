"""What the site's configuration can only know when it is built, and what every page is given."""

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from sphinx.locale import _

from .languages import SITE, catalogue, folder

# This site alone, and of the scripts only its own. KaTeX places its boxes by style attributes. In Firefox
# 'self' lets no form of a page in a file lead to another file; a page of a site can lead to none anyway.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self' file:; base-uri 'none'"
)


def git(root: Path, *words: str) -> str:
    """What git says of a folder; empty if it says nothing, or is not there."""
    command = ["git", "-C", str(root), *words]
    try:
        return subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except FileNotFoundError:
        return ""


def repository(root: Path) -> str:
    """The address of the repository in which the site is built, so that a fork leads to itself.

    From $GITHUB_REPOSITORY, else from where it was cloned; empty if neither tells.
    """
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return f"{os.environ.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    origin = git(root, "remote", "get-url", "origin")
    short = re.sub(r"^(\w+@[\w.-]+):", r"ssh://\1/", origin)  # git's own way to write ssh
    parts = urlsplit(short)
    if parts.scheme not in ("https", "ssh") or not parts.hostname:
        return ""
    port = f":{parts.port}" if parts.scheme == "https" and parts.port else ""
    return f"https://{parts.hostname}{port}/{parts.path.strip('/').removesuffix('.git')}"


def site_url(repository_url: str) -> str:
    """The address at which the site is published: $SITE_URL, else GitHub Pages; empty if unknown."""
    if url := os.environ.get("SITE_URL"):
        return url.rstrip("/") + "/"
    address = re.fullmatch(r"https://github\.com/([\w.-]+)/([\w.-]+)", repository_url)
    if not address:
        return ""
    host = f"{address[1].lower()}.github.io"
    return f"https://{host}/" if address[2].lower() == host else f"https://{host}/{address[2]}/"


def default_branch(root: Path) -> str:
    """The branch that is edited and published: $DEFAULT_BRANCH, else that of the clone's origin."""
    if name := os.environ.get("DEFAULT_BRANCH"):
        return name
    head = git(root, "symbolic-ref", "--short", "refs/remotes/origin/HEAD")
    return head.removeprefix("origin/") or "main"


def has_code(path: str | Path) -> bool:
    """Whether a page is a chapter: text with code that runs."""
    return "{code-cell}" in Path(path).read_text()


def configure(app, config) -> None:
    """Complete the configuration."""
    config.course_repository = url = repository(Path(app.srcdir))
    config.course_commit = os.environ.get("GITHUB_SHA", "")  # of what is published
    branch = default_branch(Path(app.srcdir))
    catalogues = "" if config.language == "en" else f"po/{config.language}/"
    edit = {"source_edit_link": f"{url}/edit/{branch}/{catalogues}{{filename}}"} if url else {}
    config.html_theme_options = {"top_of_page_buttons": ["edit"], **edit}  # not Jupyter Book's
    config.pygments_style = "a11y-high-contrast-light"
    config.pygments_dark_style = "a11y-high-contrast-dark"  # the theme's: unknown to a first look
    config.html_permalinks_icon = "#"
    # What all pages rest on: an edit builds them anew, and so does what npm brings.
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path(app.srcdir, "package-lock.json")]
    sources.append(catalogue(Path(app.srcdir), config.language, SITE))
    installed = [Path(app.srcdir, "node_modules", name).exists() for name in ("katex", "esbuild")]
    config.course_extensions = [path.read_text() for path in sources if path.exists()] + installed
    root, here = site_url(url), folder(config.language)
    config.html_baseurl = config.ogp_site_url = root and root + here
    config.notfound_urls_prefix = (urlsplit(root).path or "/") + here
    config.notfound_context = {"title": _("There is no such page")}


def complete(app, pagename, templatename, context, doctree) -> None:
    """Give every page's template what it needs."""
    context["policy"] = "" if app.config.course_preview else POLICY
    context["site"] = app.config.html_title
    context["repository"] = app.config.course_repository


def unfinished(app) -> Path:
    """A file that is there while a build is running, or after one that has failed."""
    return Path(app.doctreedir, "unfinished")


def begin(app, env, added, changed, removed) -> set[str]:
    """All pages, if the last build has not ended well: Sphinx would take what it has read for written."""
    again = unfinished(app).exists()
    unfinished(app).touch()
    return env.found_docs if again else set()


def end(app, exception) -> None:
    """Note that all is well."""
    if not exception and not (app.keep_going and app._warncount):
        unfinished(app).unlink(missing_ok=True)


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


def setup(app):
    """Register the extension with Sphinx."""
    app.add_config_value("comments_config", {}, "html")  # Jupyter Book sets it, of use or not
    app.add_config_value("course_repository", "", "env")
    app.add_config_value("course_commit", "", "env")
    app.add_config_value("course_extensions", [], "env")
    app.add_config_value(
        "course_preview", False, "html"
    )  # `make serve`: a script of its own, one language
    app.connect("config-inited", configure, priority=900)  # behind Jupyter Book
    app.connect("html-page-context", complete)
    app.connect("env-get-outdated", begin)
    app.connect("build-finished", end)
    app.connect("build-finished", write_sitemap)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
