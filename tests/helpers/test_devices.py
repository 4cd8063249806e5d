import pytest
import torch

from d2l_helpers import try_all_gpus, try_gpu

CPU = torch.device("cpu")


@pytest.fixture
def machine(monkeypatch):
    """A machine with as many accelerators of each kind as the test says."""

    def have(cuda=0, mps=0, xpu=0):
        monkeypatch.delenv("D2L_DEVICE", raising=False)
        monkeypatch.setattr(torch.cuda, "is_available", lambda: cuda > 0)
        monkeypatch.setattr(torch.cuda, "device_count", lambda: cuda)
        monkeypatch.setattr(torch.backends.mps, "is_available", lambda: mps > 0)
        monkeypatch.setattr(torch.xpu, "is_available", lambda: xpu > 0)
        monkeypatch.setattr(torch.xpu, "device_count", lambda: xpu)

    return have


@pytest.mark.parametrize(
    ("accelerators", "names"),
    [
        ({}, ["cpu"]),
        ({"cuda": 1}, ["cuda:0"]),
        ({"cuda": 3}, ["cuda:0", "cuda:1", "cuda:2"]),
        ({"mps": 1}, ["mps:0"]),
        ({"xpu": 2}, ["xpu:0", "xpu:1"]),
        ({"cuda": 2, "mps": 1, "xpu": 2}, ["cuda:0", "cuda:1"]),
        ({"mps": 1, "xpu": 2}, ["mps:0"]),
    ],
)
def test_accelerators_of_the_first_kind_there_is(machine, accelerators, names):
    machine(**accelerators)
    devices = [torch.device(name) for name in names]
    assert try_all_gpus() == devices
    assert [try_gpu(i) for i in range(len(devices))] == devices
    assert try_gpu() == devices[0]
    assert try_gpu(len(devices)) == CPU


@pytest.mark.parametrize("name", ["cpu", "cuda:1", "mps"])
def test_environment_overrides(machine, monkeypatch, name):
    machine(cuda=1)
    monkeypatch.setenv("D2L_DEVICE", name)
    assert try_gpu() == try_gpu(5) == torch.device(name)
    assert try_all_gpus() == [torch.device(name)]


def test_empty_override_is_none(machine, monkeypatch):
    machine(cuda=1)
    monkeypatch.setenv("D2L_DEVICE", "")
    assert try_gpu() == torch.device("cuda:0")


@pytest.mark.parametrize("name", ["gpu", "cuda:x", "cpu,cuda"])
@pytest.mark.parametrize("function", [try_gpu, try_all_gpus])
def test_override_that_names_no_device(machine, monkeypatch, name, function):
    machine()
    monkeypatch.setenv("D2L_DEVICE", name)
    with pytest.raises(ValueError, match=f"D2L_DEVICE is '{name}'.*try cpu"):
        function()


@pytest.mark.parametrize("override", ["", "cpu"])
def test_negative_index(machine, monkeypatch, override):
    machine(cuda=2)
    monkeypatch.setenv("D2L_DEVICE", override)
    with pytest.raises(ValueError, match="counted from 0; -1"):
        try_gpu(-1)
