import math
import re
from unittest.mock import MagicMock

import pytest
import torch
from torch import nn

import d2l_helpers as d2l

N, D, Q = 10, 4, 3  # in minibatches of 4, 4 and 2


def drawn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


X, Y = drawn(N, D), torch.tensor([0, 1, 2, 0, 1, 2, 0, 0, 1, 1])


@pytest.fixture
def batches():
    return d2l.load_array((X, Y), 4, is_train=False)


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


def sgd_of(net):
    return torch.optim.SGD(net.parameters(), lr=0.1)


def evaluate_loss(net, data):
    return d2l.evaluate_loss(net, data, LOSSES["none"])


def epoch(net, data):
    updater = sgd_of(net) if isinstance(net, nn.Module) else pytest.fail
    return d2l.train_epoch(net, data, LOSSES["none"], updater)


# Accumulator


def test_accumulator_by_hand():
    metric = d2l.Accumulator(3)
    assert list(metric) == metric.data == [0, 0, 0]
    metric.add(1, 2.5, torch.tensor(3))
    metric.add(torch.tensor([10.0]), True, -1)
    assert metric.data == [11, 3.5, 2]
    assert [metric[0], metric[-1]] == [11, 2]
    assert all(type(total) is float for total in metric.data)
    metric.reset()
    assert metric.data == [0, 0, 0]


def test_accumulator_takes_tensors_that_require_gradients(no_warnings):
    metric = d2l.Accumulator(1)
    metric.add(torch.tensor(2.0, requires_grad=True) * 3)
    assert metric.data == [6]
    assert type(metric[0]) is float


@pytest.mark.parametrize("args", [(), (1,), (1, 2, 3)])
def test_accumulator_wrong_number(args):
    metric = d2l.Accumulator(2)
    metric.add(1, 1)
    with pytest.raises(ValueError, match=f"2 sums, but {len(args)} numbers"):
        metric.add(*args)
    assert metric.data == [1, 1]


# evaluate_accuracy and evaluate_loss


def test_evaluate_accuracy_weighs_samples_not_batches():
    def net(X):  # all of class 0
        return nn.functional.one_hot(torch.zeros(len(X), dtype=torch.int64), Q)

    data = d2l.load_array((X, torch.tensor([1, 1, 1, 1, 1, 1, 1, 1, 0, 0])), 4, is_train=False)
    assert d2l.evaluate_accuracy(net, data) == 0.2


def test_evaluate_accuracy_of_a_module(batches):
    net = classifier()
    right = sum(int(net(x).argmax() == y) for x, y in zip(X, Y, strict=True))
    assert d2l.evaluate_accuracy(net, batches) == right / N
    assert d2l.evaluate_accuracy(net, ((x, y) for x, y in batches)) == right / N


def dropping():
    """A net that is always right, but for what its Dropout drops."""
    inputs = torch.eye(10).repeat(20, 1)
    return nn.Sequential(nn.Dropout(0.5)), [(inputs, inputs.argmax(1))]


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_in_eval_mode_and_back(training):
    net, data = dropping()
    net.append(nn.Identity())
    net.train(training)
    net[1].train(not training)  # a part of a net may be frozen
    modes = [module.training for module in net.modules()]
    assert d2l.evaluate_accuracy(net, data) == 1
    expected = nn.functional.cross_entropy(*data[0]).item()
    assert d2l.evaluate_loss(net, data, nn.CrossEntropyLoss()) == pytest.approx(expected)
    assert [module.training for module in net.modules()] == modes


def test_mode_is_restored_after_an_error():
    net = classifier()
    with pytest.raises(ValueError, match=r"not \(10, 3\) and \(9,\)"):
        d2l.evaluate_accuracy(net, [(X, Y[:9])])
    assert net.training


def test_an_empty_minibatch_is_passed_over(batches):
    net = classifier()
    with_empty = [(X[:4], Y[:4]), (X[:0], Y[:0]), (X[4:], Y[4:])]
    assert d2l.evaluate_accuracy(net, with_empty) == d2l.evaluate_accuracy(net, batches)


