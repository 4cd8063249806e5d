"""Before any test, and before torch is imported: the environment that chapters have."""

from _ext import kernels

kernels.settle()
