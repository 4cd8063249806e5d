import warnings

import pytest
import torch
from torch import nn

from d2l_helpers import (
    Accumulator,
    cross_entropy,
    evaluate_accuracy,
    evaluate_loss,
    linreg,
    load_array,
    predict,
    sgd,
    softmax,
    squared_loss,
    train,
    train_epoch,
)

N, D, Q = 10, 4, 3  # in minibatches of 4, 4 and 2


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


X, Y = drawn(N, D), torch.tensor([0, 1, 2, 0, 1, 2, 0, 0, 1, 1])


@pytest.fixture
def batches():
    return load_array((X, Y), 4, is_train=False)


def classifier(seed=1):
    net = nn.Linear(D, Q)
    with torch.no_grad():
        net.weight.copy_(drawn(Q, D, seed=seed))
        net.bias.zero_()
    return net


LOSSES = {
    "none": nn.CrossEntropyLoss(reduction="none"),
    "mean": nn.CrossEntropyLoss(),
    "sum": nn.CrossEntropyLoss(reduction="sum"),
    "function, none": lambda y_hat, y: nn.functional.cross_entropy(y_hat, y, reduction="none"),
    "function, mean": nn.functional.cross_entropy,
    "function, sum": lambda y_hat, y: nn.functional.cross_entropy(y_hat, y, reduction="sum"),
}
each_loss = pytest.mark.parametrize("name", LOSSES)


# Accumulator


def test_accumulator_by_hand():
    metric = Accumulator(3)
    assert list(metric) == metric.data == [0, 0, 0]
    metric.add(1, 2.5, torch.tensor(3))
    metric.add(torch.tensor([10.0]), True, -1)
    assert metric.data == [11, 3.5, 2]
    assert [metric[0], metric[-1]] == [11, 2]
    assert all(type(total) is float for total in metric.data)
    metric.reset()
    assert metric.data == [0, 0, 0]


def test_accumulator_takes_tensors_that_require_gradients():
    metric = Accumulator(1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        metric.add(torch.tensor(2.0, requires_grad=True) * 3)
    assert metric.data == [6]
    assert type(metric[0]) is float


@pytest.mark.parametrize("args", [(), (1,), (1, 2, 3)])
def test_accumulator_wrong_number(args):
    metric = Accumulator(2)
    metric.add(1, 1)
    with pytest.raises(ValueError, match=f"2 sums, but {len(args)} numbers"):
        metric.add(*args)
    assert metric.data == [1, 1]


@pytest.mark.parametrize(
    ("n", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)]
)
def test_accumulator_bad_n(n, error):
    with pytest.raises(error, match=f"n must be .*{n}"):
        Accumulator(n)


# evaluate_accuracy and evaluate_loss


def test_evaluate_accuracy_weighs_samples_not_batches():
    def net(X):  # all of class 0
        return nn.functional.one_hot(torch.zeros(len(X), dtype=torch.int64), Q)

    data = load_array((X, torch.tensor([1, 1, 1, 1, 1, 1, 1, 1, 0, 0])), 4, is_train=False)
    assert evaluate_accuracy(net, data) == 0.2


def test_evaluate_accuracy_of_a_module(batches):
    net = classifier()
    right = sum(int(net(x).argmax() == y) for x, y in zip(X, Y, strict=True))
    assert evaluate_accuracy(net, batches) == right / N
    assert evaluate_accuracy(net, ((x, y) for x, y in batches)) == right / N


def dropping():
    """A net that is always right, but for what its Dropout drops."""
    inputs = torch.eye(10).repeat(20, 1)
    return nn.Sequential(nn.Dropout(0.5)), [(inputs, inputs.argmax(1))]


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_in_eval_mode_and_back(training):
    net, data = dropping()
    net.train(training)
    assert evaluate_accuracy(net, data) == 1
    assert [net.training, net[0].training] == [training, training]
    assert evaluate_loss(net, data, nn.CrossEntropyLoss()) == pytest.approx(
        nn.functional.cross_entropy(*data[0]).item()
    )
    assert [net.training, net[0].training] == [training, training]


