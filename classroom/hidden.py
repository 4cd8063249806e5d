"""Other data for the exercises in which a function is written: what the hidden tests are made of.

`hidden_rmse` belongs to the exercise with `check_rmse`. It gets a function, first the book's and
then the learner's, applies it to data that the page does not show, and returns what comes out; the
two must agree. Random numbers are the same for both. The data differ from those of the check; what
is asked does not. It may use torch, and what stands in the chapter before the exercises.
"""

import torch


def hidden_shares(row_shares):
    """Rows of another number and length; `ex:tensors-shares`."""
    return row_shares(torch.rand(5, 2) + 0.1)


def hidden_slope(slope):
    """A function that is neither a parabola nor a line; `ex:tensors-slope`."""
    return torch.tensor([slope(lambda x: x**3 - x, x) for x in (-2.0, 0.5, 3.0)])


def hidden_descend(descend):
    """Another bowl, in three dimensions; `ex:tensors-descend`."""
    low = torch.randn(3)
    return descend(lambda p: (p - low).square().sum(), torch.randn(3), 0.2, 4)


def hidden_loss(loss_of):
    """Other lines; `ex:first-model-loss`."""
    return torch.stack([loss_of(-2.0, 20.0), loss_of(1.5, 3.0)])


def hidden_rmse(rmse):
    """Six predictions; `ex:linear-theory-rmse`."""
    return rmse(torch.randn(6, 1), torch.randn(6, 1))


def hidden_mean_step(sgd_for_mean):
    """Two parameters, of different shapes; `ex:linear-scratch-mean-step`."""
    W, b = torch.randn(3, 2, requires_grad=True), torch.randn(2, requires_grad=True)
    (W.square() + b).mean().backward()
    sgd_for_mean([W, b], 0.3)
    return torch.cat([W.flatten(), b])


def hidden_row(absolute_loss):
    """Six predictions, labels in a row; `ex:linear-scratch-row`."""
    return absolute_loss(torch.randn(6, 1), torch.randn(6))


def hidden_bias(bias_gradient):
    """A layer with three inputs, twice; `ex:linear-concise-bias`."""
    net = torch.nn.Sequential(torch.nn.Linear(3, 1))
    rows, targets = torch.randn(8, 3), torch.randn(8, 1)
    first = bias_gradient(net, rows, targets).clone()
    return torch.cat([first, bias_gradient(net, 2 * rows, targets)])


def hidden_standard(standardise_by):
    """A table with four columns; `ex:linear-houses-standard`."""
    return standardise_by(torch.randn(12, 4), torch.arange(3, 10))


def hidden_best_weight(best_weight):
    """Points that lie on no line; `ex:weight-decay-one`."""
    return best_weight(torch.randn(9), torch.randn(9), 0.3)


def hidden_softmax_row(softmax_of_row):
    """Six classes; `ex:softmax-theory-row`."""
    return softmax_of_row(torch.randn(6))


def hidden_count_of(count_of):
    """Another class; `ex:fashion-mnist-count`."""
    return count_of(torch.randint(10, (60,)), "coat")


def hidden_one_hot(one_hot):
    """A class that comes twice, and one that never comes; `ex:softmax-scratch-one-hot`."""
    return one_hot(torch.tensor([3, 0, 3, 1, 4]), 6)


def hidden_logs(log_probabilities):
    """Four classes, small logits and large; `ex:softmax-concise-logs`."""
    o = torch.randn(5, 4)
    return torch.cat([log_probabilities(o), log_probabilities(300 * o)])


def hidden_loss_for_ddp(loss_for_ddp):
    """Shards of other sizes, and three workers; `ex:many-workers-weigh`."""
    return torch.stack([loss_for_ddp(torch.rand(n), 12, 3) for n in (2, 3, 7)])
