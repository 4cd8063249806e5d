"""The page for readers of D2L: its names are here, with D2L's arguments, and its script runs.

What it says of each function, the tests of that function's module try.
"""

import inspect
import re
import runpy
from functools import reduce
from pathlib import Path

import pytest
import torch

import d2l_helpers as d2l

PAGE = (Path(__file__).parents[2] / "book" / "reference" / "from-d2l.md").read_text()

# The older edition's functions with their arguments. D2L's set_axes needs all of its own, and
# D2L's fmts name colours as well; the page says so.
AXES = "xlim=None, ylim=None, xscale='linear', yscale='linear'"
CURVES = f"xlabel=None, ylabel=None, legend=None, {AXES}, fmts=('-', '--', '-.', ':')"
OLDER = {
    "Timer": "",
    "synthetic_data": "w, b, num_examples",
    "data_iter": "batch_size, features, labels",
    "load_array": "data_arrays, batch_size, is_train=True",
    "linreg": "X, w, b",
    "squared_loss": "y_hat, y",
    "sgd": "params, lr, batch_size",
    "use_svg_display": "",
    "set_figsize": "figsize=(3.5, 2.5)",
    "set_axes": f"axes, xlabel=None, ylabel=None, {AXES}, legend=None",
    "plot": f"X, Y=None, {CURVES}, figsize=(3.5, 2.5), axes=None",
    "get_fashion_mnist_labels": "labels",
    "show_images": "imgs, num_rows, num_cols, titles=None, scale=1.5",
    "get_dataloader_workers": "",
    "load_data_fashion_mnist": "batch_size, resize=None",
    "softmax": "X",
    "cross_entropy": "y_hat, y",
    "accuracy": "y_hat, y",
    "evaluate_accuracy": "net, data_iter",
    "Accumulator": "n",
    "train_epoch_ch3": "net, train_iter, loss, updater",
    "Animator": f"{CURVES}, nrows=1, ncols=1, figsize=(3.5, 2.5)",
    "train_ch3": "net, train_iter, test_iter, loss, num_epochs, updater",
    "predict_ch3": "net, test_iter, n=6",
    "evaluate_loss": "net, data_iter, loss",
    "try_gpu": "i=0",
    "try_all_gpus": "",
}
OLDER_NOT_HERE = {"net", "Updater", "download", "DATA_HUB"}
NEWER = {
    *("add_to_class", "HyperParameters", "ProgressBoard", "Module", "DataModule", "Trainer"),
    *("SyntheticRegressionData", "LinearRegressionScratch", "SGD", "LinearRegression"),
    *("FashionMNIST", "Classifier", "SoftmaxRegressionScratch", "SoftmaxRegression"),
    *("cpu", "gpu", "num_gpus"),
}
each_older = pytest.mark.parametrize("name", OLDER)


def table(label):
    """The rows of the table under a label: D2L's name, the name here (or None), the other cell."""
    section = PAGE.partition(f"({label})=")[2].partition("\n(sec:")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    for first, second in (re.fullmatch(r"\| (.+?) \| (.+) \|", line).groups() for line in lines):
        link = re.fullmatch(r"\{py:obj\}`(\w+) <d2l_helpers\.(\w+)>`", first)
        yield (*link.groups(), second) if link else (first.strip("`"), None, second)


ROWS, NEW_ROWS = list(table("sec:from-d2l-older")), list(table("sec:from-d2l-newer"))


def parameters(name, keyword_only):
    """The parameters of a function, without annotations: those that need their keyword, or not."""
    found = inspect.signature(getattr(d2l, name)).parameters.values()
    bare = [parameter.replace(annotation=parameter.empty) for parameter in found]
    return [p for p in bare if (p.kind is p.KEYWORD_ONLY) == keyword_only]


def blocks():
    return re.findall(r"^```python\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@each_older
def test_arguments_are_those_of_the_older_edition(name):
    assert str(inspect.Signature(parameters(name, keyword_only=False))) == f"({OLDER[name]})"


@each_older
def test_more_keywords_are_on_the_page_and_may_be_left_out(name):
    (text,) = (text for row, _, text in ROWS if row == name)
    told = re.search(r"More keywords: (.+?)\.", text)
    more = parameters(name, keyword_only=True)
    assert [p.name for p in more] == (re.findall(r"`(\w+)`", told[1]) if told else [])
    assert all(p.default is not p.empty for p in more)


def test_every_name_of_the_older_edition_has_a_row():
    assert [name for name, _, _ in ROWS if name in OLDER] == list(OLDER)
    assert sorted(name for name, _, _ in ROWS) == sorted({*OLDER, *OLDER_NOT_HERE})
    assert set(OLDER) <= set(d2l.__all__)


def test_links_lead_to_the_function_of_that_name_and_other_names_are_not_here():
    linked = {name: target for name, target, _ in ROWS if target}
    assert set(linked) == set(OLDER)
    assert all(getattr(d2l, name) is getattr(d2l, target) for name, target in linked.items())
    assert not [name for name in OLDER_NOT_HERE | NEWER if hasattr(d2l, name)]


def test_every_name_of_the_newer_edition_has_a_row():
    assert sorted(name for name, _, _ in NEW_ROWS) == sorted(NEWER)


def test_what_replaces_the_newer_edition_is_there():
    for name, _, text in NEW_ROWS:
        for shown, target in re.findall(r"\{py:obj\}`d2l\.(\w+) <d2l_helpers\.(\w+)>`", text):
            assert shown == target in d2l.__all__, name
        for path in re.findall(r"`torch\.([\w.]+)`", text):
            reduce(getattr, path.split("."), torch)
    assert all("`torch." in text or "`d2l." in text for _, _, text in NEW_ROWS[2:])


def test_every_d2l_name_on_the_page_is_ours_or_theirs():
    script = blocks()[1]
    names = set(re.findall(r"\bd2l\.(\w+)", PAGE.replace(script, "")))
    assert names - set(d2l.__all__) == {"Trainer", "reshape", "reduce_sum", "tensor"}
    assert set(re.findall(r"\bd2l\.(\w+)", script)) <= set(d2l.__all__)


def test_script_runs_with_one_line_replaced(tmp_path, capsys, no_warnings):
    new_line, script = blocks()
    old_line = "from d2l import torch as d2l\n"
    assert script.splitlines(keepends=True)[2] == old_line
    moved = tmp_path / "script.py"
    moved.write_text(script.replace(old_line, new_line))
    runpy.run_path(str(moved))
    told = re.fullmatch(r"accuracy (\d\.\d\d)\n", capsys.readouterr().out)
    assert float(told[1]) > 0.95
    assert "an accuracy of more than 0.95" in PAGE