def test_evaluation_puts_each_submodule_back():
    net = nn.Sequential(nn.Linear(D, Q), nn.BatchNorm1d(Q))
    net[1].eval()  # frozen
    evaluate_accuracy(net, [(X, Y)])
    assert [net.training, net[0].training, net[1].training] == [True, True, False]


def test_mode_is_restored_after_an_error():
    net = classifier()
    with pytest.raises(ValueError, match="10 predictions, but 9 labels"):
        evaluate_accuracy(net, [(X, Y[:9])])
    assert net.training


def test_evaluation_records_no_gradients(batches):
    net, seen = classifier(), []
    net.register_forward_hook(lambda module, args, output: seen.append(output.requires_grad))
    evaluate_accuracy(net, batches)
    evaluate_loss(net, batches, LOSSES["none"])
    assert seen == [False] * 6


@each_loss
@pytest.mark.parametrize("batch_size", [1, 4, 10, 99])
def test_evaluate_loss_for_any_reduction(name, batch_size):
    net = classifier()
    mean = evaluate_loss(net, load_array((X, Y), batch_size), LOSSES[name])
    assert mean == pytest.approx(nn.functional.cross_entropy(net(X), Y).item())


@pytest.mark.parametrize(
    ("loss", "factor"),
    [
        (nn.MSELoss(), 1),
        (nn.MSELoss(reduction="none"), 1),
        (nn.MSELoss(reduction="sum"), 1),
        (nn.functional.mse_loss, 1),
        (squared_loss, 0.5),
        (lambda y_hat, y: squared_loss(y_hat, y).sum(), 0.5),
    ],
)
def test_evaluate_loss_of_a_regression(loss, factor):
    w, y = drawn(D, 1, seed=2), drawn(N, 1, seed=3)
    data = load_array((X, y), 4, is_train=False)
    expected = factor * ((X @ w + 1 - y) ** 2).mean().item()
    assert evaluate_loss(lambda X: linreg(X, w, 1), data, loss) == pytest.approx(expected)


@pytest.mark.parametrize("net", [classifier(), lambda X: X])
@pytest.mark.parametrize("data", [[], iter(()), [(X[:0], Y[:0])]])
def test_evaluation_without_data(net, data):
    with pytest.raises(ValueError, match="no data"):
        evaluate_accuracy(net, data)
    with pytest.raises(ValueError, match="no data"):
        evaluate_loss(net, data, LOSSES["none"])


# train_epoch


def by_hand(net, batches, lr, reduction):
    """What an epoch of gradient descent gives: the mean loss and the accuracy on the way."""
    losses, right = [], 0
    for X, y in batches:
        y_hat = net(X)
        loss = nn.functional.cross_entropy(y_hat, y, reduction="none")
        total = loss.sum() if reduction == "sum" else loss.mean()
        gradients = torch.autograd.grad(total, list(net.parameters()))
        with torch.no_grad():
            for param, gradient in zip(net.parameters(), gradients, strict=True):
                param -= lr * gradient
        losses += loss.tolist()
        right += int((y_hat.argmax(1) == y).sum())
    return sum(losses) / len(losses), right / len(losses)


def assert_same(ours, theirs):
    torch.testing.assert_close(list(ours.parameters()), list(theirs.parameters()))


@each_loss
def test_epoch_with_an_optimizer(name, batches):
    ours, theirs = classifier(), classifier()
    optimizer = torch.optim.SGD(ours.parameters(), 0.1)
    for _ in range(2):  # gradients that are not set to zero would add up
        measured = train_epoch(ours, batches, LOSSES[name], optimizer)
        # the optimizer minimises the loss it is given: the sum, if that is what it is
        expected = by_hand(theirs, batches, 0.1, "sum" if "sum" in name else "mean")
        assert measured == pytest.approx(expected)
        assert_same(ours, theirs)


