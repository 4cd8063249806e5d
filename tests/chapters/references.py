"""References: what each code cell of a chapter gives, as text; `make references` writes them.

Every chapter is executed under each of the environments below. A reference is written only if
its text is the same in all of them; otherwise the difference is shown and nothing is written.
A reference holds results and no code: how many assertions there are, and of each cell a
fingerprint, its tags, and its outputs.
`woven` puts chapter and reference together into the notebook that nbval checks.
"""

import ast
import difflib
import hashlib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import jupytext
import nbformat
import yaml
from _ext import kernels
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook, new_output
from pictures import described
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
REFERENCES = Path(__file__).parent / "references"
WOVEN = ROOT / "_build" / "woven"
WRITE_ANEW = "run `make references` and read what changes"

OLDEST_CPU = {  # the plainest kernels of torch, MKL and oneDNN
    "ATEN_CPU_CAPABILITY": "default",
    "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
}
ENVIRONMENTS = [
    cpu | {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
    for cpu, threads in product(({}, OLDEST_CPU), "12")
]


def chapters() -> list[Path]:
    """The files of the book that have code to execute."""
    return [path for path in sorted(BOOK.rglob("*.md")) if "{code-cell}" in path.read_text()]


def reference_path(chapter: Path) -> Path:
    """Where the reference of a chapter lies."""
    return REFERENCES / chapter.relative_to(BOOK).with_suffix(".yaml")


def chapter_path(reference: Path) -> Path:
    """The chapter whose results a reference holds."""
    return BOOK / reference.relative_to(REFERENCES).with_suffix(".md")


def code_only(chapter: Path) -> nbformat.NotebookNode:
    """The chapter's code cells, with their tags, as a notebook without outputs."""
    cells = [cell for cell in jupytext.read(chapter).cells if cell.cell_type == "code"]
    kernel = {"name": "python3", "display_name": "Python 3"}
    return new_notebook(
        metadata={"kernelspec": kernel},
        cells=[
            new_code_cell(cell.source, id=f"cell-{i}", metadata={"tags": tags(cell)})
            for i, cell in enumerate(cells)
        ],
    )


def tags(cell: nbformat.NotebookNode) -> list[str]:
    """The tags of a cell."""
    return cell.metadata.get("tags", [])


def fingerprint(cell: nbformat.NotebookNode) -> dict:
    """What a reference knows of a cell's code: that it has changed, or its tags have."""
    digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
    return {"code": digest} | ({"tags": " ".join(tags(cell))} if tags(cell) else {})


def record(cell: nbformat.NotebookNode) -> dict:
    """A cell that was executed, as its reference holds it."""
    compared = "nbval-ignore-output" not in tags(cell)  # else times and the like
    outputs = [record_of_output(output) for output in cell.outputs if compared]
    return fingerprint(cell) | ({"outputs": outputs} if outputs else {})


def record_of_output(output: nbformat.NotebookNode) -> dict:
    """One output: its kind, and its text. A figure is what it says."""
    if output.output_type == "stream":
        return {output.name: output.text}
    if output.output_type == "error":
        return {"error": {output.ename: output.evalue}}
    data = {
        mime: described(text) if mime == "image/svg+xml" else text
        for mime, text in sorted(output.data.items())
    }
    return {output.output_type: data}


def output_of_record(kind: str, text) -> nbformat.NotebookNode:
    """The output that was recorded so."""
    if kind in ("stdout", "stderr"):
        return new_output("stream", name=kind, text=text)
    if kind == "error":
        ((name, value),) = text.items()
        return new_output("error", ename=name, evalue=value, traceback=[])
    return new_output(kind, data=text)


class Dumper(yaml.SafeDumper):
    """Writes text of several lines as it is printed."""


def represent(dumper: Dumper, text: str) -> yaml.ScalarNode:
    """A string in YAML."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else "")


Dumper.add_representer(str, represent)


def assertions(cells: list[nbformat.NotebookNode]) -> int:
    """How many assertions the cells have. Raises ValueError for one that cannot fail."""
    count = 0
    for node in ast.walk(ast.parse("\n".join(cell.source for cell in cells))):
        if isinstance(node, ast.Assert):
            count += 1
            if not can_fail(node.test):
                raise ValueError(f"this cannot fail: {ast.unparse(node)}")
        elif isinstance(node, ast.Call) and ast.unparse(node.func).startswith("torch.testing."):
            count += 1
    return count


def can_fail(test: ast.expr) -> bool:
    """Whether an assertion asks something: not of mere constants, of a tuple, or of one name twice."""
    if isinstance(test, ast.BoolOp):
        return all(map(can_fail, test.values))
    parts = {type(node) for node in ast.walk(test)}
    if isinstance(test, ast.Compare) and ast.dump(test.left) == ast.dump(test.comparators[0]):
        return ast.Call in parts  # a second call may give something else
    return ast.Name in parts and not isinstance(test, ast.Tuple | ast.Lambda)


def written(chapter: Path, count: int, records: list[dict]) -> str:
    """The text of a chapter's reference."""
    head = (
        f"# What the code cells of {chapter.relative_to(ROOT)} give; `make references` writes it.\n"
    )
    content = {"assertions": count, "cells": records}
    text = yaml.dump(content, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10**6)
    return head + text


def known(text: str) -> tuple[int, list[dict]]:
    """What a reference's text holds: the number of assertions, and the records of the cells."""
    content = yaml.safe_load(text) or {"assertions": 0, "cells": []}
    return content["assertions"], content["cells"]


def woven(reference: Path) -> Path:
    """The notebook that nbval checks: the chapter's code, and the outputs of its reference.

    It is written below _build. Raises ValueError where the two do not fit together.
    """
    chapter = chapter_path(reference)
    if not chapter.exists():
        raise ValueError(f"there is no {chapter.relative_to(ROOT)}: remove this reference")
    notebook = code_only(chapter)
    count, records = known(reference.read_text())
    now = [fingerprint(cell) for cell in notebook.cells]
    before = [{key: value for key, value in cell.items() if key != "outputs"} for cell in records]
    if (count, before) != (assertions(notebook.cells), now):
        raise ValueError(f"the code or the tags of the chapter have changed: {WRITE_ANEW}")
    for number, (cell, record) in enumerate(zip(notebook.cells, records, strict=True), 1):
        cell.execution_count = number  # nbval compares nothing with a cell that was not run
        cell.outputs = [
            output_of_record(*item) for each in record.get("outputs", []) for item in each.items()
        ]
    path = WOVEN / chapter.relative_to(BOOK).with_suffix(".ipynb")
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")  # each process of pytest-xdist weaves it
    nbformat.write(notebook, part)
    return part.replace(path)


def executed(chapter: Path, environment: dict[str, str]) -> str:
    """The text of the chapter's reference, from a run in this environment."""
    kernels.settle()
    notebook = code_only(chapter)
    if not notebook.cells:
        raise ValueError("jupytext finds no code cells: is `extension: .md` in the front matter?")
    NotebookClient(
        notebook,
        timeout=None,
        startup_timeout=600,
        record_timing=False,
        coalesce_streams=True,  # or a slow print is cut in two
        extra_arguments=["--log-level=ERROR"],  # or each kernel warns that it uses TCP
        resources={"metadata": {"path": str(chapter.parent)}},
    ).execute(env=os.environ | environment)
    return written(chapter, assertions(notebook.cells), [record(cell) for cell in notebook.cells])


def difference(texts: list[str]) -> str:
    """Where the texts of one chapter part; empty if they are all the same."""
    for environment, text in zip(ENVIRONMENTS, texts, strict=True):
        if text != texts[0]:
            lines = difflib.unified_diff(
                texts[0].splitlines(),
                text.splitlines(),
                str(ENVIRONMENTS[0]),
                str(environment),
                n=1,
                lineterm="",
            )
            return "\n".join(lines)
    return ""


def refusal(reference: Path, texts: list[str]) -> str:
    """Why a reference is not written; nothing if it may be."""
    if diff := difference(texts):
        return f"depends on the machine:\n{diff}"
    before = known(reference.read_text())[0] if reference.exists() else 0
    now, _ = known(texts[0])
    if now < before and not os.environ.get("FEWER"):
        return f"has {now} assertions, and had {before}: `make references FEWER=1` if that is meant"
    return ""


def main(wanted: list[str]) -> int:
    """Write the references of the chapters named, or of all; 1 if any could not be written."""
    listed = chapters()
    paths = [Path(name).resolve() for name in wanted] or listed
    if unknown := [str(path) for path in paths if path not in listed]:
        print("Not chapters with code:", *unknown, file=sys.stderr)
        return 1
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [(p, [pool.submit(executed, p, e) for e in ENVIRONMENTS]) for p in paths]
        for path, runs in tqdm(jobs, unit="chapter", desc="references"):
            reference = reference_path(path)
            try:
                texts = [run.result() for run in runs]
                reason = refusal(reference, texts)
            except Exception as error:  # noqa: BLE001  # whatever a chapter raises
                reason = f"raises:\n{error}"
            if reason:
                failed += 1
                print(f"\n{path.relative_to(ROOT)} {reason}", file=sys.stderr)
                continue
            reference.parent.mkdir(parents=True, exist_ok=True)
            reference.write_text(texts[0])
    print(f"{len(paths) - failed} references written, {failed} refused")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
