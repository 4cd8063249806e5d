"""Fashion-MNIST: where its files come from, and minibatches of it."""

import gzip
import hashlib
import io
import operator
import os
import threading
import warnings
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor
from torch.nn.functional import interpolate
from torch.utils.data import DataLoader, Dataset, TensorDataset

from d2l_helpers._checks import positive_int

# Bytes and SHA-256 of the unpacked files: every mirror packs them differently. The small
# ones come first, so that a mirror that is no good is found out early.
FILES = {
    "t10k-labels-idx1-ubyte": (
        10_008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    ),
    "train-labels-idx1-ubyte": (
        60_008,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    ),
    "t10k-images-idx3-ubyte": (
        7_840_016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    ),
    "train-images-idx3-ubyte": (
        47_040_016,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    ),
}
SYSTEM_COPY = Path("/usr/share/datasets/fashion-mnist")  # Debian's dataset-fashion-mnist
MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",  # where only HTTP gets out
)
# When a mirror is given up
TIMEOUT = (6, 20)  # seconds to connect; seconds of silence
PATIENCE, SPEED = 30, 100_000  # seconds for a file, and a second more for each 100 kB unpacked

_NAMES = (
    "t-shirt", "trouser", "pullover", "dress", "coat",
    "sandal", "shirt", "sneaker", "bag", "ankle boot",
)  # fmt: skip


def get_fashion_mnist_labels(labels: Tensor | Iterable[int]) -> list[str]:
    """The names of the classes; `sec:fashion-mnist` builds it.

    labels: (n,) class numbers, 0 to 9: a tensor, or any iterable of integers.
    Returns n names. Raises TypeError if a label is not an integer, ValueError if it is not
    in 0 … 9.

    >>> d2l.get_fashion_mnist_labels(torch.tensor([9, 2]))
    ['ankle boot', 'pullover']
    """
    return [_NAMES[_label(i)] for i in (labels.tolist() if isinstance(labels, Tensor) else labels)]


def _label(label: int) -> int:
    try:
        if isinstance(label, bool):
            raise TypeError
        label = operator.index(label)
    except TypeError:
        raise TypeError(f"labels must be integers, and {label!r} is not") from None
    if not 0 <= label < len(_NAMES):
        raise ValueError(f"labels are 0 to {len(_NAMES) - 1}, and {label} is not")
    return label


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
    root: str | os.PathLike | None = None,
    device: torch.device | str | None = None,
    generator: torch.Generator | None = None,
) -> tuple[DataLoader, DataLoader]:
    """Minibatches of the 60,000 training and the 10,000 test images; `sec:fashion-mnist` builds it.

    resize: the height and width in pixels, or a pair of them; 28 if None. root: see
    `fetch_fashion_mnist`. device: where the images are kept, and the minibatches made; the
    CPU if None. generator: a CPU generator for the order of the training images, new in
    each epoch; torch's global one if None. The test images keep their order.
    Returns two loaders of X (b, 1, height, width), float32 in [0, 1], and y (b,), int64;
    b is batch_size, but for a shorter last minibatch.
    Raises ValueError or TypeError if batch_size or resize is not at least 1 or no integer,
    RuntimeError, from torch, if there is no such device; and what `fetch_fashion_mnist` raises.

    >>> train_iter, test_iter = d2l.load_data_fashion_mnist(256)
    >>> X, y = next(iter(test_iter))
    >>> X.shape, y.shape
    (torch.Size([256, 1, 28, 28]), torch.Size([256]))
    """
    positive_int("batch_size", batch_size)
    size = None if resize is None else _height_and_width(resize)
    device = torch.empty(0, device="cpu" if device is None else device).device
    root = fetch_fashion_mnist(root)

    from torchvision.datasets import FashionMNIST  # here, because it takes a second

    def loader(train: bool) -> DataLoader:
        files = FashionMNIST(root, train=train)
        images = _Images(files.data.to(device), files.targets.to(device), size)
        return DataLoader(
            images,
            batch_size,
            shuffle=train,
            num_workers=get_dataloader_workers(),
            collate_fn=_tensors,
            generator=generator if train else None,
        )

    return loader(train=True), loader(train=False)