def test_evaluation_records_no_gradients(batches):
    net, seen = classifier(), []
    net.register_forward_hook(lambda module, args, output: seen.append(output.requires_grad))
    d2l.evaluate_accuracy(net, batches)
    evaluate_loss(net, batches)
    assert seen == [False] * 6


@each_loss
@pytest.mark.parametrize("batch_size", [1, 4, 10, 99])
def test_evaluate_loss_for_any_reduction(name, batch_size):
    net = classifier()
    mean = d2l.evaluate_loss(net, d2l.load_array((X, Y), batch_size), LOSSES[name])
    assert mean == pytest.approx(nn.functional.cross_entropy(net(X), Y).item())


@pytest.mark.parametrize("loss", [nn.CrossEntropyLoss, nn.NLLLoss])
@pytest.mark.parametrize("weight", [None, torch.tensor([1.0, 2.0, 5.0])])
@pytest.mark.parametrize("ignored", [-100, 0])
def test_evaluate_loss_with_weights_of_classes(loss, weight, ignored):
    loss, scores = loss(weight, ignore_index=ignored), drawn(N, 3, seed=4).log_softmax(1)
    Y = torch.tensor([0, 0, 0, 2, 1, 2, 1, 1, 2, 0])  # the first three batches of 1 are ignored
    for batch_size in (1, 4, 99):
        data = d2l.load_array((scores, Y), batch_size, is_train=False)
        expected = pytest.approx(loss(scores, Y).item())
        assert d2l.evaluate_loss(lambda X: X, data, loss) == expected


def test_the_loss_of_ignored_labels_is_nan_as_in_torch():
    loss, data = nn.CrossEntropyLoss(ignore_index=0), [(X[:2], torch.tensor([0, 0]))]
    assert math.isnan(d2l.evaluate_loss(classifier(), data, loss))
    assert math.isnan(d2l.train_epoch(classifier(), data, loss, lambda n: None)[0])


def test_the_loss_while_training_weighs_minibatches_as_evaluation_does():
    """Of three labels that count, two are in the first minibatch."""
    loss = nn.CrossEntropyLoss(ignore_index=0)
    data = [(X[:2], torch.tensor([1, 2])), (X[2:4], torch.tensor([0, 1])), (X[4:5], Y[:1])]
    net = classifier()
    assert Y[0] == 0
    expected = d2l.evaluate_loss(net, data, loss)
    assert expected == pytest.approx(loss(net(X[:4]), torch.tensor([1, 2, 0, 1])).item())
    assert d2l.train_epoch(net, data, loss, lambda n: None)[0] == pytest.approx(expected)


def test_evaluate_loss_with_probabilities_as_labels():
    loss = nn.CrossEntropyLoss(torch.tensor([1.0, 2.0, 5.0]))
    scores, y = drawn(N, 3, seed=4), drawn(N, 3, seed=5).softmax(1)
    data = d2l.load_array((scores, y), 4, is_train=False)
    assert d2l.evaluate_loss(lambda X: X, data, loss) == pytest.approx(loss(scores, y).item())


@pytest.mark.parametrize(
    ("loss", "factor"),
    [
        *((nn.MSELoss(reduction=reduction), 1) for reduction in ("none", "mean", "sum")),
        (nn.functional.mse_loss, 1),
        (d2l.squared_loss, 0.5),
        (lambda y_hat, y: d2l.squared_loss(y_hat, y).sum(), 0.5),
    ],
)
def test_evaluate_loss_of_a_regression(loss, factor):
    w, y = drawn(D, 1, seed=2), drawn(N, 1, seed=3)
    data = d2l.load_array((X, y), 4, is_train=False)
    expected = factor * ((X @ w + 1 - y) ** 2).mean().item()
    assert d2l.evaluate_loss(lambda X: d2l.linreg(X, w, 1), data, loss) == pytest.approx(expected)


def test_evaluate_loss_leaves_the_targets_as_they_are():
    shapes = []

    def loss(y_hat, y):
        shapes.append((y_hat.shape, y.shape))
        return d2l.squared_loss(y_hat, y)

    d2l.evaluate_loss(lambda X: X, [(torch.zeros(3, 1), torch.zeros(3))], loss)
    assert shapes == [((3, 1), (3,))]


