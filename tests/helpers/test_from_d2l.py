"""The page for readers of D2L: its script runs, its names are there, and its claims are tried."""

import inspect
import random
import re
import runpy
import warnings
from functools import reduce
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision.datasets import FashionMNIST
from torchvision.transforms.functional import to_tensor

import d2l_helpers as d2l
from d2l_helpers import animator, fashion_mnist, timer

BOOK = Path(__file__).resolve().parents[2] / "book"
PAGE = (BOOK / "reference" / "from-d2l.md").read_text()

# The older edition's functions with the arguments that they take, defaults included.
AXES = {"xlabel": None, "ylabel": None, "legend": None, "xlim": None, "ylim": None}
AXES |= {"xscale": "linear", "yscale": "linear", "fmts": ...}  # the page tells that fmts differs
SIZE = {"figsize": (3.5, 2.5)}
NEEDED = inspect.Parameter.empty


def needed(names):
    return dict.fromkeys(names.split(), NEEDED)


OLDER = {
    "Timer": {},
    "synthetic_data": needed("w b num_examples"),
    "data_iter": needed("batch_size features labels"),
    "load_array": needed("data_arrays batch_size") | {"is_train": True},
    "linreg": needed("X w b"),
    "squared_loss": needed("y_hat y"),
    "sgd": needed("params lr batch_size"),
    "use_svg_display": {},
    "set_figsize": SIZE,
    "set_axes": needed("axes xlabel ylabel xlim ylim xscale yscale legend"),
    "plot": needed("X") | {"Y": None} | AXES | SIZE | {"axes": None},
    "get_fashion_mnist_labels": needed("labels"),
    "show_images": needed("imgs num_rows num_cols") | {"titles": None, "scale": 1.5},
    "get_dataloader_workers": {},
    "load_data_fashion_mnist": needed("batch_size") | {"resize": None},
    "softmax": needed("X"),
    "cross_entropy": needed("y_hat y"),
    "accuracy": needed("y_hat y"),
    "evaluate_accuracy": needed("net data_iter"),
    "Accumulator": needed("n"),
    "train_epoch_ch3": needed("net train_iter loss updater"),
    "Animator": AXES | {"nrows": 1, "ncols": 1} | SIZE,
    "train_ch3": needed("net train_iter test_iter loss num_epochs updater"),
    "predict_ch3": needed("net test_iter") | {"n": 6},
    "evaluate_loss": needed("net data_iter loss"),
    "try_gpu": {"i": 0},
    "try_all_gpus": {},
}
OLDER_NOT_HERE = {"net", "Updater", "download", "DATA_HUB"}
NEWER = {
    "add_to_class",
    "HyperParameters",
    "ProgressBoard",
    "Module",
    "DataModule",
    "Trainer",
    "SyntheticRegressionData",
    "LinearRegressionScratch",
    "SGD",
    "LinearRegression",
    "FashionMNIST",
    "Classifier",
    "SoftmaxRegressionScratch",
    "SoftmaxRegression",
    "cpu",
    "gpu",
    "num_gpus",
}


def table(label):
    """The rows of the table under a label: D2L's name, the name here (or None), the other cell."""
    section = PAGE.partition(f"({label})=")[2].partition("\n(sec:")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")][1:]
    rows = [re.fullmatch(r"\| (.+?) \| (.+) \|", line).groups() for line in lines]
    for first, second in rows:
        link = re.fullmatch(r"\{py:obj\}`(\w+) <d2l_helpers\.(\w+)>`", first)
        yield (*link.groups(), second) if link else (first.strip("`"), None, second)


ROWS, NEW_ROWS = list(table("sec:from-d2l-older")), list(table("sec:from-d2l-newer"))


def plain(text):
    """Markdown with its roles shown as their text."""
    return re.sub(r"\{[\w:]+\}`([^`<]+?)(?: <[^`]+>)?`", r"`\1`", text)


