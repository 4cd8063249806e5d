"""The page for readers of D2L: its names are here, with D2L's arguments, and its script runs.

What it says of each function, the tests of that function's module try.
"""

import inspect
import re
import runpy
import textwrap
from functools import reduce
from pathlib import Path
from unittest.mock import Mock, call

import numpy as np
import pytest
import torch

import d2l_helpers as d2l
from d2l_helpers import aliases

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
    "train_2d": "trainer, steps=20, f_grad=None",
    "show_trace_2d": "f, results",
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
    silent = {"train_ch3": "train", "predict_ch3": "predict"}  # they differ in what they return
    assert {name: linked.pop(name) for name in silent} == silent
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
    assert names - {*d2l.__all__, *aliases.__all__} == {"Trainer", "torch"}
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


# d2l 0.17.6's names of torch's functions, each in an expression, and the same by torch's name
T, Z = torch.tensor([[1.0, 2.0, 5.0], [4.0, 3.0, 0.0]]), torch.tensor([0.5, -2.0])
TORCH = {
    "ones": ("ones((2, 3))", torch.ones(2, 3)),
    "zeros": ("zeros(2, dtype=d2l.int32)", torch.zeros(2, dtype=torch.int32)),
    "tensor": ("tensor([[1, 2]], dtype=d2l.float32)", torch.tensor([[1.0, 2.0]])),
    "arange": ("arange(0, 3, 0.5)", torch.arange(0, 3, 0.5)),
    "meshgrid": ("meshgrid(Z, Z, indexing='ij')[0]", torch.meshgrid(Z, Z, indexing="ij")[0]),
    "sin": ("sin(Z)", Z.sin()),
    "sinh": ("sinh(Z)", Z.sinh()),
    "cos": ("cos(Z)", Z.cos()),
    "cosh": ("cosh(Z)", Z.cosh()),
    "tanh": ("tanh(Z)", Z.tanh()),
    "linspace": ("linspace(0, 1, 5)", torch.linspace(0, 1, 5)),
    "exp": ("exp(Z)", Z.exp()),
    "log": ("log(T)", T.log()),
    "normal": ("normal(3, 0, (2, 2))", torch.full((2, 2), 3.0)),
    "rand": ("rand(2, 3).floor()", torch.zeros(2, 3)),
    "matmul": ("matmul(Z, T)", Z @ T),
    "int32": ("ones(2, dtype=d2l.int32)", torch.tensor([1, 1], dtype=torch.int32)),
    "float32": ("ones(2, dtype=d2l.float32)", torch.tensor([1.0, 1.0])),
    "concat": ("concat((T, T), dim=1)", torch.cat([T, T], 1)),
    "stack": ("stack([Z, Z], 1)", torch.stack([Z, Z], 1)),
    "abs": ("abs(Z)", torch.tensor([0.5, 2.0])),
    "eye": ("eye(3)", torch.diag(torch.ones(3))),
    "numpy": ("numpy(Z.clone().requires_grad_())", Z.numpy()),
    "size": ("size(T)", 6),
    "reshape": ("reshape(T, (-1, 2))", T.view(3, 2)),
    "to": ("to(T, torch.float64)", T.double()),
    "reduce_sum": ("reduce_sum(T, axis=1, keepdim=True)", torch.tensor([[8.0], [7.0]])),
    "argmax": ("argmax(T, axis=1)", torch.tensor([2, 0])),
    "astype": ("astype(Z, torch.int64)", torch.tensor([0, -2])),
    "transpose": ("transpose(T)", T.T),
}


def test_all_of_torchs_aliases_are_here_and_a_star_replaces_no_function_of_python():
    assert aliases.__all__ == sorted(TORCH)
    assert not set(aliases.__all__) & set(d2l.__all__)


