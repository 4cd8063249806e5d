"""Time what the course built against what one would use instead: `make bench`.

Each pair is run in turn, A B A B …, so that a drift of the machine's speed hits both. The table
shows medians, and the median of the ratios pair by pair.
"""

import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import nbformat
import torch
from nbclient import NotebookClient
from torch import nn
from torch.utils.data import DataLoader
from torchvision import transforms
from torchvision.datasets import FashionMNIST
from tqdm import tqdm

import d2l_helpers as d2l

BATCH_SIZE = 256
loss = nn.CrossEntropyLoss(reduction="none")


def train_one_epoch(batches) -> float:
    """The seconds of one epoch of softmax regression on these minibatches."""
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    updater = torch.optim.SGD(net.parameters(), lr=0.1)
    timer = d2l.Timer()
    for X, y in batches():
        updater.zero_grad()
        loss(net(X), y).mean().backward()
        updater.step()
    return timer.stop()


def one_by_one():
    """D2L's way: ToTensor, image by image, in four worker processes."""
    images = FashionMNIST(d2l.fetch_fashion_mnist(), transform=transforms.ToTensor())
    loader = DataLoader(images, BATCH_SIZE, shuffle=True, num_workers=4)
    return lambda: loader


def whole_minibatches():
    """The course's loader."""
    loader = d2l.load_data_fashion_mnist(BATCH_SIZE)[0]
    return lambda: loader


def bare_loop():
    """No loader: a permutation, and indexing."""
    files = FashionMNIST(d2l.fetch_fashion_mnist())
    images, labels = files.data, files.targets

    def batches():
        order = torch.randperm(len(images))
        for i in range(0, len(order), BATCH_SIZE):
            batch = order[i : i + BATCH_SIZE]
            yield images[batch].unsqueeze(1).float() / 255, labels[batch]

    return batches


TRAINING = """
import json, torch, d2l_helpers as d2l
from torch import nn
if {quiet}:
    import d2l_helpers.animator
    d2l_helpers.animator.in_jupyter = lambda: False
train_iter, test_iter = d2l.load_data_fashion_mnist(256)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
updater = torch.optim.SGD(net.parameters(), lr=0.1)
timer = d2l.Timer()
d2l.train(net, train_iter, test_iter, nn.CrossEntropyLoss(), 10, updater)
open({result!r}, "w").write(json.dumps(timer.stop()))
"""


def train_in_a_notebook(quiet: bool) -> float:
    """The seconds of ten epochs of `train` in a notebook, with the live plot or without."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "seconds"
        code = TRAINING.format(quiet=quiet, result=str(result))
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        NotebookClient(notebook, extra_arguments=["--log-level=ERROR"]).execute()
        return json.loads(result.read_text())


def seconds_to_import(modules: str) -> float:
    """The processor's seconds of a Python that imports these modules and ends."""
    code = f"import time, {modules}; print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return float(done.stdout)


def compare(a: Callable[[], float], b: Callable[[], float], runs: int) -> tuple[float, ...]:
    """The median seconds of a and of b, and the median of a/b, after one run of each unseen."""
    pairs = [(a(), b()) for _ in tqdm(range(runs + 1), leave=False)][1:]
    ratios = [x / y for x, y in pairs]
    return *(statistics.median(column) for column in zip(*pairs, strict=True)), statistics.median(
        ratios
    )


def main() -> None:
    """Print the machine and a table in Markdown."""
    ours, d2l_way, bare = whole_minibatches(), one_by_one(), bare_loop()
    rows = [
        (
            "an epoch image by image, 4 workers, against `load_data_fashion_mnist`",
            "at least 12",
            compare(lambda: train_one_epoch(d2l_way), lambda: train_one_epoch(ours), 5),
        ),
        (
            "an epoch of `load_data_fashion_mnist` against a bare loop over tensors",
            "at most 1.3",
            compare(lambda: train_one_epoch(ours), lambda: train_one_epoch(bare), 21),
        ),
        (
            "10 epochs of `train`, live plot against none",
            "at most 1.5",
            compare(lambda: train_in_a_notebook(False), lambda: train_in_a_notebook(True), 5),
        ),
        (
            "`import d2l_helpers` against `import torch, matplotlib.pyplot`",
            "at most 1.15",
            compare(
                lambda: seconds_to_import("d2l_helpers"),
                lambda: seconds_to_import("torch, matplotlib.pyplot"),
                5,
            ),
        ),
    ]
    print(f"Python {platform.python_version()}, torch {torch.__version__}, {platform.machine()}, ")
    print(f"{os.cpu_count()} cores ({cpu_name()}), {torch.get_num_threads()} threads\n")
    print("| | seconds | seconds | ratio | goal |\n|---|---:|---:|---:|---|")
    for name, goal, (a, b, ratio) in rows:
        print(f"| {name} | {a:.2f} | {b:.2f} | {ratio:.2f} | {goal} |")


def cpu_name() -> str:
    """What the machine calls its processor, if it tells."""
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    if sys.platform == "darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    return platform.processor() or "unknown"


if __name__ == "__main__":
    main()