def same_value(a, b):
    return a is b or (type(a) is type(b) and a == b)


# What the page says, sentence by sentence, and how it is tried

ZEROS = torch.zeros(2, 2)


class Rate:
    """One minibatch of two points, which a layer without bias gets right after a step."""

    def __init__(self):
        self.batches = [(torch.eye(2), torch.tensor([0, 1]))]
        self.net = nn.Linear(2, 2, bias=False)
        nn.init.zeros_(self.net.weight)
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=1)

    def train(self, num_epochs=2):
        loss = nn.CrossEntropyLoss()
        return d2l.train(self.net, self.batches, self.batches, loss, num_epochs, self.optimizer)


def extra_keywords(name):
    parameters = inspect.signature(getattr(d2l, name)).parameters.values()
    return [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]


def clock(monkeypatch):
    ticks = iter([1.0, 3.5])
    monkeypatch.setattr(timer.time, "perf_counter", lambda: next(ticks))
    assert d2l.Timer().stop() == 2.5


def avg_of_nothing(_):
    with pytest.raises(ValueError, match="recorded"):
        d2l.Timer().avg()


def drawn_on_cpu(_):
    torch.manual_seed(3)
    d2l.synthetic_data(torch.ones(2), 1, 5)
    after = torch.rand(1)
    torch.manual_seed(3)
    X, y = d2l.synthetic_data(torch.ones(2, device="meta"), 1, 5)
    assert X.device.type == y.device.type == "meta"
    assert torch.rand(1) == after


def seeded_by_torch(_):
    orders = []
    for seed in (1, 2):
        random.seed(seed)
        torch.manual_seed(7)
        orders.append([int(X) for X, _ in d2l.data_iter(1, torch.arange(50), torch.arange(50))])
    assert orders[0] == orders[1] != sorted(orders[0])


def different_lengths(_):
    with pytest.raises(ValueError, match="length"):
        d2l.load_array((torch.zeros(2), torch.zeros(3)), 1)


def squared_loss_sizes(_):
    with pytest.raises(ValueError, match=r"3 predictions, but 2 targets"):
        d2l.squared_loss(torch.zeros(3, 1), torch.zeros(2))


def no_gradient(_):
    params = [torch.ones(1, requires_grad=True) for _ in range(2)]
    params[0].sum().backward()
    with pytest.raises(ValueError, match="gradient"):
        d2l.sgd(params, 1, 1)
    assert [float(p.detach()) for p in params] == [1, 1]


def changed_settings(call):
    before = dict(d2l.plt.rcParams)
    call()
    return {key for key, value in dict(d2l.plt.rcParams).items() if value != before[key]}


def sets_colours(_):
    d2l.plt.rcParams["axes.prop_cycle"] = d2l.plt.cycler(color=["k"])
    assert "axes.prop_cycle" in changed_settings(d2l.use_svg_display)
    palette = d2l.plt.style.library["petroff10"]["axes.prop_cycle"]
    assert d2l.plt.rcParams["axes.prop_cycle"] == palette


def nothing_else(_):
    assert changed_settings(d2l.use_svg_display) <= {"axes.prop_cycle"}


def only_axes_needed(_):
    parameters = list(inspect.signature(d2l.set_axes).parameters.values())
    assert [p.name for p in parameters if p.default is NEEDED] == ["axes"]
    d2l.set_axes(d2l.plt.gca())


def plot_returns_axes(_):
    assert isinstance(d2l.plot([1, 2]), d2l.plt.Axes)


def formats(_):
    for made in (d2l.plot, d2l.Animator):
        fmts = inspect.signature(made).parameters["fmts"].default
        assert len(set(fmts)) == 4
        assert all(re.fullmatch(r"[-.:]+", fmt) for fmt in fmts)
    colours = d2l.plt.style.library["petroff10"]["axes.prop_cycle"].by_key()["color"]
    assert [line.get_color() for line in d2l.plot([[1, 2], [3, 4]]).lines] == colours[:2]
    grown = d2l.Animator()
    grown.add(1, (1, 2))
    assert [line.get_color() for line in grown.axes[0].lines] == colours[:2]