@pytest.mark.parametrize("name", TORCH)
def test_alias_of_torch(name, no_warnings):
    expression, expected = TORCH[name]
    assert f"d2l.{name}" in f"d2l.{expression}"
    found = eval(f"d2l.{expression}", {"d2l": d2l, "torch": torch, "T": T, "Z": Z})
    assert type(found) is type(expected)
    torch.testing.assert_close(found, expected, rtol=0, atol=0)


def test_aliases_take_all_that_has_the_method():
    assert d2l.reshape(Z.numpy(), (2, 1)).shape == (2, 1)
    assert d2l.to(torch.nn.Linear(2, 1), torch.float64).weight.dtype == torch.float64


def test_no_chapter_uses_an_alias():
    names = [*aliases.__all__, "train_ch3", "predict_ch3", "train_2d", "show_trace_2d"]
    used = rf"\bd2l\.({'|'.join(names)})\b"
    book = Path(__file__).parents[2] / "book"
    chapters = [page for page in book.rglob("*.md") if page.parent.name != "reference"]
    assert chapters
    assert not [page.name for page in chapters if re.search(used, page.read_text())]


def test_names_with_a_chapter_pass_on_all_and_return_nothing():
    original = Mock(return_value={"train loss": [0.5]})
    assert aliases._quiet(original)(1, 2, n=3) is None
    assert original.mock_calls == [call(1, 2, n=3)]


def straight_down(x1, x2, s1, s2):
    return x1, x2 - 1, s1, s2 + 1


def test_train_2d_keeps_every_place_as_numbers(capsys, no_warnings):
    def as_tensors(x1, x2, s1, s2):
        return torch.tensor([x1 + 1.0], requires_grad=True), np.array([x2 / 2]), s1, s2

    assert d2l.train_2d(as_tensors, 1.0) == [(-5, -2), (-4, -1)]
    assert all(type(x) is float for x in d2l.train_2d(as_tensors, 1)[1])
    assert d2l.train_2d(straight_down, steps=3)[2:] == [(-5, -4), (-5, -5)]
    assert capsys.readouterr().out.endswith("step 3: x1 = -5.000000, x2 = -5.000000\n")


@pytest.mark.parametrize(
    ("trainer", "steps", "message"),
    [
        (straight_down, 0, "steps must be at least 1"),
        (lambda *point: point[:2], 2, r"must return x1, x2, s1 and s2, not \(-5.0, -2.0\)"),
        (lambda *point: None, 2, "must return x1, x2, s1 and s2, not None"),
    ],
)
def test_train_2d_says_what_is_wrong(trainer, steps, message, capsys):
    with pytest.raises(ValueError, match=message):
        d2l.train_2d(trainer, steps)
    assert capsys.readouterr().out == ""


def test_show_trace_2d_draws_the_path_over_contours_in_a_figure_of_its_own(no_warnings):
    for _ in range(2):
        places = [(-5, -2), (torch.tensor([-1.0]), np.array([0.5])), (0.0, 0.0)]
        assert d2l.show_trace_2d(lambda x1, x2: x1 + 10 * x2, places) is None
    assert len(d2l.plt.get_fignums()) == 2
    axes = d2l.plt.gca()
    assert [[*map(tuple, line.get_xydata())] for line in axes.lines] == [
        [(-5.0, -2.0), (-1.0, 0.5), (0.0, 0.0)]
    ]
    (contours,) = axes.collections
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        for x1, x2 in path.vertices:
            assert abs(x1 + 10 * x2 - level) < 1e-3
    assert sum(len(path.vertices) for path in contours.get_paths()) > 100
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("x1", "x2")


@pytest.mark.parametrize(
    ("f", "places", "message"),
    [
        (lambda x1, x2: x1, [], "must hold pairs"),
        (lambda x1, x2: x1, [(1, 2), (1, 2, 3)], "must hold pairs"),
        (lambda x1, x2: 3.0, [(1, 2)], r"each of \(65, 40\) points"),
        (lambda x1, x2: (x1**2).sum(), [(1, 2)], r"each of \(65, 40\) points"),
    ],
)
def test_show_trace_2d_says_what_is_wrong_and_draws_nothing(f, places, message):
    with pytest.raises(ValueError, match=message):
        d2l.show_trace_2d(f, places)
    assert d2l.plt.get_fignums() == []


