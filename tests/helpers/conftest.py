import os

os.environ["MPLBACKEND"] = "Agg"  # before anything imports matplotlib

import pytest
from matplotlib import pyplot as plt


@pytest.fixture(autouse=True)
def _no_figures_left():
    with plt.rc_context():
        yield
    plt.close("all")
