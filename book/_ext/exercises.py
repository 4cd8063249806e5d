"""Exercises of sphinx-exercise: how long and of which kind they are, and their solutions as folds that need no script."""

import re

from docutils import nodes
from sphinx.locale import _
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_exercise.nodes import exercise_enumerable_node, solution_node

from .elements import element, fold
from .languages import N_

FIVE_MINUTES = {"write": N_("write"), "fix": N_("fix"), "number": N_("number"), "find": N_("find")}
LONG = {
    "predict": N_("predict"),
    "modify": N_("modify"),
    "prove": N_("prove"),
    "build": N_("build"),
}


class FoldSolutions(SphinxPostTransform):
    """A `<details>` in the place of each solution and hint."""

    default_priority = 30  # sphinx-exercise has resolved the titles at 22

    def run(self, **options) -> None:
        """Keep the anchor; a solution's name is that of its exercise, a hint's is its own."""
        for node in list(self.document.findall(nodes.Admonition)):
            for section in node.findall(nodes.section):
                section["ids"] = []  # the same in every exercise
            title = node.children[0].astext()
            if isinstance(node, solution_node):
                number = re.search(r"[\d.]+", title)
                name = _("Solution to Exercise {}").format(number[0]) if number else title
                folded = fold(name, *node.children[1:], classes=["solution"])
            elif "dropdown" in node["classes"]:
                folded = fold(title, *node.children[1:], classes=["hint"])
            else:
                continue
            node.replace_self(folded)


class NameExercises(SphinxPostTransform):
    """Title, length and kind of each exercise: "Exercise 3  Start at zero  long · predict"."""

    default_priority = 31

    def run(self, **options) -> None:
        """Take off the brackets that sphinx-exercise puts around a title, and add the rest."""
        for node in self.document.findall(exercise_enumerable_node):
            title = node.children[0]
            title.children = title.children[1:-1]
            for length, kinds in {_("five minutes"): FIVE_MINUTES, _("long"): LONG}.items():
                for kind in kinds.keys() & set(node["classes"]):
                    text = nodes.Text(f"{length} · {_(kinds[kind])}")
                    title += element("span", text, classes=["level"])


def setup(app):
    """Register the extension with Sphinx."""
    app.setup_extension("sphinx_exercise")
    app.add_post_transform(FoldSolutions)
    app.add_post_transform(NameExercises)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