def rows(label):
    """The cells of the table under a label, but for its head."""
    section = PAGE.partition(f"({label})=")[2].partition("\n(sec:")[0]
    return re.findall(r"^\| (.+?) \| (.+) \|$", section, re.MULTILINE)[1:]


def test_every_alias_is_on_the_page():
    same, concat, *methods, numpy = rows("sec:from-d2l-torch")
    names = re.findall(r"`(\w+)`", same[0])
    assert all(getattr(d2l, name) is getattr(torch, name) for name in names)
    assert (concat, d2l.concat) == (("`concat`", "`torch.cat`"), torch.cat)
    for alias, method in methods:
        names += [re.fullmatch(r"`d2l\.(\w+)\(x, …\)`", alias)[1]]
        calls = Mock()
        getattr(d2l, names[-1])(calls, 1, dim=2)
        called = re.fullmatch(r"`x\.(\w+)\(…\)`", method)[1]
        assert calls.mock_calls == [getattr(call, called)(1, dim=2)]
    assert numpy[0] == "`d2l.numpy(x)`"
    assert sorted([*names, "concat", "numpy"]) == aliases.__all__


def test_ways_to_import_it():
    ways = rows("sec:from-d2l")
    assert len(ways) == 5
    for theirs, ours in ways:
        swapped, names = re.match("`(.+?)`", ours)[1], {}
        exec(swapped, names)  # noqa: S102
        wanted = theirs.strip("`").replace(" torch as", " as").rpartition("import ")[2]
        assert swapped.endswith(wanted.removeprefix("d2l.torch "))
        assert "d2l_helpers" in swapped


def test_each_chapter_takes_what_the_page_says():
    chapters = {
        chapter.partition(",")[0]: names for chapter, names in rows("sec:from-d2l-chapters")
    }
    tried = {name: set() for name in chapters}
    for case, code in CASES.items():
        for chapter in re.findall(r"\d+\.\d+", case):
            tried[chapter] |= set(re.findall(r"d2l\.(\w+)", code)) - set(aliases.__all__)
    for chapter, text in chapters.items():
        names = set(re.findall(r"`(\w+)`", text)) - {"download"}
        assert names <= set(d2l.__all__)
        assert names - {"load_data_fashion_mnist"} == tried[chapter]


