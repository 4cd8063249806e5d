import gzip
import warnings
from pathlib import Path

import matplotlib
import pytest
import torch
from matplotlib import pyplot as plt

from d2l_helpers.fetching import FILES, SYSTEM_COPY, fetch_fashion_mnist

# Not by the environment variable: the kernels that run chapters would inherit it.
matplotlib.use("Agg")
# Several would wait for the other workers of pytest-xdist, and bring nothing with data so small.
torch.set_num_threads(1)


@pytest.fixture(autouse=True)
def _no_figures_left():
    with plt.rc_context():
        yield
    plt.close("all")


@pytest.fixture
def no_warnings():
    """A warning is an error, also one of those that torch gives only once in a process."""
    always = torch.is_warn_always_enabled()
    torch.set_warn_always(True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", ResourceWarning)  # another test's garbage goes at any time
        yield
    torch.set_warn_always(always)


@pytest.fixture(scope="session")
def archives() -> dict[str, bytes]:
    """The four files of Fashion-MNIST, each packed."""
    if all((SYSTEM_COPY / f"{name}.gz").exists() for name in FILES):
        return {name: (SYSTEM_COPY / f"{name}.gz").read_bytes() for name in FILES}
    raw = fetch_fashion_mnist() / "FashionMNIST" / "raw"
    return {name: gzip.compress((raw / name).read_bytes(), 1) for name in FILES}


@pytest.fixture(scope="session")
def whole(archives, tmp_path_factory) -> Path:
    """A root that holds the data set."""
    root = tmp_path_factory.mktemp("whole")
    raw = root / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    for name, archive in archives.items():
        (raw / name).write_bytes(gzip.decompress(archive))
    return root