def _height_and_width(resize: int | tuple[int, int]) -> list[int]:
    sides = list(resize) if isinstance(resize, tuple | list) else [resize, resize]
    if len(sides) != 2:
        raise ValueError(f"resize must be one number of pixels or (height, width), not {resize}")
    return [positive_int("resize", side) for side in sides]


class _Images(Dataset):
    """Images kept as bytes, (n, h, w) uint8, and turned into floats when they are asked for."""

    def __init__(self, images: Tensor, labels: Tensor, size: list[int] | None) -> None:
        self.images, self.labels, self.size = images, labels, size

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        # range counts from the end, and raises IndexError, which a GPU cannot
        return self.__getitems__([range(len(self))[i]])[0]

    def __getitems__(self, indices: list[int]) -> TensorDataset:
        # A minibatch at a time. As a data set of its own it is also a sequence of samples:
        # what a DataLoader over random_split's parts expects.
        batch = torch.tensor(indices, device=self.images.device)
        X = self.images[batch].unsqueeze(1).to(torch.float32)  # (b, 1, 28, 28)
        if self.size is not None:
            # rounded, as the pixels of a resized image file would be
            X = interpolate(X, self.size, mode="bilinear", antialias=True).round_()
        return TensorDataset(X.div_(255), self.labels[batch])


def _tensors(batch: TensorDataset) -> tuple[Tensor, ...]:
    return batch.tensors


def fetch_fashion_mnist(root: str | os.PathLike | None = None) -> Path:
    """Make sure that Fashion-MNIST is on this machine; `sec:fashion-mnist` calls it.

    root: a folder, made if there is none; else the environment variable D2L_DATA names it,
    else it is the user's cache. Files that are missing or damaged in root/FashionMNIST/raw,
    where torchvision looks, come from the first of these that has them: archives (.gz)
    there; files or archives in root itself; Debian's package dataset-fashion-mnist; the
    network. Any number of processes may call it at once: one of them fetches.
    Returns root, for `torchvision.datasets.FashionMNIST(root)`. Raises ConnectionError if no
    mirror has the files; another OSError if root cannot be written, or is not a folder.

    >>> root = d2l.fetch_fashion_mnist()
    >>> (root / "FashionMNIST" / "raw" / "train-labels-idx1-ubyte").exists()
    True
    """
    root = _root(root)
    raw = root / "FashionMNIST" / "raw"
    try:
        if missing_files(root):
            raw.mkdir(parents=True, exist_ok=True)
            with _lock(raw):
                _fetch(root, raw)
    except OSError as error:
        if error.errno is None:  # one of ours, with all that there is to say
            raise
        message = (
            f"{error.strerror}: Fashion-MNIST (55 MB) cannot be kept here. Make room or get "
            "permission to write, or name another folder: root=… or D2L_DATA=…"
        )
        raise OSError(error.errno, message, str(raw)) from error
    return root


def missing_files(root: str | os.PathLike | None = None) -> list[str]:
    """Those of the four files that root/FashionMNIST/raw lacks, or has damaged.

    root: as for `fetch_fashion_mnist`. Returns names; none if the data set is whole.
    """
    raw = _root(root) / "FashionMNIST" / "raw"
    return [name for name in FILES if not _is_whole(raw / name, name)]


def _root(root: str | os.PathLike | None) -> Path:
    if root := root or os.environ.get("D2L_DATA"):
        return Path(root).expanduser()
    return _import_pooch().os_cache("d2l_helpers")


def _import_pooch() -> ModuleType:
    with warnings.catch_warnings():
        # pooch imports tqdm, which in a notebook warns if ipywidgets is not there
        warnings.filterwarnings("ignore", message="IProgress not found")
        import pooch
    return pooch


