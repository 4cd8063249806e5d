import matplotlib
import pytest
from matplotlib import pyplot as plt

# Not by the environment variable: the kernels that run chapters would inherit it.
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def _no_figures_left():
    with plt.rc_context():
        yield
    plt.close("all")
