import importlib
import inspect
import os
import pkgutil
import statistics
import subprocess
import sys

import pytest

import d2l_helpers as d2l

# What the design promises to readers of D2L
PROMISED = {
    "try_gpu",
    "try_all_gpus",
    "Timer",
    "synthetic_data",
    "data_iter",
    "load_array",
    "linreg",
    "squared_loss",
    "sgd",
    "softmax",
    "cross_entropy",
    "get_fashion_mnist_labels",
    "load_data_fashion_mnist",
    "get_dataloader_workers",
    "accuracy",
    "evaluate_accuracy",
    "evaluate_loss",
    "train_epoch",
    "train_epoch_ch3",
    "train",
    "train_ch3",
    "predict",
    "predict_ch3",
    "Accumulator",
    "Animator",
    "plt",
    "use_svg_display",
    "set_figsize",
    "set_axes",
    "plot",
    "show_images",
}
# What modules share, and readers do not need
INTERNAL = {"in_jupyter", "missing_files"}


def modules():
    names = [module.name for module in pkgutil.iter_modules(d2l.__path__)]
    return [importlib.import_module(f"d2l_helpers.{name}") for name in names if name[0] != "_"]


def defined(module):
    return {
        name
        for name, value in vars(module).items()
        if (inspect.isfunction(value) or inspect.isclass(value))
        and value.__module__ == module.__name__
        and not name.startswith("_")
    }


def run(code):
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"MPLBACKEND": "Agg"},
    )
    assert done.returncode == 0, done.stderr
    return done


def test_all_is_sorted_and_there():
    assert d2l.__all__ == sorted(set(d2l.__all__))
    assert all(hasattr(d2l, name) for name in d2l.__all__)


def test_all_holds_what_was_promised():
    assert set(d2l.__all__) >= PROMISED


def test_all_holds_what_the_modules_define():
    names = set().union(*map(defined, modules()))
    assert names - set(d2l.__all__) == INTERNAL


@pytest.mark.parametrize("name", ["train_epoch", "train", "predict"])
def test_aliases(name):
    assert getattr(d2l, f"{name}_ch3") is getattr(d2l, name)


def documented():
    for name in d2l.__all__:
        value = getattr(d2l, name)
        yield name, value
        if inspect.isclass(value):
            members = inspect.getmembers(value, inspect.isfunction)
            yield from ((f"{name}.{k}", v) for k, v in members if not k.startswith("_"))
    yield from ((module.__name__, module) for module in [d2l, *modules()])


def test_every_public_name_has_a_docstring():
    assert [name for name, value in documented() if not (value.__doc__ or "").strip()] == []


