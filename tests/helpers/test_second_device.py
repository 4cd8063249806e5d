"""The helpers on a second device, which needs no GPU: what is forgotten on the first is an error.

Its tensors say that they are on "meta" and hold their values in a tensor on the CPU.
"""

import pytest
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

import d2l_helpers as d2l

FAR = torch.device("meta")


class Far(torch.Tensor):
    """A tensor on the second device."""

    @staticmethod
    def __new__(cls, near):
        return torch.Tensor._make_wrapper_subclass(
            cls, near.shape, strides=near.stride(), dtype=near.dtype, device=FAR
        )

    def __init__(self, near):
        self.near = near

    def tolist(self):
        return self.near.tolist()

    @classmethod
    def __torch_dispatch__(cls, func, types, args=(), kwargs=None):
        return computed(func, args, kwargs or {})


class SecondDevice(TorchDispatchMode):
    """Lets functions that make tensors make them there."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        return computed(func, args, kwargs or {})


def computed(func, args, kwargs):
    """What a function of torch gives, on the device of its arguments, or on the one it names."""
    name = func._schema.name
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    far = any(isinstance(tensor, Far) for tensor in tensors)
    near = any(tensor.dim() and not isinstance(tensor, Far) for tensor in tensors)
    if far and near and name != "aten::copy_":
        raise RuntimeError(f"{name}: tensors on two devices")
    if kwargs.get("device") is not None:
        far = torch.device(kwargs["device"]) == FAR
        kwargs = {**kwargs, "device": torch.device("cpu")}
    args_near, kwargs_near = tree_map(
        lambda leaf: leaf.near if isinstance(leaf, Far) else leaf, (args, kwargs)
    )
    result = func(*args_near, **kwargs_near)
    if name.endswith("_"):  # in place
        return args[0]
    return tree_map(
        lambda leaf: Far(leaf) if far and isinstance(leaf, torch.Tensor) else leaf, result
    )


@pytest.fixture(autouse=True)
def second_device():
    with SecondDevice():
        yield


def drawn(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


X, Y = drawn(10, 4), torch.tensor([0, 1, 2, 0, 1, 2, 0, 0, 1, 1])
BATCHES = [(X[:6], Y[:6]), (X[6:], Y[6:])]


def classifier(device):
    torch.manual_seed(0)
    net = nn.Linear(4, 3).to(device)
    return net, torch.optim.SGD(net.parameters(), lr=0.1)


def test_the_two_devices_do_not_mix():
    x = torch.ones(3, 2)
    assert x.to(FAR).device == FAR
    assert (x.to(FAR) + x.to(FAR)).tolist() == [[2, 2]] * 3
    for a, b in [(x, x.to(FAR)), (x.to(FAR), x)]:
        with pytest.raises(RuntimeError, match="two devices"):
            a + b
    with pytest.raises(RuntimeError):
        x.to(FAR).numpy()


LOSSES = {
    "torch's": nn.CrossEntropyLoss(),
    "ours": lambda o, y: d2l.cross_entropy(d2l.softmax(o), y),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_training_and_evaluation(loss):
    def history(device):
        net, updater = classifier(device)
        curves = d2l.train(net, BATCHES, BATCHES, loss, 2, updater)
        return *curves.values(), [d2l.evaluate_loss(net, BATCHES, loss)], net.weight.tolist()

    assert history(FAR) == history("cpu")


def test_evaluate_accuracy():
    assert d2l.evaluate_accuracy(classifier(FAR)[0], BATCHES) == d2l.evaluate_accuracy(
        classifier("cpu")[0], BATCHES
    )


def test_predict():
    def titles(device):
        torch.manual_seed(0)
        net = nn.Sequential(nn.Flatten(), nn.Linear(784, 10)).to(device)
        axes = d2l.predict(net, [(drawn(3, 1, 28, 28), torch.tensor([9, 2, 0]))])
        return [ax.get_title() for ax in axes]

    assert titles(FAR) == titles("cpu")


def test_linear_regression():
    def weights(device):
        torch.manual_seed(0)
        w = torch.tensor([[2.0], [-3.4]]).to(device)
        features, labels = d2l.synthetic_data(w, 4.2, 10)
        assert features.device == labels.device == torch.device(device)
        w, b = (torch.zeros(shape).to(device).requires_grad_() for shape in [(2, 1), (1,)])
        for x, y in d2l.data_iter(4, features, labels):
            d2l.squared_loss(d2l.linreg(x, w, b), y).sum().backward()
            d2l.sgd([w, b], 0.1, len(x))
        return w.tolist(), b.tolist()

    assert weights("meta") == weights("cpu")