# What code from elsewhere does, in short. X are pictures of ten classes.
SETUP = """
import contextlib
import io
import numpy as np
import torch
from torch import nn
import d2l_helpers as d2l
from matplotlib import pyplot as plt

def saved():
    # how many points the curves have that plt.savefig writes
    file = io.StringIO()
    plt.savefig(file, format='svg')
    lines = [line for ax in plt.gcf().axes for line in ax.lines]
    assert file.getvalue().count('clip-path=') >= len(lines)
    return [len(line.get_xdata()) for line in lines]

torch.manual_seed(0)
y = torch.arange(60) % 10
X = 0.1 * torch.rand(60, 1, 28, 28) + nn.functional.one_hot(y * 2, 28).reshape(-1, 1, 1, 28)
train_iter = test_iter = [(X[:30], y[:30]), (X[30:], y[30:])]
"""
CASES = {
    "labels and sizes are floats": """
        assert d2l.get_fashion_mnist_labels(torch.tensor([9.0])) == ['ankle boot']
        y = torch.zeros(10)
        assert len(d2l.load_array((X[:10], y), 5.0)) == 2
        assert len(list(d2l.data_iter(np.float64(5), X[:10], y))) == 2
        scores = torch.zeros(10, 3)
        assert d2l.accuracy(scores, y) == 10
    """,
    "a script saves the curves of training": """
        net, loss = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), nn.CrossEntropyLoss()
        trainer = torch.optim.SGD(net.parameters(), lr=0.1)
        d2l.train_ch3(net, train_iter, test_iter, loss, 2, trainer)
        assert saved() == [2, 2, 2]
    """,
    "a script saves an animator's": """
        animator = d2l.Animator(xlabel='epoch', xlim=[1, 3], legend=['train loss'])
        for epoch in range(3):
            animator.add(epoch + 1, 0.5)
        assert saved() == [3]
    """,
    "a script shows one of each": """
        d2l.Animator().add(1, 1)
        d2l.plot([1, 2])
        d2l.show_images(X[:2], 1, 2)
        assert len(plt.get_fignums()) == 3
    """,
    "a cell's last line prints nothing": """
        W = torch.ones(10, requires_grad=True)
        net = lambda X: X.reshape(len(X), -1)[:, :10] * W
        loss = nn.CrossEntropyLoss(reduction='none')
        updater = lambda batch_size: d2l.sgd([W], 0.1, batch_size)
        assert d2l.train_ch3(net, train_iter, test_iter, loss, 1, updater) is None
        assert d2l.predict_ch3(net, test_iter, n=2) is None
        assert len(plt.gcf().axes) == 2
        assert d2l.plot([1, 2], [3, 4]) is None
    """,
    "plots side by side": """
        plt.figure(figsize=(8, 3))
        plt.subplot(1, 2, 1)
        d2l.plot([1, 2, 3], [1, 4, 9], 'x', 'f(x)')
        plt.subplot(1, 2, 2)
        d2l.plot([1, 2], [[1, 4], [2, 3]], 'x', 'f(x)', legend=['f', 'g'])
        assert saved() == [3, 2, 2]
    """,
    "numbers of NumPy without dimensions": """
        animator = d2l.Animator(legend=['train', 'test'])
        animator.add(np.array(1), (np.array(0.5), torch.tensor(0.4).numpy()))
        animator.add(np.array([2.0, 2.0]).mean(), np.array([0.3, 0.2]))
        animator = d2l.Animator()
        animator.add(torch.tensor(1).numpy(), torch.tensor(0.4).numpy())
        assert saved() == [1]
    """,
    "a legend that is too long or too short": """
        animator = d2l.Animator(legend=['train loss', 'train acc', 'test acc'])
        animator.add(1, (0.5, 0.4))
        d2l.plot([1, 2], [[1, 4], [2, 3]], legend=['f'])
        d2l.plot([1, 2], [1, 4], legend=['f', 'g'])
    """,
    "names of the module": """
        from d2l_helpers import Animator, Timer
        Animator('epoch').add(1, 2)
        timer = Timer()
    """,
    "linear regression by aliases": """
        true_w, true_b = d2l.tensor([2, -3.4]), 4.2
        features = d2l.normal(0, 1, (200, len(true_w)))
        labels = d2l.reshape(d2l.matmul(features, true_w) + true_b, (-1, 1))
        d2l.plt.scatter(d2l.numpy(features[:, 1]), d2l.numpy(labels), 1)
        w, b = d2l.normal(0, 0.01, (2, 1)).requires_grad_(), d2l.zeros(1).requires_grad_()
        for _ in range(100):
            (d2l.matmul(features, w) + b - labels).pow(2).sum().backward()
            d2l.sgd([w, b], 0.1, 200)
        assert d2l.abs(true_w - d2l.reshape(w, true_w.shape)).max() < 0.01
    """,
    "softmax regression by aliases": """
        W, b = d2l.zeros((784, 10)).requires_grad_(), d2l.zeros(10).requires_grad_()

        def softmax(O):
            O_exp = d2l.exp(O)
            return O_exp / d2l.reduce_sum(O_exp, 1, keepdim=True)

        net = lambda X: softmax(d2l.matmul(d2l.reshape(X, (-1, W.shape[0])), W) + b)
        cross_entropy = lambda y_hat, y: -d2l.log(y_hat[d2l.arange(len(y_hat)), y])
        updater = lambda batch_size: d2l.sgd([W, b], 0.5, batch_size)
        for _ in range(3):
            d2l.train_epoch_ch3(net, train_iter, cross_entropy, updater)
        right = d2l.astype(d2l.argmax(net(X), axis=1), y.dtype) == y
        assert float(d2l.reduce_sum(d2l.astype(right, y.dtype))) == d2l.accuracy(net(X), y) > 50
    """,
    "4.1: an activation and its slope": """
        x = d2l.arange(-8.0, 8.0, 0.1, requires_grad=True)
        d2l.plot(x.detach(), torch.relu(x).detach(), 'x', 'relu(x)', figsize=(5, 2.5))
        d2l.tanh(x).sum().backward()
        d2l.plot(x.detach(), x.grad, 'x', 'grad of tanh', figsize=(5, 2.5))
        assert saved() == [160]
    """,
    "4.2: a hidden layer by hand": """
        shapes = [(784, 16), (16,), (16, 10), (10,)]
        params = [nn.Parameter(torch.randn(shape) * 0.1) for shape in shapes]

        def net(X):
            X = d2l.reshape(X, (-1, 784))
            return torch.relu(X @ params[0] + params[1]) @ params[2] + params[3]

        updater = torch.optim.SGD(params, lr=0.1)
        d2l.train_ch3(net, train_iter, test_iter, nn.CrossEntropyLoss(reduction='none'), 3, updater)
        d2l.predict_ch3(net, test_iter)
    """,
    "4.3, 4.6: hidden layers and dropout": """
        layers = nn.Linear(784, 16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 10)
        net = nn.Sequential(nn.Flatten(), *layers)
        trainer = torch.optim.SGD(net.parameters(), lr=0.1)
        d2l.train_ch3(net, train_iter, test_iter, nn.CrossEntropyLoss(reduction='none'), 3, trainer)
        assert saved() == [3, 3, 3]
    """,
    "4.4: polynomials": """
        powers = np.random.default_rng(0).normal(size=(40, 1)) ** np.arange(4)
        features, labels = [d2l.tensor(x, dtype=d2l.float32) for x in (powers, powers.sum(1))]
        loss, net = nn.MSELoss(reduction='none'), nn.Sequential(nn.Linear(4, 1, bias=False))
        train_iter = d2l.load_array((features[:20], labels[:20].reshape(-1, 1)), 10)
        trainer = torch.optim.SGD(net.parameters(), lr=0.01)
        animator = d2l.Animator(xlabel='epoch', ylabel='loss', yscale='log', xlim=[1, 3],
                                ylim=[1e-3, 1e2], legend=['train', 'test'])
        for epoch in range(3):
            d2l.train_epoch_ch3(net, train_iter, loss, trainer)
            metric = d2l.Accumulator(2)
            for X, y in train_iter:
                out = net(X)
                l = loss(out, d2l.reshape(y, out.shape))
                metric.add(d2l.reduce_sum(l), d2l.size(l))
            animator.add(epoch + 1, (metric[0] / metric[1], metric[0]))
        assert saved() == [3, 3]
    """,
    "4.5: weight decay": """
        n_train, n_test, num_inputs, batch_size = 20, 100, 200, 5
        true_w, true_b = torch.ones((num_inputs, 1)) * 0.01, 0.05
        X, y = train_data = d2l.synthetic_data(true_w, true_b, n_train)
        test_data = d2l.synthetic_data(true_w, true_b, n_test)
        assert X.shape == (20, 200) and y.shape == (20, 1)
        assert 0.005 < (y - X @ true_w - true_b).std() < 0.02  # the noise, of 0.01
        train_iter = d2l.load_array(train_data, batch_size)
        test_iter = d2l.load_array(test_data, batch_size, is_train=False)
        assert next(iter(test_iter))[0].equal(test_data[0][:5])  # as they are, unshuffled

        def followed(net, loss, step):
            animator = d2l.Animator(xlabel='epochs', ylabel='loss', yscale='log', xlim=[5, 100],
                                    legend=['train', 'test'])
            for epoch in range(1, 101):
                for X, y in train_iter:
                    step(X, y)
                if epoch % 20 == 0:
                    animator.add(epoch, (d2l.evaluate_loss(net, train_iter, loss),
                                         d2l.evaluate_loss(net, test_iter, loss)))
            assert saved() == [5, 5]
            return [line.get_ydata()[-1] for line in animator.axes[0].lines]

        def by_hand(decay):
            w = torch.normal(0, 1, size=(num_inputs, 1), requires_grad=True)
            b = torch.zeros(1, requires_grad=True)
            net, loss = lambda X: d2l.linreg(X, w, b), d2l.squared_loss

            def step(X, y):
                l = loss(net(X), y) + decay * (w ** 2).sum() / 2
                l.sum().backward()
                d2l.sgd([w, b], 0.003, batch_size)

            return *followed(net, loss, step), torch.norm(w).item()

        def by_torch(decay, reduction):
            net = nn.Sequential(nn.Linear(num_inputs, 1))
            for param in net.parameters():
                param.data.normal_()
            loss = nn.MSELoss(reduction=reduction)
            groups = [{'params': net[0].weight, 'weight_decay': decay}, {'params': net[0].bias}]
            trainer = torch.optim.SGD(groups, lr=0.003)

            def step(X, y):
                trainer.zero_grad()
                loss(net(X), y).mean().backward()
                trainer.step()

            return *followed(net, loss, step), net[0].weight.norm().item()

        for fit in by_hand, lambda decay: by_torch(decay, 'mean' if decay else 'none'):
            (train, test, norm), (_, decayed_test, decayed_norm) = fit(0), fit(3)
            assert train < 0.01 and test > 1000 * train, (train, test)  # learned by heart
            assert decayed_norm < norm / 10 and decayed_test < test / 100
    """,
    "polynomials, measured by evaluate_loss": """
        x = np.random.default_rng(0).normal(size=(60, 1))
        weights = np.array([5, 1.2, -3.4, 5.6]) / [1, 1, 2, 6]
        features = d2l.tensor(x ** np.arange(4), dtype=d2l.float32)
        labels = d2l.tensor(x ** np.arange(4) @ weights, dtype=d2l.float32).reshape(-1, 1)
        for reduction in 'none', 'mean':
            loss = nn.MSELoss(reduction=reduction)
            net = nn.Sequential(nn.Linear(4, 1, bias=False))
            train_iter = d2l.load_array((features[:40], labels[:40]), min(10, len(labels)))
            test_iter = d2l.load_array((features[40:], labels[40:]), 10, is_train=False)
            before = d2l.evaluate_loss(net, test_iter, loss)
            trainer = torch.optim.SGD(net.parameters(), lr=0.01)
            for epoch in range(60):
                told, _ = d2l.train_epoch_ch3(net, train_iter, loss, trainer)
            assert told < 2 and d2l.evaluate_loss(net, test_iter, loss) < before / 5
            with torch.no_grad():
                found = ((net(features[40:]) - labels[40:]) ** 2).mean()
            assert abs(d2l.evaluate_loss(net, test_iter, loss) / found - 1) < 1e-5
            assert abs(net[0].weight.data.numpy() - weights).max() < 2
    """,
    "4.8: slopes that vanish": """
        x = torch.arange(-8.0, 8.0, 0.1, requires_grad=True)
        y = torch.sigmoid(x)
        y.backward(torch.ones_like(x))
        d2l.plot(x.detach().numpy(), [y.detach().numpy(), x.grad.numpy()],
                 legend=['sigmoid', 'gradient'], figsize=(4.5, 2.5))
        assert saved() == [160, 160]
    """,
    "4.10: folds": """
        X, y = d2l.tensor(np.eye(6), dtype=d2l.float32), d2l.ones((6, 1))
        X_train, y_train = d2l.concat([X[:2], X[4:]], 0), d2l.concat([y[:2], y[4:]], 0)
        batches = list(d2l.load_array((X_train, y_train), 2))
        d2l.plot(list(range(1, 4)), [[3, 2, 1], [4, 3, 2]], xlabel='epoch', ylabel='log rmse',
                 xlim=[1, 3], legend=['train', 'valid'], yscale='log')
        d2l.plot(np.arange(1, 4), [[3, 2, 1]], xlabel='epoch', yscale='log')
        assert len(batches) == 2 and d2l.numpy(nn.Linear(6, 1)(X)).shape == (6, 1)
    """,
    "11.3: the way down": """
        f, slope = lambda x: x ** 2, lambda x: 2 * x
        x = 10.0
        results = [x]
        for _ in range(10):
            x -= 0.2 * slope(x)
            results.append(float(x))
        d2l.set_figsize()
        line = d2l.arange(-10, 10, 0.01)
        d2l.plot([line, results], [[f(a) for a in line], [f(a) for a in results]], 'x', 'f(x)',
                 fmts=['-', '-o'])
        assert saved() == [2000, 11]

        f_2d, slope_2d = lambda x1, x2: x1 ** 2 + 2 * x2 ** 2, lambda x1, x2: (2 * x1, 4 * x2)

        def step(x1, x2, s1, s2, f_grad):
            g1, g2 = f_grad(x1, x2)
            return (x1 - 0.1 * g1, x2 - 0.1 * g2, 0, 0)

        with contextlib.redirect_stdout(io.StringIO()) as told:
            d2l.show_trace_2d(f_2d, d2l.train_2d(step, f_grad=slope_2d))
        assert told.getvalue() == 'step 20: x1 = -0.057646, x2 = -0.000073\\n'
        assert saved() == [21]
    """,
    "11.4: a noisy way down": """
        def step(x1, x2, s1, s2, f_grad):
            g1, g2 = f_grad(x1, x2)
            g1 += d2l.normal(0.0, 1, (1,))
            g2 += d2l.normal(0.0, 1, (1,))
            return (x1 - 0.1 * g1, x2 - 0.1 * g2, 0, 0)

        with contextlib.redirect_stdout(io.StringIO()) as told:
            results = d2l.train_2d(step, steps=50, f_grad=lambda x1, x2: (2 * x1, 4 * x2))
        d2l.show_trace_2d(lambda x1, x2: x1 ** 2 + 2 * x2 ** 2, results)
        assert saved() == [51] and told.getvalue().startswith('step 50: ')
        assert len({float(x1) for x1, x2 in results}) == 51
    """,
    "a trainer without f_grad keeps what it likes": """
        def step(x1, x2, s1, s2):
            s1, s2 = 0.5 * s1 + 0.2 * x1, 0.5 * s2 + 4 * x2
            return x1 - 0.4 * s1, x2 - 0.4 * s2, s1, s2

        with contextlib.redirect_stdout(io.StringIO()):
            results = d2l.train_2d(step, 2)
        assert results[0] == (-5, -2)
        np.testing.assert_allclose(results[1:], [(-4.6, 1.2), (-4.032, 0.88)])
    """,
}


@pytest.mark.parametrize("case", CASES)
def test_code_from_elsewhere_runs(case, tmp_path, capsys, no_warnings):
    script = tmp_path / "script.py"
    script.write_text(SETUP + textwrap.dedent(CASES[case]))
    runpy.run_path(str(script))
    assert capsys.readouterr() == ("", "")
