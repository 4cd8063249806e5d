"""An excerpt of a chapter: the code without which its exercises do not run."""

import ast
import dis
import re
from types import CodeType

APPENDS = re.compile(r"\b(\w+)\.append\(")
TRAINS = re.compile(
    r"\b(step|train|\w+_)\("
)  # changes the net in place: `trainer.step()`, `zeros_(…)`
BLOCKS = ast.For | ast.While | ast.If | ast.With | ast.Try


def names(program: CodeType) -> tuple[set[str], set[str]]:
    """The names that code takes from what ran before it, and those that it binds."""
    used, bound = set(), set()
    for step in dis.get_instructions(program):
        if step.opname == "STORE_NAME":
            bound.add(step.argval)
        elif step.opname in ("LOAD_NAME", "LOAD_GLOBAL"):
            used |= {step.argval} - bound
        elif isinstance(step.argval, CodeType):  # a function; what it binds is its own
            used |= names(step.argval)[0] - bound
    return used, bound


def excerpt(chapter: list[str], exercises: list[str]) -> str:
    """The code of a chapter that its exercises need; both are given as the code of their cells.

    The first cell imports and seeds, and is kept as it is. Of the others, those statements are kept
    that give a value to a name needed later, append to it, or train `net` if that is needed. What
    is changed in another way goes unnoticed: Otter finds out when it marks the solutions.
    """
    first, *others = chapter
    needed = names(compile("\n".join(exercises), "exercises", "exec"))[0]
    kept = []
    for source in reversed(others):
        for statement in reversed(ast.parse(source).body):
            used, bound = names(compile(ast.Module([statement], []), "chapter", "exec"))
            text = "\n".join(source.splitlines()[statement.lineno - 1 : statement.end_lineno])
            changed = set(APPENDS.findall(text)) | ({"net"} if TRAINS.search(text) else set())
            if not needed & (bound | (changed & used)):
                continue
            if not isinstance(statement, BLOCKS):
                needed -= bound  # what these names meant before does not matter
            needed |= used
            defines = isinstance(statement, ast.FunctionDef | ast.ClassDef)
            kept.insert(0, f"\n\n{text}\n\n" if defines else text)
    return re.sub(r"\n{4,}", "\n\n\n", "\n".join([first, "", *kept])).strip()
