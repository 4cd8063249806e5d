import warnings

import matplotlib
import pytest
import torch
from matplotlib import pyplot as plt

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