@each_loss
def test_epoch_with_an_updater(name, batches):
    ours, theirs = classifier(), classifier()
    sizes = []

    def updater(batch_size):
        sizes.append(batch_size)
        sgd(ours.parameters(), 0.1, batch_size)

    for _ in range(2):
        measured = train_epoch(ours, batches, LOSSES[name], updater)
        assert measured == pytest.approx(by_hand(theirs, batches, 0.1, "mean"))
        assert_same(ours, theirs)
    assert sizes == [4, 4, 2] * 2


@each_loss
def test_mean_loss_is_the_same_for_any_reduction(name, batches):
    net = classifier()
    measured = train_epoch(net, batches, LOSSES[name], torch.optim.SGD(net.parameters(), 0.0))
    loss = nn.functional.cross_entropy(net(X), Y).item()
    assert measured == pytest.approx((loss, evaluate_accuracy(net, batches)))


def test_epoch_from_scratch(batches):
    reference = classifier()
    W = reference.weight.detach().T.clone().requires_grad_()
    b = reference.bias.detach().clone().requires_grad_()
    measured = train_epoch(
        lambda X: softmax(X @ W + b), batches, cross_entropy, lambda n: sgd([W, b], 0.1, n)
    )
    assert measured == pytest.approx(by_hand(reference, batches, 0.1, "mean"))
    torch.testing.assert_close([W.T, b], list(reference.parameters()))


def test_epoch_of_a_regression():
    y = drawn(N, 1, seed=3)
    net = nn.Linear(D, 1)
    optimizer = torch.optim.SGD(net.parameters(), 0.0)
    mean, right = train_epoch(net, load_array((X, y), 4), nn.MSELoss(reduction="none"), optimizer)
    assert mean == pytest.approx(nn.functional.mse_loss(net(X), y).item())
    assert right == 0


def test_epoch_in_train_mode():
    net, data = dropping()
    net.append(nn.Linear(10, 10))
    net.eval()
    train_epoch(net, data, LOSSES["none"], torch.optim.SGD(net.parameters(), 0.1))
    assert [net.training, net[0].training] == [True, True]


def test_epoch_gives_floats_and_no_warnings(batches):
    net = classifier()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        measured = train_epoch(net, batches, LOSSES["none"], torch.optim.SGD(net.parameters(), 0.1))
    assert [type(value) for value in measured] == [float, float]


@pytest.mark.parametrize("data", [[], iter(()), [(X[:0], Y[:0])]])
def test_epoch_without_data(data):
    net = classifier()
    with pytest.raises(ValueError, match="no data"):
        train_epoch(net, data, LOSSES["none"], torch.optim.SGD(net.parameters(), 0.1))
    assert_same(net, classifier())


@pytest.mark.parametrize("updater", [None, 0.1, "sgd"])
def test_epoch_wrong_type_of_updater(updater, batches):
    net = classifier()
    net.eval()
    with pytest.raises(TypeError, match="updater must be a torch optimizer or a function"):
        train_epoch(net, batches, LOSSES["none"], updater)
    assert not net.training
    assert net.weight.grad is None


def test_epoch_labels_out_of_range():
    net = classifier()
    data = [(X, Y + 1)]
    with pytest.raises(ValueError, match=r"labels must be in 0 … 2"):
        train_epoch(
            lambda X: softmax(net(X)), data, cross_entropy, lambda n: sgd(net.parameters(), 0.1, n)
        )
    assert_same(net, classifier())


# train


@pytest.mark.parametrize("num_epochs", [1, 3])
def test_train_gives_the_history(num_epochs, batches, capsys):
    ours, theirs = classifier(), classifier()
    test = load_array((drawn(7, D, seed=5), Y[:7]), 3, is_train=False)
    optimizer = torch.optim.SGD(ours.parameters(), 0.1)
    history = train(ours, batches, test, LOSSES["none"], num_epochs, optimizer)
    assert list(history) == ["train loss", "train acc", "test acc"]
    assert {len(curve) for curve in history.values()} == {num_epochs}
    for values in zip(*history.values(), strict=True):
        expected = (*by_hand(theirs, batches, 0.1, "mean"), evaluate_accuracy(theirs, test))
        assert values == pytest.approx(expected)
    assert_same(ours, theirs)
    assert capsys.readouterr() == ("", "")


