"""Which device to compute on."""

import os

import torch


def try_gpu(i: int = 0) -> torch.device:
    """Accelerator number `i`, counted from 0, if there is one, else the CPU; `sec:tensors` starts with it.

    The environment variable D2L_DEVICE (`cpu`, `cuda:1`, …) names a device to take instead.
    Raises ValueError if `i` is negative or D2L_DEVICE names no device.

    >>> device = d2l.try_gpu()
    >>> torch.ones(2, 3).to(device).device.type == device.type
    True
    """
    if i < 0:
        raise ValueError(f"accelerators are counted from 0; {i} is none")
    if device := _override():
        return device
    devices = try_all_gpus()
    return devices[i] if i < len(devices) else torch.device("cpu")


def try_all_gpus() -> list[torch.device]:
    """All accelerators of one kind, or the CPU alone; `sec:how-to-use` tells how to choose.

    The kind is CUDA, else MPS, else XPU. The environment variable D2L_DEVICE (`cpu`, `cuda:1`,
    …) names a device to take instead.
    Raises ValueError if D2L_DEVICE names no device.

    >>> d2l.try_gpu() == d2l.try_all_gpus()[0]
    True
    """
    if device := _override():
        return [device]
    if torch.cuda.is_available():
        return [torch.device("cuda", i) for i in range(torch.cuda.device_count())]
    if torch.backends.mps.is_available():
        return [torch.device("mps", 0)]
    if torch.xpu.is_available():
        return [torch.device("xpu", i) for i in range(torch.xpu.device_count())]
    return [torch.device("cpu")]


def _override() -> torch.device | None:
    name = os.environ.get("D2L_DEVICE")
    try:
        return torch.device(name) if name else None
    except RuntimeError:
        raise ValueError(f"D2L_DEVICE is {name!r}, which names no device; try cpu") from None
