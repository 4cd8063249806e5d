"""The functions that the course builds, under the names that readers of D2L know."""

from matplotlib import pyplot as plt

from d2l_helpers.aliases import *  # d2l.tensor and its like
from d2l_helpers.aliases import (
    predict_ch3,
    show_trace_2d,
    train_2d,
    train_ch3,
    train_epoch_ch3,
)
from d2l_helpers.animator import Animator
from d2l_helpers.devices import try_all_gpus, try_gpu
from d2l_helpers.explorer import Explorer
from d2l_helpers.fashion_mnist import (
    get_dataloader_workers,
    get_fashion_mnist_labels,
    load_data_fashion_mnist,
)
from d2l_helpers.fetching import fetch_fashion_mnist
from d2l_helpers.houses import load_houses
from d2l_helpers.linear import data_iter, linreg, load_array, sgd, squared_loss, synthetic_data
from d2l_helpers.plotting import plot, set_axes, set_figsize, show_images, use_svg_display
from d2l_helpers.practice import check
from d2l_helpers.softmax import accuracy, cross_entropy, softmax
from d2l_helpers.timer import Timer
from d2l_helpers.training import (
    Accumulator,
    evaluate_accuracy,
    evaluate_loss,
    predict,
    train,
    train_epoch,
)

__all__ = [
    "Accumulator",
    "Animator",
    "Explorer",
    "Timer",
    "accuracy",
    "check",
    "cross_entropy",
    "data_iter",
    "evaluate_accuracy",
    "evaluate_loss",
    "fetch_fashion_mnist",
    "get_dataloader_workers",
    "get_fashion_mnist_labels",
    "linreg",
    "load_array",
    "load_data_fashion_mnist",
    "load_houses",
    "plot",
    "plt",
    "predict",
    "predict_ch3",
    "set_axes",
    "set_figsize",
    "sgd",
    "show_images",
    "show_trace_2d",
    "softmax",
    "squared_loss",
    "synthetic_data",
    "train",
    "train_2d",
    "train_ch3",
    "train_epoch",
    "train_epoch_ch3",
    "try_all_gpus",
    "try_gpu",
    "use_svg_display",
]
