"""Where the files of Fashion-MNIST come from: this machine, or else a mirror."""

import gzip
import importlib
import io
import os
import threading
import warnings
import zlib
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

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

NO_ROOM = (
    "Fashion-MNIST (55 MB) cannot be kept here. Make room or get permission to write, "
    "or name another folder: root=… or D2L_DATA=…"
)
NO_SOURCE = """{raw} lacks {name} of Fashion-MNIST, and nothing else has it:
{failures}
Any of these helps:
  - let this machine reach one of the mirrors (a proxy: HTTPS_PROXY), and try again
  - on Debian and Ubuntu: apt-get install dataset-fashion-mnist
  - put the files, as they are or as .gz, into a folder, and name it with root=… or D2L_DATA=…:
    {files}"""


def fetch_fashion_mnist(root: str | os.PathLike[str] | None = None) -> Path:
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
                _fetch_missing(root, raw)
    except OSError as error:
        if error.errno is None:  # one of ours, with all that there is to say
            raise
        raise OSError(error.errno, f"{error.strerror}: {NO_ROOM}", str(raw)) from error
    return root


def missing_files(root: str | os.PathLike[str] | None = None) -> list[str]:
    """Those of the four files that root/FashionMNIST/raw lacks, or has damaged.

    root: as for `fetch_fashion_mnist`. Returns names; none if the data set is whole.
    """
    raw, file_hash = _root(root) / "FashionMNIST" / "raw", _pooch().file_hash
    return [
        name
        for name, (_, digest) in FILES.items()
        if not (raw / name).is_file() or file_hash(raw / name) != digest
    ]


def _root(root: str | os.PathLike[str] | None) -> Path:
    return Path(root or os.environ.get("D2L_DATA") or _pooch().os_cache("d2l_helpers")).expanduser()


def _pooch() -> ModuleType:
    with warnings.catch_warnings():
        # pooch imports tqdm, which in a notebook warns if ipywidgets is not there
        warnings.filterwarnings("ignore", message="IProgress not found")
        return importlib.import_module("pooch")


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


def _fetch_missing(root: Path, raw: Path) -> None:
    for part in raw.glob("tmp????????"):  # what pooch was writing when its process was killed
        part.unlink()
    mirrors = list(MIRRORS)
    for name in missing_files(root):  # by now another process may have fetched them
        if (raw / name).exists():
            _say(f"{raw / name} is damaged and will be replaced")
        archive = f"{name}.gz"
        here = (raw / archive, root / name, root / archive, SYSTEM_COPY / archive)
        places = [str(path) for path in here if path.exists()]
        place = _fetch(name, raw, [*places, *(mirror + archive for mirror in mirrors)])
        mirrors.sort(key=lambda mirror: place != mirror + archive)  # a good one is asked first


def _fetch(name: str, raw: Path, places: list[str]) -> str:
    """Put the file `name` into `raw`; return the first of the places that has it."""
    failures = []
    for place in places:
        try:
            _say(f"fetching {place}")
            _retrieve(place, name, raw)
            return place
        except ValueError as error:
            reason = str(error).partition(": expected")[0]  # without the hashes that pooch adds
            _say(f"{place} cannot be used: {reason}")
            failures.append(f"  {place}: {reason}")
    listed = {"failures": "\n".join(failures), "files": ", ".join(FILES)}
    raise ConnectionError(NO_SOURCE.format(raw=raw, name=name, **listed))


def _retrieve(place: str, name: str, raw: Path) -> None:
    """Make the file `name` in `raw` of a path or a URL; ValueError if that has anything else."""
    size, digest = FILES[name]

    def write(place: str, part: str, _: object) -> None:
        data = _unpacked(place, size)
        Path(part).unlink()  # made by pooch for its owner only, and others may read ours
        Path(part).write_bytes(data)

    _pooch().get_logger().setLevel("WARNING")  # the rest has been said
    _pooch().retrieve(place, digest, name, raw, downloader=write)


def _unpacked(place: str, size: int) -> bytes:
    """What a path or a URL has, `size` bytes when unpacked; ValueError if it cannot be read."""
    try:
        data = _download(place, size) if "://" in place else Path(place).read_bytes()
        if data.startswith(b"\x1f\x8b"):  # gzip; a mirror may unpack what it sends
            data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(size + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(_reason(error)) from error
    return data


def _download(url: str, size: int) -> bytes:
    """What the mirror sends, within the time that a file of `size` bytes may take."""
    get = _pooch().HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUT)
    done: Future[None] = Future()

    def work() -> None:
        try:
            done.set_result(get(url, body, None))
        except BaseException as error:  # noqa: BLE001  # raised again by the thread that waits
            done.set_exception(error)

    # pooch gives up after a silence, but not on a mirror that drips, nor on a slow name server.
    # So it works in a thread, which can be left behind: writing to the closed body ends it.
    with io.BytesIO() as body:
        threading.Thread(target=work, daemon=True).start()
        seconds = PATIENCE + size / SPEED
        if not wait([done], seconds).done:
            raise TimeoutError(f"too slow, not done after {seconds:.0f} s")
        done.result()
        return body.getvalue()


def _reason(error: BaseException) -> str:
    """The first cause, in a line: requests wraps it several times."""
    while error.__context__ and not (error.__suppress_context__ and not error.__cause__):
        error = error.__cause__ or error.__context__
    return f"{type(error).__name__}: {error}".splitlines()[0][:200]


def _say(message: str) -> None:
    print(f"Fashion-MNIST: {message}", flush=True)
