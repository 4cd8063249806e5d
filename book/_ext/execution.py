"""Executing the chapters: once for each state of their code, the helpers and the pins.

MyST-NB executes a chapter whose results its cache lacks, one after the other, when it reads them.
Here jupyter-cache does so before, on all cores, so that MyST-NB finds everything in the cache.
"""

import hashlib
import logging
import os
import platform
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from docutils import nodes
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.basic import ExecutionWorkerLocalMProc, JupyterExecutorLocalMproc
from jupyter_cache.executors.utils import single_nb_execution
from myst_nb.core.read import read_myst_markdown_notebook
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.addnodes import pending_xref
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.docutils import SphinxDirective

from . import kernels
from .configuration import has_code
from .languages import N_, look_up
from .translation import translated, without_comments

READER = {"type": "plugin", "name": "myst_nb_md"}  # MyST-NB's own


class Worker(ExecutionWorkerLocalMProc):
    """Executes a chapter; what a cell has printed is one piece, however slowly it came."""

    @staticmethod
    def execute(project_nb, data):
        """Execute it in its folder."""
        return single_nb_execution(
            project_nb.nb,
            cwd=str(Path(project_nb.uri).parent),
            timeout=data.timeout,
            allow_errors=data.allow_errors,
            coalesce_streams=True,
        )


class Executor(JupyterExecutorLocalMproc):
    """Executes chapters on all cores."""

    _EXECUTION_WORKER = Worker


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
    if cache.list_unexecuted(filter_uris=chapters):
        log = logging.getLogger(__name__)
        log.setLevel(logging.INFO)  # a line on standard error for each chapter
        # What a chapter raises is not kept: MyST-NB executes it once more, and reports it.
        Executor(cache, log).run_and_cache(
            filter_uris=chapters, timeout=app.config.nb_execution_timeout
        )
    if app.config.language != "en":
        for name in docnames:
            if has_code(path := env.doc2path(name)):
                app.executed[name] = share(cache, path, look_up(app, name))


def share(cache, path: str, look_up) -> float | None:
    """Put a translated chapter into the cache, with the outputs of the English one.

    Returns when that was executed; None if it has failed. Raises ValueError if the translation has other code.
    """
    source = Path(path).read_text()
    english, new = (
        read_myst_markdown_notebook(text, add_source_map=True, path=path)
        for text in (source, translated(source, look_up))
    )
    try:
        record = cache.match_cache_notebook(english)
    except KeyError:
        return None  # MyST-NB reports it
    when = record.created.timestamp()
    with suppress(KeyError):
        cache.match_cache_notebook(new)
        return when  # it is there already
    executed = cache.merge_match_into_notebook(english)[1]
    new.metadata["language_info"] = executed.metadata.get("language_info", {})
    for cell, done in zip(new.cells, executed.cells, strict=True):
        if cell.cell_type == "code":
            if without_comments(cell.source) != without_comments(done.source):
                raise ValueError(f"{path}: a translation has changed code: {cell.source}")
            cell.outputs, cell.execution_count = done.outputs, done.execution_count
    bundle = CacheBundleIn(new, path, data=record.data)
    cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return when


def date(app, doctree) -> None:
    """Let a translated chapter say when its code was executed, not when its text came into the cache."""
    name = app.env.docname
    if when := app.executed.get(name):
        data = NbMetadataCollector.get_exec_data(app.env, name)
        NbMetadataCollector.set_exec_data(app.env, name, data | {"mtime": when})


class Versions(SphinxDirective):
    """A list of what the chapters were executed with."""

    def run(self) -> list[nodes.Node]:
        """Build the list; it is made anew when a pin changes."""
        import d2l_helpers as d2l  # brings torch: seconds, for this page only

        self.env.note_dependency("requirements.lock")
        python = platform.python_version(), platform.system(), platform.machine()
        lines = [_("Python {} on {}, {}").format(*python)]
        lines += [f"{name} {version(name)}" for name in ("torch", "torchvision", "numpy")]
        lines.append(_("{} processor cores").format(os.cpu_count()))
        lines.append(_("device: {}").format(d2l.try_gpu()))
        items = [nodes.list_item("", nodes.paragraph(text=line)) for line in lines]
        return [nodes.bullet_list("", *items)]


WORDS = {  # of MyST-NB's table
    "Document": N_("Chapter"),
    "Modified": N_("Executed"),
    "Run Time (s)": N_("Time (s)"),
}


class NameChapters(SphinxPostTransform):
    """MyST-NB's table of executions says paths; readers know titles."""

    default_priority = 9  # the table is there at 8, its links are resolved at 10

    def run(self, **options) -> None:
        """Let Sphinx fill in the titles; say the rest in the site's language."""
        for table in self.document.findall(nodes.table):
            words = [word for word in table.findall(nodes.Text) if word.astext() in WORDS]
            if len(words) < len(WORDS):
                continue
            for word in words:
                word.parent.replace(word, nodes.Text(_(WORDS[word.astext()])))
            (columns,) = table.findall(nodes.tgroup)
            for part in (columns, *columns.findall(nodes.row)):
                del part[4], part[2]  # status and method: a chapter that fails is not published
            columns["cols"] = 3
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
    app.connect("doctree-read", date)
    app.executed = {}  # chapter of another language -> when
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
