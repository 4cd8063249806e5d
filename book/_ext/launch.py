"""Buttons that open a chapter elsewhere: in Binder, in Colab, or as a download.

The theme's own would have Colab open the Markdown, which it cannot.
"""

import re
from pathlib import Path
from urllib.parse import quote

HAS_CODE = "{code-cell}"


def addresses(repository: str, page: str) -> dict[str, str]:
    """Where each button of a page leads; GitHub has the notebooks that Colab needs."""
    chapter = f"urlpath=lab/tree/{page}.md"
    github = re.fullmatch(r"https://github\.com/([^/]+/[^/]+)", repository)
    if not github:
        binder = f"https://mybinder.org/v2/git/{quote(repository, safe='')}/main?{chapter}"
        return {"Binder": binder} if repository else {}
    return {
        "Binder": f"https://mybinder.org/v2/gh/{github[1]}/main?{chapter}",
        "Colab": f"https://colab.research.google.com/github/{github[1]}"
        f"/blob/notebooks/{page}.ipynb",
        "Download notebook": f"{repository}/raw/notebooks/{page}.ipynb",
    }


def buttons(repository: str, page: str) -> list[dict]:
    """The buttons of a page that has code, in the form that the theme draws; none without links."""
    icons = {
        "Binder": "_static/images/logo_binder.svg",
        "Colab": "_static/images/logo_colab.png",
        "Download notebook": "fas fa-download",
    }
    links = [
        {
            "type": "link",
            "text": name,
            "tooltip": name if name.startswith("Download") else f"Run this chapter on {name}",
            "icon": icons[name],
            "url": address,
            "label": f"launch-{name.split()[0].lower()}",
        }
        for name, address in addresses(repository, page).items()
    ]
    group = {
        "type": "group",
        "tooltip": "Run or download this chapter",
        "icon": "fas fa-rocket",
        "buttons": links,
        "label": "launch-buttons",
    }
    return [group] if links else []


def add_buttons(app, pagename, templatename, context, doctree) -> None:
    """Put the buttons before those of the theme."""
    if doctree is None or HAS_CODE not in Path(app.env.doc2path(pagename)).read_text():
        return
    repository = app.config.html_theme_options.get("repository_url", "")  # found by course.py
    context["header_buttons"][:0] = buttons(repository, pagename)


def setup(app):
    """Register the extension with Sphinx."""
    app.connect("html-page-context", add_buttons, priority=502)  # the theme's have 500 and 501
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
