"""Fashion-MNIST: minibatches of its images, and the names of its classes."""

import operator
import os
from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.functional import interpolate
from torch.utils.data import DataLoader, Dataset, TensorDataset

from d2l_helpers._checks import integer, positive_int
from d2l_helpers.fetching import read_fashion_mnist

_NAMES = (
    "t-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip


def get_fashion_mnist_labels(labels: Tensor | Iterable[int]) -> list[str]:
    """The names of the classes; `sec:fashion-mnist` builds it.

    labels: (n,) class numbers, 0 to 9: a tensor, or any iterable of whole numbers.
    Returns n names. Raises TypeError if a label is not a whole number, ValueError if it is not
    in 0 … 9.

    >>> d2l.get_fashion_mnist_labels(torch.tensor([9, 2]))
    ['ankle boot', 'pullover']
    """
    return [_NAMES[_label(i)] for i in (labels.tolist() if isinstance(labels, Tensor) else labels)]


def _label(label: object) -> int:
    number = integer("a label", label)
    if not 0 <= number < len(_NAMES):
        raise ValueError(f"labels are 0 to {len(_NAMES) - 1}, and {label} is not")
    return number


def get_dataloader_workers() -> int:
    """How many worker processes a DataLoader should use; `sec:fashion-mnist` measures it.

    Returns 0: the images are in memory, and passing them between processes costs more.

    >>> d2l.get_dataloader_workers()
    0
    """
    return 0


def load_data_fashion_mnist(
    batch_size: int,
    resize: int | tuple[int, int] | None = None,
    *,
    validation: int = 0,
    root: str | os.PathLike[str] | None = None,
    device: torch.device | str | None = None,
    generator: torch.Generator | None = None,
) -> tuple[DataLoader[tuple[Tensor, Tensor]], ...]:
    """Minibatches of the 60,000 training and the 10,000 test images; `sec:fashion-mnist` builds it.

    resize: the height and width in pixels, or a pair of them; 28 if None. validation: how many of
    the training images, the last ones, are held out, 0 to 59,999. root: see
    `fetch_fashion_mnist`; nothing else in it is read. device: where the images are kept, and
    the minibatches made; the CPU if None. generator: a CPU generator for the order of the
    training images, new in each epoch; torch's global one if None. The others keep theirs.
    Returns the loaders of the training, the validation (if validation > 0) and the test images.
    They give X (b, 1, height, width), float32 in [0, 1], and y (b,), int64; b is batch_size, but
    for a shorter last minibatch. As torchvision's, their `dataset` has `data` (n, 28, 28), uint8,
    the pixels, and `targets` (n,), int64, the labels.
    Raises ValueError or TypeError if batch_size or resize is not at least 1 or no integer, or
    validation not in its range, RuntimeError, from torch, if there is no such device; and what
    `fetch_fashion_mnist` raises.

    >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    >>> X, y = next(iter(test_iter))
    >>> X.shape, y.shape
    (torch.Size([256, 1, 28, 28]), torch.Size([256]))
    """
    batch_size = positive_int("batch_size", batch_size)
    size = None if resize is None else _height_and_width(resize)
    device = torch.empty(0, device="cpu" if device is None else device).device
    if not 0 <= (validation := integer("validation", validation)) < 60_000:
        raise ValueError(f"validation must be 0 to 59999, not {validation}")
    files = read_fashion_mnist(root)

    def loader(part: str, of_part: slice, *, shuffle: bool) -> DataLoader[tuple[Tensor, Tensor]]:
        # each file begins with its type and shape, big-endian numbers of 4 bytes
        images = _bytes_after(16, files[f"{part}-images-idx3-ubyte"]).view(-1, 28, 28)[of_part]
        labels = _bytes_after(8, files[f"{part}-labels-idx1-ubyte"]).to(torch.int64)[of_part]
        return DataLoader(
            _Images(images.to(device), labels.to(device), size),
            batch_size,
            shuffle=shuffle,
            num_workers=get_dataloader_workers(),
            collate_fn=operator.attrgetter("tensors"),
            generator=generator if shuffle else None,
        )

    learn, held_out = slice(60_000 - validation), slice(60_000 - validation, None)
    loaders = [loader("train", learn, shuffle=True)]
    if validation:
        loaders.append(loader("train", held_out, shuffle=False))
    return *loaders, loader("t10k", slice(None), shuffle=False)


def _bytes_after(header: int, file: bytes) -> Tensor:
    return torch.frombuffer(bytearray(file), dtype=torch.uint8, offset=header)


def _height_and_width(resize: int | tuple[int, int]) -> list[int]:
    sides = list(resize) if isinstance(resize, tuple | list) else [resize, resize]
    if len(sides) != 2:
        raise ValueError(f"resize must be one number of pixels or (height, width), not {resize}")
    return [positive_int("resize", side) for side in sides]


class _Images(Dataset[tuple[Tensor, Tensor]]):
    """Images kept as bytes, and turned into floats when they are asked for.

    data: (n, 28, 28) uint8; targets: (n,) int64. These names are torchvision's.
    """

    def __init__(self, data: Tensor, targets: Tensor, size: list[int] | None) -> None:
        self.data, self.targets, self.size = data, targets, size

    def __len__(self) -> int:
        return len(self.data)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        # range counts from the end, and raises IndexError, which a GPU cannot
        image, label = self.__getitems__([range(len(self))[i]])[0]
        return image, label

    def __getitems__(self, indices: list[int]) -> TensorDataset:
        # A minibatch at a time. As a data set of its own it is also a sequence of samples:
        # what a DataLoader over random_split's parts expects.
        batch = torch.tensor(indices, device=self.data.device)
        X = self.data[batch].unsqueeze(1).to(torch.float32)  # (b, 1, 28, 28)
        if self.size is not None:
            # rounded, as the pixels of a resized image file would be
            X = interpolate(X, self.size, mode="bilinear", antialias=True).round_()
        return TensorDataset(X.div_(255), self.targets[batch])