CODE_FOR_D2L = """
import torch
from torch import nn
from d2l import torch as d2l

# Linear regression from scratch
true_w, true_b = torch.tensor([2, -3.4]), 4.2
features, labels = d2l.synthetic_data(true_w, true_b, 200)
d2l.set_figsize()
d2l.plt.scatter(features[:, 1].detach().numpy(), labels.detach().numpy(), 1)
w = torch.normal(0, 0.01, size=(2, 1), requires_grad=True)
b = torch.zeros(1, requires_grad=True)
for epoch in range(6):
    for X, y in d2l.data_iter(10, features, labels):
        l = d2l.squared_loss(d2l.linreg(X, w, b), y)
        l.sum().backward()
        d2l.sgd([w, b], 0.03, 10)
assert float((w.detach().reshape(true_w.shape) - true_w).abs().max()) < 0.5

# and with the framework
train_iter = d2l.load_array((features, labels), 16)
test_iter = d2l.load_array(d2l.synthetic_data(true_w, true_b, 30), 16, is_train=False)
net = nn.Sequential(nn.Linear(2, 1))
loss = nn.MSELoss(reduction='none')
trainer = torch.optim.SGD(net.parameters(), lr=0.05)
animator = d2l.Animator(xlabel='epoch', ylabel='loss', yscale='log',
                        xlim=[1, 3], ylim=[1e-3, 1e2], legend=['train', 'test'])
for epoch in range(3):
    d2l.train_epoch_ch3(net, train_iter, loss, trainer)
    animator.add(epoch + 1, (d2l.evaluate_loss(net, train_iter, loss),
                             d2l.evaluate_loss(net, test_iter, loss)))

# Softmax regression from scratch
class Images:
    def __init__(self, n, batch_size):
        y = torch.arange(n) % 10
        X = 0.1 * torch.rand(n, 1, 28, 28) + nn.functional.one_hot(y * 3, 28).reshape(n, 1, 1, 28)
        self.batches = list(zip(X.split(batch_size), y.split(batch_size)))

    def __iter__(self):
        return iter(self.batches)

batch_size = 32
train_iter, test_iter = Images(100, batch_size), Images(50, batch_size)
W = torch.normal(0, 0.01, size=(784, 10), requires_grad=True)
b = torch.zeros(10, requires_grad=True)

def net(X):
    return d2l.softmax(torch.matmul(X.reshape((-1, W.shape[0])), W) + b)

def updater(batch_size):
    return d2l.sgd([W, b], 0.1, batch_size)

d2l.train_ch3(net, train_iter, test_iter, d2l.cross_entropy, 5, updater)
assert d2l.evaluate_accuracy(net, test_iter) > 0.5
d2l.predict_ch3(net, test_iter)

# The same with a loop of one's own
net = nn.Sequential(nn.Flatten(), nn.Dropout(0.1), nn.Linear(784, 10))
device = d2l.try_gpu()
assert device in d2l.try_all_gpus()
net.to(device)
loss = nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
animator = d2l.Animator(xlabel='epoch', xlim=[1, 2],
                        legend=['train loss', 'train acc', 'test acc'])
timer, num_batches = d2l.Timer(), 4
for epoch in range(2):
    metric = d2l.Accumulator(3)
    net.train()
    for i, (X, y) in enumerate(train_iter):
        timer.start()
        optimizer.zero_grad()
        X, y = X.to(device), y.to(device)
        y_hat = net(X)
        l = loss(y_hat, y)
        l.backward()
        optimizer.step()
        with torch.no_grad():
            metric.add(l * X.shape[0], d2l.accuracy(y_hat, y), X.shape[0])
        timer.stop()
        animator.add(epoch + (i + 1) / num_batches,
                     (metric[0] / metric[2], metric[1] / metric[2], None))
    animator.add(epoch + 1, (None, None, d2l.evaluate_accuracy(net, test_iter)))
print(f'{metric[2] * 2 / timer.sum():.1f} examples/sec, {timer.avg():.5f}, {timer.cumsum()[-1]}')

# Figures
x = torch.arange(-8.0, 8.0, 0.1, requires_grad=True)
y = torch.relu(x)
d2l.plot(x.detach(), y.detach(), 'x', 'relu(x)', figsize=(5, 2.5))
d2l.plot(x.detach().numpy(), [y.detach().numpy(), 2 * x.detach().numpy() - 3], 'x', 'f(x)',
         legend=['f(x)', 'Tangent line (x=1)'])
d2l.plot([torch.arange(9), torch.arange(4, 9)], [torch.rand(9), torch.rand(5)], 'time', 'x',
         legend=['data', '1-step preds'], xlim=[1, 9])
X, y = next(iter(train_iter))
d2l.use_svg_display()
d2l.show_images(X[:18].reshape(18, 28, 28), 2, 9, titles=d2l.get_fashion_mnist_labels(y[:18]))
assert d2l.get_dataloader_workers() >= 0
"""


def test_code_for_d2l_runs_with_one_line_swapped():
    line = "from d2l import torch as d2l"
    assert CODE_FOR_D2L.count(line) == 1
    done = run(CODE_FOR_D2L.replace(line, "import d2l_helpers as d2l"))
    assert "examples/sec" in done.stdout
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


IMPORT = """
import sys, time
began = time.process_time()  # of the processor: waiting for other processes does not count
import torch
from matplotlib import pyplot as plt
base = time.process_time() - began
settings = dict(plt.rcParams)
import d2l_helpers
more = time.process_time() - began - base
print([base, more, {'torchvision', 'pooch'} & set(sys.modules), settings == dict(plt.rcParams)])
"""


@pytest.fixture(scope="module")
def imports():
    return [eval(run(IMPORT).stdout) for _ in range(3)]


def test_import_leaves_slow_packages_and_matplotlibs_settings_alone(imports):
    assert all(loaded == set() and same for _, _, loaded, same in imports)


def test_import_costs_what_torch_and_matplotlib_cost(imports):
    base, more = (statistics.median(times) for times in list(zip(*imports, strict=True))[:2])
    assert more <= 0.15 * base + 0.1
