"""Cells whose code the site hides leave to the others what they have."""

import ast

import pytest
from references import BOOK, chapters, code_only, tags

HIDDEN = {"hidden", "remove-input"}
OWN_SCOPE = (ast.FunctionDef, ast.ClassDef, ast.Lambda)
OWN_SCOPE += (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)


def bound(node: ast.AST) -> set[str]:
    """The names that code binds or deletes, outside what has a scope of its own; `_` is no one's."""
    names = set()
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        names = {node.id}
    elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        names = {node.name}
    elif isinstance(node, ast.alias):
        names = {(node.asname or node.name).partition(".")[0]}
    if not isinstance(node, OWN_SCOPE):
        names = names.union(*map(bound, ast.iter_child_nodes(node)))
    return names - {"_"}


def clashes(chapter) -> set[str]:
    names = {True: set(), False: set()}
    for cell in code_only(chapter).cells:
        names[not HIDDEN.isdisjoint(tags(cell))] |= bound(ast.parse(cell.source))
    return names[True] & names[False]


@pytest.mark.parametrize("chapter", chapters(), ids=lambda path: str(path.relative_to(BOOK)))
def test_they_use_names_of_their_own(chapter):
    assert clashes(chapter) == set()
