"""Lets nbval check each chapter: it is woven with its reference when the tests are collected."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbval.plugin import IPyNbCell, IPyNbFile
from pictures import PICTURE, described
from references import REFERENCES, woven


class Cells(IPyNbFile):
    """A notebook in one kernel, a test a cell."""

    def setup(self) -> None:
        """Compare what a figure says, not its data."""
        super().setup()
        self.sanitize_patterns[PICTURE] = lambda figure: described(figure[0])

    def collect(self) -> Iterator[IPyNbCell]:
        """Give every cell; a busy machine may take its time to print."""
        for cell in super().collect():
            cell.output_timeout = 600
            yield cell


class Reference(pytest.File):
    """The reference of a chapter, from which the notebook is made."""

    def collect(self) -> Iterator[Cells]:
        """Give the notebook; a reference that does not fit its chapter is an error."""
        if not __debug__:
            raise self.CollectError(
                "without assertions nothing is checked: no -O, no PYTHONOPTIMIZE"
            )
        try:
            yield Cells.from_parent(self, path=woven(self.path))
        except ValueError as error:
            raise self.CollectError(f"{self.path}: {error}") from error


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Reference | None:
    """Take each reference for a test."""
    if file_path.suffix == ".yaml" and file_path.is_relative_to(REFERENCES):
        return Reference.from_parent(parent, path=file_path)
    return None