@pytest.mark.parametrize("net", [classifier(), lambda X: X])
@pytest.mark.parametrize("data", [[], iter(()), [(X[:0], Y[:0])]])
@pytest.mark.parametrize("use", [d2l.evaluate_accuracy, evaluate_loss, epoch, d2l.predict])
def test_no_data(use, net, data):
    with pytest.raises(ValueError, match="no data"):
        use(net, data)


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
    optimizer = sgd_of(ours)
    for _ in range(2):  # gradients that are not set to zero would add up
        measured = d2l.train_epoch(ours, batches, LOSSES[name], optimizer)
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
        d2l.sgd(ours.parameters(), 0.1, batch_size)

    for _ in range(2):
        measured = d2l.train_epoch(ours, batches, LOSSES[name], updater)
        assert measured == pytest.approx(by_hand(theirs, batches, 0.1, "mean"))
        assert_same(ours, theirs)
    assert sizes == [4, 4, 2] * 2


def test_epoch_from_scratch(batches):
    reference = classifier()
    W = reference.weight.detach().T.clone().requires_grad_()
    b = reference.bias.detach().clone().requires_grad_()
    net, updater = lambda X: d2l.softmax(X @ W + b), lambda n: d2l.sgd([W, b], 0.1, n)
    measured = d2l.train_epoch(net, batches, d2l.cross_entropy, updater)
    assert measured == pytest.approx(by_hand(reference, batches, 0.1, "mean"))
    torch.testing.assert_close([W.T, b], list(reference.parameters()))


@pytest.mark.parametrize("use", [d2l.evaluate_accuracy, evaluate_loss, epoch])
def test_minibatches_are_moved_to_the_modules_device(use):
    net, batch = classifier(), [MagicMock(), MagicMock()]
    for part, there in zip(batch, (X, Y), strict=True):
        part.__len__.return_value = N
        part.to.return_value = there
    use(net, [batch])
    for part in batch:
        part.to.assert_called_once_with(net.weight.device)


def test_epoch_in_train_mode():
    net, data = dropping()
    net.append(nn.Linear(10, 10))
    net.eval()
    epoch(net, data)
    assert [net.training, net[0].training] == [True, True]


def test_epoch_gives_floats_and_no_warnings(batches, no_warnings):
    assert [type(value) for value in epoch(classifier(), batches)] == [float, float]


@pytest.mark.parametrize("updater", [None, 0.1, "sgd"])
def test_epoch_wrong_type_of_updater(updater, batches):
    net = classifier()
    net.eval()
    with pytest.raises(TypeError, match="updater must be a torch optimizer or a function"):
        d2l.train_epoch(net, batches, LOSSES["none"], updater)
    assert not net.training
    assert net.weight.grad is None


# train


@pytest.mark.parametrize("num_epochs", [1, 3])
def test_train_gives_the_history(num_epochs, batches, capsys):
    ours, theirs = classifier(), classifier()
    test = d2l.load_array((drawn(7, D, seed=5), Y[:7]), 3, is_train=False)
    history = d2l.train(ours, batches, test, LOSSES["none"], num_epochs, sgd_of(ours))
    assert list(history) == ["train loss", "train acc", "test acc"]
    assert {(type(curve), len(curve)) for curve in history.values()} == {(list, num_epochs)}
    for values in zip(*history.values(), strict=True):
        expected = (*by_hand(theirs, batches, 0.1, "mean"), d2l.evaluate_accuracy(theirs, test))
        assert values == pytest.approx(expected)
    assert_same(ours, theirs)
    assert capsys.readouterr() == ("", "")
    history = d2l.train(ours, batches, test, LOSSES["none"], 1, sgd_of(ours), held_out="validation")
    assert list(history) == ["train loss", "train acc", "validation acc"]