def _is_whole(path: Path, name: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == FILES[name][1]


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other processes out; the kernel lets them in when this one ends, in whatever way."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _say(f"waiting for another process, which is fetching it ({lock.lock_file} is locked)")
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _fetch(root: Path, raw: Path) -> None:
    """Put what is missing into `raw`."""
    mirrors = list(MIRRORS)
    for name in missing_files(root):  # by now another process may have fetched them
        target = raw / name
        if target.exists():
            _say(f"{target} is damaged and will be replaced")
        _store(target, _copy(root, raw, name) or _download(name, raw, mirrors))


def _copy(root: Path, raw: Path, name: str) -> bytes | None:
    """The file `name` from this machine, if it has it."""
    archive = f"{name}.gz"
    for path in (raw / archive, root / name, root / archive, SYSTEM_COPY / archive):
        try:
            data = _unpacked(path.read_bytes(), name)
        except FileNotFoundError:
            continue
        except (OSError, ValueError) as error:
            _say(f"{path} cannot be used: {error}")
        else:
            _say(f"{name} comes from {path}")
            return data
    return None


def _download(name: str, raw: Path, mirrors: list[str]) -> bytes:
    """The file `name` from the first mirror that has it; those that fail move to the end."""
    failures = []
    for mirror in mirrors.copy():
        url = f"{mirror}{name}.gz"
        _say(f"downloading {url}")
        try:
            return _unpacked(_get(url, FILES[name][0]), name)
        except (OSError, ValueError) as error:
            failures.append(f"  {mirror}: {_reason(error)}")
            mirrors.append(mirrors.pop(mirrors.index(mirror)))
    raise ConnectionError(
        f"{raw} lacks {name} of Fashion-MNIST, and no mirror gave it:\n"
        + "\n".join(failures)
        + "\nAny of these helps:\n"
        "  - let this machine reach one of the mirrors (a proxy: HTTPS_PROXY), and try again\n"
        "  - on Debian and Ubuntu: apt-get install dataset-fashion-mnist\n"
        f"  - put the files, as they are or as .gz, into a folder, and name it with root=… or "
        f"D2L_DATA=…: {', '.join(FILES)}"
    )


def _get(url: str, size: int) -> bytes:
    """What the mirror sends, within the time that a file of `size` bytes may take."""
    from tqdm import tqdm

    download = _import_pooch().HTTPDownloader
    failure: list[BaseException] = []

    def work() -> None:
        try:
            download(progressbar=bar, chunk_size=2**16, timeout=TIMEOUT)(url, body, None)
        except BaseException as error:  # noqa: BLE001  # raised again by the thread that waits
            failure.append(error)

    seconds = PATIENCE + size / SPEED
    # pooch gives up after a silence, but not on a mirror that drips, nor on a slow name server.
    # So it works in a thread, which can be left behind: writing to the closed body ends it.
    bar = tqdm(total=size, unit="B", unit_scale=True, leave=False, delay=1)
    with io.BytesIO() as body, bar:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        thread.join(seconds)
        if thread.is_alive():
            raise TimeoutError(f"too slow, not done after {seconds:.0f} s")
        if failure:
            raise failure[0]
        return body.getvalue()


def _unpacked(data: bytes, name: str) -> bytes:
    """The file `name` from its bytes or an archive; ValueError if they are anything else."""
    size, digest = FILES[name]
    if data.startswith(b"\x1f\x8b"):  # gzip
        try:
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(size + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise ValueError(f"a broken archive ({error})") from None
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError("other bytes than those of Fashion-MNIST")
    return data


def _store(path: Path, data: bytes) -> None:
    """Write under another name first, so that `path` is whole if it is there at all."""
    part = path.with_name(f"{path.name}.part")  # one name, so that a killed try leaves one at most
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _reason(error: BaseException) -> str:
    """The first cause, in a line: requests wraps it several times."""
    while error.__context__ and not (error.__suppress_context__ and not error.__cause__):
        error = error.__cause__ or error.__context__
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _say(message: str) -> None:
    print(f"Fashion-MNIST: {message}", flush=True)