def curves_pair_up(_):
    with pytest.raises(ValueError, match="same length"):
        d2l.plot([1, 2, 3], [1, 2])


def no_such_class(_):
    for label in (-1, 10):
        with pytest.raises(ValueError, match="labels are"):
            d2l.get_fashion_mnist_labels([label])


def images_of_a_minibatch(_):
    axes = d2l.show_images(torch.rand(1, 1, 4, 5), 1, 1)
    assert axes[0].images[0].get_array().shape == (4, 5)


def beyond_the_grid(_):
    axes = d2l.show_images(torch.rand(7, 4, 5), 2, 3)
    assert [len(ax.images) for ax in axes] == [1] * 6


def no_workers(_):
    assert d2l.get_dataloader_workers() == 0


def whole_minibatch(monkeypatch):
    sizes = []
    original = fashion_mnist._Images.__getitems__
    monkeypatch.setattr(
        fashion_mnist._Images,
        "__getitems__",
        lambda self, indices: sizes.append(len(indices)) or original(self, indices),
    )
    loaders = d2l.load_data_fashion_mnist(100)
    assert [loader.num_workers for loader in loaders] == [0, 0]
    next(iter(loaders[0]))
    assert sizes == [100]


def same_pixels(_):
    _, test_iter = d2l.load_data_fashion_mnist(50)
    X, y = next(iter(test_iter))
    files = FashionMNIST(d2l.fetch_fashion_mnist(), train=False)
    theirs = [files[i] for i in range(50)]
    assert torch.equal(X, torch.stack([to_tensor(image) for image, _ in theirs]))
    assert y.tolist() == [label for _, label in theirs]


def nothing_overflows(_):
    rows = d2l.softmax(torch.tensor([[1e4, 0.0], [-1e4, -1e4]]))
    assert rows.tolist() == [[1, 0], [0.5, 0.5]]


def labels_checked(_):
    for label in (-1, 2):
        with pytest.raises(ValueError, match="labels must be in"):
            d2l.cross_entropy(ZEROS + 0.5, torch.tensor([0, label]))


def net_is_an_argument(_):
    names = ("evaluate_accuracy", "evaluate_loss", "train_epoch", "train", "predict")
    assert all(next(iter(inspect.signature(getattr(d2l, n)).parameters)) == "net" for n in names)
    takers = [n for n in OLDER if "net" in inspect.signature(getattr(d2l, n)).parameters]
    assert len(takers) == len(names)


def number_of_right(_):
    assert d2l.accuracy(torch.eye(2), torch.tensor([0, 1])) == 2


def accuracy_lengths(_):
    with pytest.raises(ValueError, match="predictions"):
        d2l.accuracy(ZEROS, torch.tensor([0]))


def mode_back(_):
    rate = Rate()
    for training in (True, False):
        rate.net.train(training)
        d2l.evaluate_accuracy(rate.net, rate.batches)
        assert rate.net.training == training


class Elsewhere:
    """A tensor that only says where it was sent."""

    def __init__(self, tensor, sent):
        self.tensor, self.sent = tensor, sent

    def __len__(self):
        return len(self.tensor)

    def to(self, device):
        self.sent.append(device)
        return self.tensor


def moved(_):
    rate, sent = Rate(), []
    batches = [tuple(Elsewhere(tensor, sent) for tensor in rate.batches[0])]
    d2l.evaluate_accuracy(rate.net, batches)
    d2l.train_epoch(rate.net, batches, nn.CrossEntropyLoss(), rate.optimizer)
    assert sent == [rate.net.weight.device] * 4


def no_data(_):
    with pytest.raises(ValueError, match="no data"):
        d2l.evaluate_accuracy(Rate().net, [])