def test_train_with_lists_and_a_function():
    W = torch.zeros(D, Q, requires_grad=True)
    data = [(X, Y)]
    loss = [LOSSES["mean"], 2, lambda n: sgd([W], 0.1, n)]
    history = train(lambda X: X @ W, data, data, *loss)
    assert history["train loss"][0] == pytest.approx(torch.log(torch.tensor(3.0)).item())
    assert history["train loss"][1] < history["train loss"][0]


@pytest.mark.parametrize("which", ["train", "test"])
@pytest.mark.parametrize("once", [iter, lambda batches: (batch for batch in batches)])
def test_train_refuses_data_for_one_epoch(which, once, batches):
    net = classifier()
    data = [once(batches), batches] if which == "train" else [batches, once(batches)]
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    with pytest.raises(TypeError, match="generator is used up"):
        train(net, *data, LOSSES["none"], 2, optimizer)
    assert_same(net, classifier())


@pytest.mark.parametrize(
    ("num_epochs", "error"),
    [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)],
)
def test_train_bad_number_of_epochs(num_epochs, error, batches):
    net = classifier()
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    with pytest.raises(error, match=f"num_epochs must be .*{num_epochs}"):
        train(net, batches, batches, LOSSES["none"], num_epochs, optimizer)
    assert_same(net, classifier())


@pytest.mark.parametrize("which", ["train", "test"])
def test_train_without_data_changes_nothing(which, batches):
    net = classifier()
    data = [[], batches] if which == "train" else [batches, []]
    optimizer = torch.optim.SGD(net.parameters(), 0.1)
    with pytest.raises(ValueError, match="no data"):
        train(net, *data, LOSSES["none"], 1, optimizer)
    assert_same(net, classifier())


# predict


@pytest.fixture
def images():
    pictures = torch.rand(8, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    return [(pictures[:5], torch.tensor([0, 9, 1, 5, 2])), (pictures[5:], torch.tensor([3, 4, 6]))]


def says_bag(X):
    return nn.functional.one_hot(torch.full((len(X),), 8), 10)


@pytest.mark.parametrize(("options", "shown"), [({}, 5), ({"n": 3}, 3), ({"n": 1}, 1)])
def test_predict_names_true_and_predicted(images, options, shown):
    axes = predict(says_bag, images, **options)
    names = ["t-shirt", "ankle boot", "trouser", "sandal", "pullover"]
    assert [ax.get_title() for ax in axes] == [f"{name}\nbag" for name in names[:shown]]
    for ax, picture in zip(axes, images[0][0], strict=False):
        assert torch.equal(torch.as_tensor(ax.images[0].get_array()), picture[0])


def test_predict_shows_six():
    data = [(torch.zeros(9, 1, 28, 28), torch.zeros(9, dtype=torch.int64))]
    assert len(predict(says_bag, data)) == 6


def test_predict_in_eval_mode_and_back():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.9))
    pictures = torch.eye(10).reshape(10, 1, 2, 5)
    axes = predict(net, [(pictures, torch.arange(10))], n=10)
    assert all(len(set(ax.get_title().split("\n"))) == 1 for ax in axes)
    assert net.training


def test_predict_without_data():
    with pytest.raises(ValueError, match="no data"):
        predict(says_bag, [])


@pytest.mark.parametrize(
    ("n", "error"), [(0, ValueError), (-1, ValueError), (2.5, TypeError), (True, TypeError)]
)
def test_predict_bad_n(n, error, images):
    with pytest.raises(error, match=f"n must be .*{n}"):
        predict(says_bag, images, n)
