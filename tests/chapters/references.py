"""Write the reference notebooks that the gate compares each run with: `make references`.

Every chapter is executed under each of the environments below. A reference is written only if
its text is the same in all of them; otherwise the difference is shown and nothing is written.
"""

import difflib
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from tqdm import tqdm

ROOT = Path(__file__).resolve().parents[2]
BOOK = ROOT / "book"
REFERENCES = Path(__file__).parent / "references"

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
    return REFERENCES / chapter.relative_to(BOOK).with_suffix(".ipynb")


def code_only(chapter: Path) -> nbformat.NotebookNode:
    """The chapter's code cells, with their tags, as a notebook without outputs."""
    notebook = nbformat.v4.new_notebook()
    notebook.nbformat_minor = 4  # later ones give every cell a random name
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    for cell in jupytext.read(chapter).cells:
        if cell.cell_type == "code":
            new = nbformat.v4.new_code_cell(cell.source)
            del new["id"]
            if tags := cell.metadata.get("tags"):
                new.metadata["tags"] = tags
            notebook.cells.append(new)
    return notebook


def executed(chapter: Path, environment: dict[str, str]) -> str:
    """The chapter's code and its text outputs, as the text of a notebook."""
    notebook = code_only(chapter)
    NotebookClient(
        notebook,
        timeout=600,
        record_timing=False,
        coalesce_streams=True,  # or a slow print is cut in two
        extra_arguments=["--log-level=ERROR"],  # or each kernel warns that it uses TCP
        resources={"metadata": {"path": str(chapter.parent)}},
    ).execute(env=os.environ | environment)
    for cell in notebook.cells:
        if "nbval-ignore-output" in cell.metadata.get("tags", []):
            cell.outputs = []  # times: nothing compares them
        for output in cell.outputs:
            output.get("metadata", {}).clear()
            for mime in output.get("data", {}):
                if mime.startswith("image/"):
                    output.data[mime] = mime.removeprefix("image/").removesuffix("+xml").upper()
    # What names the machine, not the chapter: the kernel's version and the like
    notebook.metadata.pop("language_info", None)
    return nbformat.writes(notebook) + "\n"


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


def main(wanted: list[str]) -> int:
    """Write the references of the chapters named, or of all; 1 if any could not be written."""
    known = chapters()
    paths = [Path(name).resolve() for name in wanted] or known
    if unknown := [str(path) for path in paths if path not in known]:
        print("Not chapters with code:", *unknown, file=sys.stderr)
        return 1
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        jobs = [(p, [pool.submit(executed, p, e) for e in ENVIRONMENTS]) for p in paths]
        for path, runs in tqdm(jobs, unit="chapter", desc="references"):
            name = path.relative_to(ROOT)
            try:
                texts = [run.result() for run in runs]
            except Exception as error:  # noqa: BLE001  # whatever a chapter raises
                failed += 1
                print(f"\n{name} raises:\n{error}", file=sys.stderr)
                continue
            if diff := difference(texts):
                failed += 1
                print(f"\n{name} depends on the machine:\n{diff}", file=sys.stderr)
                continue
            reference = reference_path(path)
            reference.parent.mkdir(parents=True, exist_ok=True)
            reference.write_text(texts[0])
    print(f"{len(paths) - failed} references written, {failed} refused")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