def test_train_draws_what_it_gives(batches):
    net = classifier()
    test = d2l.load_array((drawn(7, D, seed=5), Y[:7]), 3, is_train=False)
    history = d2l.train(net, batches, test, LOSSES["none"], 3, sgd_of(net))
    axes = d2l.plt.gca()
    shown = {
        text.get_text(): (line.get_color(), line.get_linestyle())
        for text, line in zip(
            axes.get_legend().get_texts(), axes.get_legend().get_lines(), strict=True
        )
    }
    assert list(shown) == list(history)
    for (name, curve), line in zip(history.items(), axes.lines, strict=True):
        assert line.get_xdata().tolist() == [1, 2, 3]
        assert line.get_ydata().tolist() == curve
        assert shown[name] == (line.get_color(), line.get_linestyle())
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "loss, accuracy")
    assert (axes.get_xlim(), axes.xaxis_inverted(), axes.yaxis_inverted()) == ((1, 3), False, False)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("spoil", "error", "message"),
    [
        (iter, TypeError, "generator is used up"),
        (lambda batches: (batch for batch in batches), TypeError, "generator is used up"),
        (lambda batches: [], ValueError, "no data"),
    ],
)
def test_train_refuses_data_before_it_changes_anything(which, spoil, error, message, batches):
    net, data = classifier(), [batches, batches]
    data[which] = spoil(batches)
    with pytest.raises(error, match=message):
        d2l.train(net, *data, LOSSES["none"], 2, sgd_of(net))
    assert_same(net, classifier())


BAD_TESTS = {
    "not (10, 3) and (9,)": lambda: [(X, Y[:9])],
    "labels must be in 0 … 2": lambda: [(X, Y + 1)],
    "mat1 and mat2 shapes": lambda: d2l.load_array((X[:, 1:], Y), 4),
}


@pytest.mark.parametrize("message", BAD_TESTS)
def test_train_tries_the_test_data_first(message, batches):
    net, figures = classifier(), d2l.plt.get_fignums()
    with pytest.raises((ValueError, RuntimeError), match=re.escape(message)):
        d2l.train(net, batches, BAD_TESTS[message](), LOSSES["none"], 1, sgd_of(net))
    assert_same(net, classifier())
    assert net.training
    assert d2l.plt.get_fignums() == figures


def test_the_trial_uses_no_random_number():
    net = classifier()
    order = torch.Generator().manual_seed(1)
    before = torch.get_rng_state()
    for generator in (order, None):
        d2l.training._try(net, d2l.load_array((X, Y), 4, generator=generator))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(order.get_state(), torch.Generator().manual_seed(1).get_state())


def test_no_figure_stays_open_after_an_error(batches):
    net, figures = classifier(), d2l.plt.get_fignums()
    with pytest.raises(ZeroDivisionError):
        d2l.train(net, batches, batches, lambda y_hat, y: 1 / 0, 1, sgd_of(net))
    assert d2l.plt.get_fignums() == figures


# predict


@pytest.fixture
def images():
    pictures = torch.rand(8, 1, 28, 28, generator=torch.Generator().manual_seed(0))
    return [(pictures[:5], torch.tensor([0, 9, 1, 5, 2])), (pictures[5:], torch.tensor([3, 4, 6]))]


def says_bag(X):
    return nn.functional.one_hot(torch.full((len(X),), 8), 10)


@pytest.mark.parametrize(("options", "shown"), [({}, 5), ({"n": 3}, 3), ({"n": 1}, 1)])
def test_predict_names_true_and_predicted(images, options, shown):
    axes = d2l.predict(says_bag, images, **options)
    names = ["t-shirt", "ankle boot", "trouser", "sandal", "pullover"]
    assert axes[0].get_gridspec().nrows == 1
    assert [ax.get_title() for ax in axes] == [f"{name}\nbag" for name in names[:shown]]
    for ax, picture in zip(axes, images[0][0], strict=False):
        assert torch.equal(torch.as_tensor(ax.images[0].get_array()), picture[0])


def test_predict_in_eval_mode_and_back():
    net = nn.Sequential(nn.Flatten(), nn.Dropout(0.9))
    pictures = torch.eye(10).reshape(10, 1, 2, 5)
    axes = d2l.predict(net, [(pictures, torch.arange(10))], n=10)
    assert all(len(set(ax.get_title().split("\n"))) == 1 for ax in axes)
    assert net.training
