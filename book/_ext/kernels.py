"""The environment of the kernels that execute chapters: whatever a shell has set, the same."""

import os

# What would change warnings, assertions, figures, or what runs before a chapter
UNWANTED = (
    *("PYTHONDEVMODE", "PYTHONWARNINGS", "PYTHONOPTIMIZE", "PYTHONSTARTUP"),
    *("MPLBACKEND", "MATPLOTLIBRC"),
)


def settle() -> None:
    """Settle the environment that this process hands on to the kernels that it starts."""
    for name in UNWANTED:
        os.environ.pop(name, None)
    # Threads that wait for each other give their core to the neighbours: five times as fast
    # where two processes share two cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
