"""Executing the chapters: once for each state of their code, the helpers and the pins.

MyST-NB executes a chapter whose results its cache lacks, one after the other, when it reads them.
Here jupyter-cache does so before, on all cores, so that MyST-NB finds everything in the cache.
"""

import hashlib
import logging
import os
import platform
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.addnodes import pending_xref
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from . import kernels
from .configuration import has_code

READER = {"type": "plugin", "name": "myst_nb_md"}  # MyST-NB's own


def cache_path(root: Path) -> Path:
    """The folder of the execution cache.

    The cache knows a chapter's code only: the folder is named after all else that results rest on.
    """
    digest = hashlib.sha256()
    files = (root / "d2l_helpers").iterdir()
    helpers = sorted(path for path in files if path.suffix in (".csv", ".py"))
    for path in [*helpers, root / "requirements.lock"]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return root / "_build" / f".jupyter_cache-{digest.hexdigest()[:12]}"


def configure(app, config) -> None:
    """Tell MyST-NB where the cache is, and settle what the kernels are started with."""
    kernels.settle()
    config.nb_execution_cache_path = str(cache_path(Path(app.srcdir)))


def execute(app, env, docnames) -> None:
    """Execute those of the pages to be read whose results are not in the cache."""
    paths = [env.doc2path(name) for name in docnames]
    chapters = [path for path in paths if has_code(path)]
    if not chapters:
        return
    cache = get_cache(app.config.nb_execution_cache_path)
    for path in chapters:
        cache.add_nb_to_project(path, read_data=READER)
    if not cache.list_unexecuted(filter_uris=chapters):
        return
    log = logging.getLogger(__name__)
    log.setLevel(logging.INFO)  # a line on standard error for each chapter
    # What a chapter raises is not kept: MyST-NB executes it once more, and reports it.
    load_executor("local-parallel", cache, log).run_and_cache(
        filter_uris=chapters, timeout=app.config.nb_execution_timeout
    )


class Versions(SphinxDirective):
    """A list of what the chapters were executed with."""

    def run(self) -> list[nodes.Node]:
        """Build the list; it is made anew when a pin changes."""
        import d2l_helpers as d2l  # brings torch: seconds, for this page only

        self.env.note_dependency("requirements.lock")
        lines = [f"Python {platform.python_version()} on {platform.system()}, {platform.machine()}"]
        lines += [f"{name} {version(name)}" for name in ("torch", "torchvision", "numpy")]
        lines += [f"{os.cpu_count()} processor cores", f"device: {d2l.try_gpu()}"]
        items = [nodes.list_item("", nodes.paragraph(text=line)) for line in lines]
        return [nodes.bullet_list("", *items)]


class NameChapters(SphinxPostTransform):
    """MyST-NB's table of executions says paths; readers know titles."""

    default_priority = 9  # the table is there at 8, its links are resolved at 10

    def run(self, **options) -> None:
        """Let Sphinx fill in the titles."""
        for link in self.document.findall(pending_xref):
            if link["reftype"] == "doc" and link.astext() in NbMetadataCollector.get_doc_data(
                self.env
            ):
                link["refexplicit"] = False
                link.children[0].children[0] = self.env.titles[link.astext()].deepcopy().children[0]


def setup(app):
    """Register the extension with Sphinx."""
    app.add_post_transform(NameChapters)
    app.add_directive("versions", Versions)
    app.connect("config-inited", configure)
    app.connect("env-before-read-docs", execute)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