def sums_and_numbers(_):
    for numbers in ([1], [1, 2, 3]):
        with pytest.raises(ValueError, match="2 sums"):
            d2l.Accumulator(2).add(*numbers)


def no_warning(_):
    torch.set_warn_always(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            d2l.Accumulator(1).add(torch.ones(1, requires_grad=True).sum())
    finally:
        torch.set_warn_always(False)


def any_reduction(_):
    for reduction in ("none", "mean", "sum"):
        loss, rate = nn.CrossEntropyLoss(reduction=reduction), Rate()
        expected = pytest.approx(torch.tensor(2.0).log().item())
        assert d2l.evaluate_loss(rate.net, rate.batches, loss) == expected
        l, _ = d2l.train_epoch(rate.net, rate.batches, loss, rate.optimizer)
        assert l == expected


def alias(name):
    def check(_):
        assert getattr(d2l, f"{name}_ch3") is getattr(d2l, name)

    return check


def in_place(monkeypatch):
    shown = []

    class Handle:
        def update(self, figure):
            shown.append(("update", figure))

    def display(figure, display_id):
        shown.append(("display", figure))
        return Handle()

    monkeypatch.setattr(animator, "in_jupyter", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    grown = d2l.Animator()
    grown.add(1, 1)
    grown.add(2, 1)
    assert shown == [("display", grown.fig), ("update", grown.fig)]


def nothing_shown(monkeypatch):
    monkeypatch.setattr("IPython.display.display", lambda *args, **kwargs: pytest.fail("shown"))
    d2l.Animator().add(1, 1)


def returns_curves(_):
    history = Rate().train(3)
    assert len(history) == 3
    assert all(type(curve) is list and len(curve) == 3 for curve in history.values())


def poor_result(_):
    rate = Rate()
    rate.optimizer.param_groups[0]["lr"] = 0
    assert rate.train()["test acc"][-1] == 0.5


def used_up(_):
    rate = Rate()
    rate.batches = iter(rate.batches)
    with pytest.raises(TypeError, match="used up"):
        rate.train()


def updater_is_a_function(_):
    sizes, rate = [], Rate()
    d2l.train_epoch(rate.net, rate.batches, nn.CrossEntropyLoss(), sizes.append)
    assert sizes == [2]
    assert not hasattr(d2l, "Updater")


def predict_returns_axes(_):
    batches = [(torch.rand(2, 1, 5, 7), torch.tensor([0, 1]))]
    axes = d2l.predict(lambda X: X.flatten(1)[:, :10], batches)
    assert axes[1].images[0].get_array().shape == (5, 7)


def eval_meanwhile(_):
    modes = []

    class Net(nn.Linear):
        def forward(self, X):
            modes.append((self.training, torch.is_grad_enabled()))
            return super().forward(X)

    d2l.evaluate_loss(Net(2, 2).train(), Rate().batches, nn.CrossEntropyLoss())
    assert modes == [(False, False)]


def not_reshaped(_):
    shapes = []
    d2l.evaluate_loss(
        lambda X: X,
        [(torch.zeros(3, 1), torch.zeros(3))],
        lambda y_hat, y: shapes.append((y_hat.shape, y.shape)) or d2l.squared_loss(y_hat, y),
    )
    assert shapes == [((3, 1), (3,))]


def other_makers(monkeypatch):
    monkeypatch.delenv("D2L_DEVICE", raising=False)
    for name in ("cuda", "mps", "xpu"):
        for other, module in (
            ("cuda", torch.cuda),
            ("mps", torch.backends.mps),
            ("xpu", torch.xpu),
        ):
            monkeypatch.setattr(module, "is_available", lambda yes=name == other: yes)
            if other != "mps":
                monkeypatch.setattr(module, "device_count", lambda: 1)
        assert d2l.try_all_gpus() == [d2l.try_gpu()] == [torch.device(name, 0)]


def overridden(monkeypatch):
    monkeypatch.setenv("D2L_DEVICE", "meta")
    assert d2l.try_all_gpus() == [d2l.try_gpu()] == [torch.device("meta")]


def negative(_):
    with pytest.raises(ValueError, match="from 0"):
        d2l.try_gpu(-1)


def sha_256(_):
    assert len(fashion_mnist.FILES) == 4
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for _, digest in fashion_mnist.FILES.values())


def mirrors(_):
    assert len(fashion_mnist.MIRRORS) > 1


def said_elsewhere(_):
    """About D2L, or tried for every name below."""


CLAIMS = {
    "The same.": said_elsewhere,
    "In D2L a cell of the chapter, here in the package.": said_elsewhere,
    "D2L has this class for other frameworks than PyTorch.": said_elsewhere,
    "Its clock is `time.perf_counter`, which nobody sets back.": clock,
    "`avg` with nothing recorded raises `ValueError`.": avg_of_nothing,
    "The numbers are drawn on the CPU, then moved to the device of `w`.": drawn_on_cpu,
    "torch's generator shuffles, so that `torch.manual_seed` fixes the order.": seeded_by_torch,
    "Tensors of different lengths raise `ValueError`.": different_lengths,
    "Different numbers of predictions and targets raise `ValueError`, which states both.": (
        squared_loss_sizes
    ),
    "A parameter without a gradient raises `ValueError` before any parameter is changed.": (
        no_gradient
    ),
    "It also sets colours that the colour-blind can tell apart.": sets_colours,
    "Outside Jupyter nothing else happens.": nothing_else,
    "All arguments but `axes` may be left out.": only_axes_needed,
    "It returns the axes.": lambda _: (plot_returns_axes(_), predict_returns_axes(_)),
    "The default `fmts` are patterns only; the colours come from the palette.": formats,
    "Curves that do not pair up raise `ValueError`.": curves_pair_up,
    "A number that is no class raises `ValueError`.": no_such_class,
    "Images may have the shape (1, h, w), as in a minibatch.": images_of_a_minibatch,
    "Those beyond the grid are left out.": beyond_the_grid,
    "It returns 0, not 4: the images are in memory, and worker processes cost more than they"
    " bring.": no_workers,
    "A whole minibatch is made at once, from images in memory, with no worker processes.": (
        whole_minibatch
    ),
    "Without `resize`, the pixels are the same.": same_pixels,
    "The largest logit of each row is subtracted, so that nothing overflows.": nothing_overflows,
    "A label that is no class raises `ValueError`, also a negative one.": labels_checked,
    "Every function takes it as an argument, as in D2L.": net_is_an_argument,
    "It is the number of right predictions, as in D2L.": number_of_right,
    "Different lengths raise `ValueError`.": accuracy_lengths,
    "A module gets its mode back: one that was training goes on training.": mode_back,
    "Minibatches are moved to the module's device.": moved,
    "No data raise `ValueError`.": no_data,
    "More or fewer numbers than sums raise `ValueError`.": sums_and_numbers,
    "A loss is added without a warning, although it requires a gradient.": no_warning,
    "Also called `d2l.train_epoch`.": alias("train_epoch"),
    "Also called `d2l.train`.": alias("train"),
    "Also called `d2l.predict`.": alias("predict"),
    "The mean loss is right whether `loss` gives one loss a sample, their mean or their sum.": (
        any_reduction
    ),
    "Its one figure is updated in place.": in_place,
    "Outside Jupyter nothing is shown, and nothing fails.": nothing_shown,
    "It returns the three curves, as lists.": returns_curves,
    "It does not assert that the result is good.": poor_result,
    "A generator, used up after one epoch, raises `TypeError`.": used_up,
    "Not here: a function of the batch size, which calls `d2l.sgd`.": updater_is_a_function,
    "Images may have any size.": predict_returns_axes,
    "A module is in its `eval` mode meanwhile.": eval_meanwhile,
    "The targets are *not* reshaped to the predictions: `loss` has to fit the two.": not_reshaped,
    "It finds Apple's and Intel's accelerators too.": other_makers,
    "The environment variable `D2L_DEVICE` overrides it.": overridden,
    "A negative number raises `ValueError`.": negative,
    "Not here: your own, such as `the chapter's`.": said_elsewhere,
    "Not here: `d2l.fetch_fashion_mnist` fetches the one data set that is needed.": said_elsewhere,
    "Not here: `d2l.fetch_fashion_mnist` knows its own addresses.": said_elsewhere,
    "Each file is checked by its SHA-256.": sha_256,
    "There are several mirrors.": mirrors,
}
MORE = re.compile(r"More keywords: (.+)\.")


def claims():
    for name, _, text in ROWS:
        yield from ((name, claim) for claim in re.split(r"(?<=\.) ", plain(text)))


@pytest.mark.parametrize("claim", CLAIMS)
def test_claim_holds(claim, monkeypatch):
    CLAIMS[claim](monkeypatch)


def test_every_claim_is_tried_and_none_was_forgotten():
    said = {claim for _, claim in claims() if not MORE.fullmatch(claim)}
    assert said == set(CLAIMS)


@pytest.mark.parametrize("name", OLDER)
def test_more_keywords(name):
    said = [MORE.fullmatch(claim) for row, claim in claims() if row == name]
    told = [found for match in said if match for found in re.findall(r"`(\w+)`", match[1])]
    assert extra_keywords(name) == told


def test_every_name_of_the_older_edition_has_a_row():
    assert [name for name, _, _ in ROWS if name in OLDER] == list(OLDER)
    assert {name for name, _, _ in ROWS} == set(OLDER) | OLDER_NOT_HERE
    assert len(ROWS) == len(OLDER) + len(OLDER_NOT_HERE)


def test_links_lead_to_the_function_of_that_name():
    linked = {name: target for name, target, _ in ROWS if target}
    assert set(linked) == set(OLDER)
    assert all(getattr(d2l, name) is getattr(d2l, target) for name, target in linked.items())
    assert not [name for name in OLDER_NOT_HERE | NEWER if hasattr(d2l, name)]


@pytest.mark.parametrize("name", OLDER)
def test_arguments_are_those_of_the_older_edition(name):
    parameters = inspect.signature(getattr(d2l, name)).parameters.values()
    ours = {p.name: p.default for p in parameters if p.kind is not p.KEYWORD_ONLY}
    assert list(ours) == list(OLDER[name])
    for key, default in OLDER[name].items():
        # where D2L needs an argument, it may be left out here
        assert default in (..., NEEDED) or same_value(ours[key], default), key
    assert all(p.default is not NEEDED for p in parameters if p.kind is p.KEYWORD_ONLY)


def test_every_name_of_the_newer_edition_has_a_row():
    assert {name for name, _, _ in NEW_ROWS} == NEWER
    assert len(NEW_ROWS) == len(NEWER)


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


def blocks():
    return re.findall(r"^```python\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def test_script_runs_with_one_line_replaced(tmp_path, capsys):
    new_line, script = blocks()
    old_line = "from d2l import torch as d2l\n"
    assert script.splitlines(keepends=True)[2] == old_line
    moved = tmp_path / "script.py"
    moved.write_text(script.replace(old_line, new_line))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        runpy.run_path(str(moved))
    told = re.fullmatch(r"accuracy (\d\.\d\d)\n", capsys.readouterr().out)
    assert float(told[1]) > 0.95
    assert "an accuracy of more than 0.95" in PAGE


def test_loss_that_is_a_mean_trains_in_the_same_way():
    weights = []
    for reduction in ("none", "mean"):
        rate = Rate()
        loss = nn.CrossEntropyLoss(reduction=reduction)
        d2l.train_epoch(rate.net, rate.batches, loss, rate.optimizer)
        weights.append(rate.net.weight.detach())
    torch.testing.assert_close(*weights)
