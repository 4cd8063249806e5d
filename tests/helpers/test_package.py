"""The package as a whole: what it offers, that code for D2L runs with it, and what it loads."""

import importlib
import inspect
import os
import pkgutil
import runpy
import subprocess
import sys

import d2l_helpers as d2l

# What modules share, and readers do not need
INTERNAL = {"close_on_error", "in_jupyter", "missing_files", "read_fashion_mnist"}


def defined():
    """The functions and classes that the modules define, but for those with an underscore."""
    names = [module.name for module in pkgutil.iter_modules(d2l.__path__) if module.name[0] != "_"]
    names.remove("aliases")  # test_from_d2l.py looks at them
    for module in (importlib.import_module(f"d2l_helpers.{name}") for name in names):
        for name, value in vars(module).items():
            ours = getattr(value, "__module__", None) == module.__name__ and name[0] != "_"
            if ours and (inspect.isfunction(value) or inspect.isclass(value)):
                yield name


def test_all_is_sorted_and_there():
    assert d2l.__all__ == sorted(set(d2l.__all__))
    assert all(hasattr(d2l, name) for name in d2l.__all__)


def test_all_holds_what_the_modules_define_pyplot_and_five_names_of_d2l():
    names, offered = set(defined()), set(d2l.__all__)
    assert names - offered == INTERNAL
    of_d2l = {"train_epoch_ch3", "train_ch3", "predict_ch3", "train_2d", "show_trace_2d"}
    assert offered - names == {"plt", *of_d2l}


# How D2L's chapters call its functions
CODE_FOR_D2L = """
import torch
from torch import nn
from d2l import torch as d2l
true_w, true_b = torch.tensor([2, -3.4]), 4.2
features, labels = d2l.synthetic_data(true_w, true_b, 200)
d2l.set_figsize()
d2l.plt.scatter(features[:, 1].detach().numpy(), labels.detach().numpy(), 1)
w, b = torch.zeros((2, 1), requires_grad=True), torch.zeros(1, requires_grad=True)
for epoch in range(6):
    for X, y in d2l.data_iter(10, features, labels):
        d2l.squared_loss(d2l.linreg(X, w, b), y).sum().backward()
        d2l.sgd([w, b], 0.03, 10)
assert (w.detach().reshape(true_w.shape) - true_w).abs().max() < 0.5
train_iter = d2l.load_array((features, labels), 16)
test_iter = d2l.load_array(d2l.synthetic_data(true_w, true_b, 30), 16, is_train=False)
net, loss = nn.Sequential(nn.Linear(2, 1)), nn.MSELoss(reduction='none')
animator = d2l.Animator(xlabel='epoch', ylabel='loss', yscale='log',
                        xlim=[1, 3], ylim=[1e-3, 1e2], legend=['train', 'test'])
d2l.train_epoch_ch3(net, train_iter, loss, torch.optim.SGD(net.parameters(), lr=0.05))
animator.add(1, (d2l.evaluate_loss(net, train_iter, loss), d2l.evaluate_loss(net, test_iter, loss)))

y = torch.arange(100) % 10
X = 0.1 * torch.rand(100, 1, 28, 28) + nn.functional.one_hot(y * 3, 28).reshape(-1, 1, 1, 28)
train_iter, timer = [(X[:50], y[:50]), (X[50:], y[50:])], d2l.Timer()
W = torch.zeros((784, 10), requires_grad=True)
net = lambda X: d2l.softmax(torch.matmul(X.reshape((-1, W.shape[0])), W))
updater = lambda batch_size: d2l.sgd([W], 0.1, batch_size)
d2l.train_ch3(net, train_iter, train_iter, d2l.cross_entropy, 5, updater)
d2l.predict_ch3(net, train_iter)
metric, y_hat = d2l.Accumulator(3), net(X)
metric.add(d2l.cross_entropy(y_hat, y).sum(), d2l.accuracy(y_hat, y), y.numel())
assert metric[1] / metric[2] == d2l.evaluate_accuracy(net, train_iter) > 0.5
assert d2l.try_gpu() in d2l.try_all_gpus()
assert timer.stop() == timer.sum() == timer.cumsum()[-1]

x = torch.arange(-8.0, 8.0, 0.1)
d2l.plot(x, torch.relu(x), 'x', 'relu(x)', figsize=(5, 2.5))
d2l.plot([x, x[1:]], [x, x[:-1]], 'time', 'x', legend=['data', '1-step preds'], xlim=[1, 8])
d2l.use_svg_display()
d2l.show_images(X[:18].reshape(18, 28, 28), 2, 9, titles=d2l.get_fashion_mnist_labels(y[:18]))
"""


def test_code_for_d2l_runs_with_one_line_swapped(tmp_path, capsys, no_warnings):
    code = CODE_FOR_D2L.replace("from d2l import torch as d2l", "import d2l_helpers as d2l")
    (tmp_path / "code.py").write_text(code)
    runpy.run_path(str(tmp_path / "code.py"))
    assert capsys.readouterr() == ("", "")


IMPORT = """
import sys
from matplotlib import pyplot as plt
settings = dict(plt.rcParams)
import d2l_helpers
print(sorted({"torchvision", "pooch", "filelock", "requests"} & set(sys.modules)))
print(settings == dict(plt.rcParams))
# what tqdm looks at to see whether it is in a notebook, and whether that one has widgets
import ipykernel.zmqshell
sys.modules["ipywidgets"] = None
d2l_helpers.fetching.missing_files()
print("pooch" in sys.modules)
"""


def test_import_loads_nothing_slow_sets_nothing_and_no_notebook_sees_a_warning():
    environment = {key: value for key, value in os.environ.items() if key != "D2L_DATA"}
    command = [sys.executable, "-c", IMPORT]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    assert (done.stdout.splitlines(), done.stderr) == (["[]", "True", "True"], "")
