"""The short exercises of a chapter, as they stand in the notebook that `make site` has written."""

import ast
import re
from dataclasses import dataclass
from itertools import pairwise

from nbformat import NotebookNode

HEADING = re.compile(r"#{1,3} ")
CHECK = re.compile(r"check_\w+\(\)")


@dataclass
class Exercise:
    """The cells of a short exercise, in the order in which they stand."""

    text: NotebookNode
    starter: NotebookNode
    check: NotebookNode
    solution: list[NotebookNode]

    @property
    def call(self) -> str:
        """The last line of the check, and of the solution: `check_rmse()`."""
        return self.check.source.splitlines()[-1]

    @property
    def name(self) -> str:
        """What the check is named after: `rmse`."""
        return self.call.removeprefix("check_").removesuffix("()")

    @property
    def solved(self) -> str:
        """The code of the solution, without the call of the check."""
        return "\n\n\n".join(code(self.solution)).removesuffix(self.call).rstrip()

    @property
    def right(self) -> list[NotebookNode]:
        """What the check prints for the solution: "Right.", a line for each thing asked."""
        return [cell for cell in self.solution if cell.cell_type == "code"][-1].outputs


def exercises(cells: list[NotebookNode]) -> list[Exercise]:
    """The short exercises among the cells of a chapter: a text, a cell to fill in, a folded check, a solution."""
    texts = [cell.source if cell.cell_type == "markdown" else "" for cell in cells]
    heads = [i for i, text in enumerate(texts) if HEADING.match(text)] + [len(cells)]
    return [
        Exercise(*cells[i : i + 3], solution=cells[i + 3 : end])
        for i, end in pairwise(heads)
        if texts[i].startswith("### ") and is_check(cells[i + 2 : i + 3])
    ]


def is_check(cells: list[NotebookNode]) -> bool:
    """Whether a cell, if there is one, is the check of an exercise."""
    return any(
        "cellView" in cell.metadata and CHECK.fullmatch(cell.source.splitlines()[-1])
        for cell in cells
    )


def code(cells: list[NotebookNode]) -> list[str]:
    """The code of those cells that have some and are not folded."""
    shown = [cell for cell in cells if "cellView" not in cell.metadata]
    return [cell.source for cell in shown if cell.cell_type == "code"]


def functions(source: str) -> dict[str, str]:
    """The functions that code defines, by their names, without comments."""
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]
    return {node.name: ast.unparse(node) for node in found}
