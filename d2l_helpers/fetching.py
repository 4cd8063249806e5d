"""Where the files of Fashion-MNIST come from: this machine, or else a mirror."""

import contextlib
import gzip
import hashlib
import importlib
import io
import os
import secrets
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import Future, wait
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

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
    "Fashion-MNIST (55 MB) cannot be kept in '{raw}'. Make room or get permission to write, "
    "or name another folder: root=… or D2L_DATA=…"
)
NO_SOURCE = """{raw} lacks {name} of Fashion-MNIST, and nothing else has it:
{failures}
Any of these helps:
  - let this machine reach one of the mirrors (a proxy: HTTPS_PROXY), and try again
  - on Debian and Ubuntu: apt-get install dataset-fashion-mnist
  - put the files, as they are or as .gz, into a folder, and name it with root=… or D2L_DATA=…:
    {files}"""
NO_HOME = (
    "There is no home folder in which Fashion-MNIST could be kept. "
    "Name a folder, by its absolute path: root=… or D2L_DATA=…"
)
RELATIVE = (
    "D2L_DATA is {folder}, which is another folder wherever one works, each with a copy of its "
    "own. Name it by its absolute path: D2L_DATA={absolute}"
)
LOCKED = (
    "{lock} has been locked for {seconds:.0f} s, by a process that should be fetching "
    "Fashion-MNIST. End that process, or name another folder: root=… or D2L_DATA=…"
)
PROCESSED = (
    "'{folder}' holds {files}: torchvision would read these, of which nothing is known, in place "
    "of the verified files in 'raw'. Remove or rename that folder"
)


def fetch_fashion_mnist(root: str | os.PathLike[str] | None = None) -> Path:
    """Make sure that Fashion-MNIST is on this machine; `sec:fashion-mnist` calls it.

    root: a folder, made if there is none; else the environment variable D2L_DATA names it,
    by an absolute path; else it is the user's cache. Files that are missing or damaged in
    root/FashionMNIST/raw, where torchvision looks, come from the first of these that has them:
    archives (.gz) there; files or archives in root itself; Debian's package
    dataset-fashion-mnist; the network. Any number of processes may call it at once: one of
    them fetches.
    Returns root, for `torchvision.datasets.FashionMNIST(root)`. Raises ConnectionError if no
    mirror has the files; ValueError if D2L_DATA is relative; FileExistsError if torchvision
    would read other files in root; another OSError if root cannot be written, is not a folder,
    or stays locked by another process, or if there is no home to keep a cache in.

    >>> root = d2l.fetch_fashion_mnist()
    >>> (root / "FashionMNIST" / "raw" / "train-labels-idx1-ubyte").exists()
    True
    """
    root = _root(root)
    folder, files = root / "FashionMNIST" / "processed", ("training.pt", "test.pt")
    if all((folder / name).is_file() for name in files):
        raise FileExistsError(PROCESSED.format(folder=folder, files=" and ".join(files)))
    read_fashion_mnist(root)
    return root


def read_fashion_mnist(root: str | os.PathLike[str] | None = None) -> dict[str, bytes]:
    """The bytes of the four files, by name: the very bytes whose SHA-256 is right.

    root: as for `fetch_fashion_mnist`, and so is what is fetched and raised; but whatever else
    lies in root does not matter.
    """
    root = _root(root)
    raw = root / "FashionMNIST" / "raw"
    try:
        files = _whole_files(raw)
        if len(files) < len(FILES):
            raw.mkdir(parents=True, exist_ok=True)
            with _lock(raw):
                _fetch_missing(root, raw)
            files = _whole_files(raw)
    except OSError as error:
        if error.errno is None:  # one of ours, with all that there is to say
            raise
        message = f"{error.strerror}: {NO_ROOM.format(raw=raw)}"
        raise OSError(error.errno, message, error.filename) from error
    if len(files) < len(FILES):
        raise OSError(f"Something else writes into '{raw}', where Fashion-MNIST was whole before")
    return files


def missing_files(root: str | os.PathLike[str] | None = None) -> list[str]:
    """Those of the four files that root/FashionMNIST/raw lacks, or has damaged.

    root: as for `fetch_fashion_mnist`. Returns names; none if the data set is whole.
    """
    whole = _whole_files(_root(root) / "FashionMNIST" / "raw")
    return [name for name in FILES if name not in whole]


def _root(root: str | os.PathLike[str] | None) -> Path:
    named = os.environ.get("D2L_DATA")
    try:
        folder = Path(root or named or _pooch().os_cache("d2l_helpers")).expanduser()
    except RuntimeError as error:
        raise FileNotFoundError(NO_HOME) from error
    if named and not root and not folder.is_absolute():
        raise ValueError(RELATIVE.format(folder=folder, absolute=folder.absolute()))
    return folder


def _pooch() -> ModuleType:
    with warnings.catch_warnings():
        # pooch imports tqdm, which in a notebook warns if ipywidgets is not there
        warnings.filterwarnings("ignore", message="IProgress not found")
        return importlib.import_module("pooch")


def _whole_files(raw: Path) -> dict[str, bytes]:
    files = {}
    for name, (size, digest) in FILES.items():
        with contextlib.suppress(OSError):
            data = _read(raw / name, size)
            if _sha256(data) == digest:
                files[name] = data
    return files


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _read(path: Path, limit: int) -> bytes:
    """At most `limit` bytes of a file, and one more; OSError if it is none."""
    if not path.is_file():
        raise OSError("not a file")
    with open(path, "rb", opener=_open_at_once) as file:
        return file.read(limit + 1)


def _open_at_once(path: str, flags: int) -> int:
    # Should it have become a FIFO by now, this does not wait for someone to write into it.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


@contextlib.contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Keep other processes out; the kernel lets them in when this one ends, in whatever way."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / ".lock", mode=0o666)  # whoever may write here may lock it
    try:
        lock.acquire(timeout=0)
    except Timeout:
        _say(f"waiting for another process, which is fetching it ({lock.lock_file} is locked)")
        seconds = sum(_patience(size) for size, _ in FILES.values())
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            message = LOCKED.format(lock=lock.lock_file, seconds=seconds)
            raise TimeoutError(message) from None
    try:
        yield
    finally:
        lock.release()


def _patience(size: int) -> float:
    """How many seconds a file of `size` bytes may take."""
    return PATIENCE + size / SPEED


def _fetch_missing(root: Path, raw: Path) -> None:
    for part in raw.glob("tmp????????"):  # what was being written when its process was killed
        with contextlib.suppress(OSError):
            part.unlink()
    mirrors = list(MIRRORS)
    for name in missing_files(root):  # by now another process may have fetched them
        if (raw / name).exists():
            _say(f"{raw / name} is damaged and will be replaced")
        archive = f"{name}.gz"
        here = (raw / archive, root / name, root / archive, SYSTEM_COPY / archive)
        places = [str(path) for path in here if os.path.exists(path)]  # noqa: PTH110  # may be closed to us
        place = _fetch(name, raw, [*places, *(mirror + archive for mirror in mirrors)])
        mirrors.sort(key=lambda mirror: place != mirror + archive)  # a good one is asked first


def _fetch(name: str, raw: Path, places: list[str]) -> str:
    """Put the file `name` into `raw`; return the first of the places that has it."""
    failures = []
    for place in places:
        _say(f"fetching {place}")
        try:
            data = _verified(place, name)
        except Exception as error:  # noqa: BLE001  # whatever a mirror does, the next is asked
            reason = _reason(error)
            _say(f"{place} cannot be used: {reason}")
            failures.append(f"  {place}: {reason}")
        else:
            _write(raw / name, data)
            return place
    listed = {"failures": "\n".join(failures), "files": ", ".join(FILES)}
    raise ConnectionError(NO_SOURCE.format(raw=raw, name=name, **listed))


def _verified(place: str, name: str) -> bytes:
    """The file `name`, unpacked, from a path or a URL; some exception if that has anything else."""
    size, digest = FILES[name]
    data = _download(place, size) if "://" in place else _read(Path(place), _packed(size))
    if data.startswith(b"\x1f\x8b"):  # gzip; a mirror may unpack what it sends
        data = gzip.GzipFile(fileobj=io.BytesIO(data)).read(size + 1)
    if _sha256(data) != digest:
        raise ValueError("its SHA-256 does not match")
    return data


def _packed(size: int) -> int:
    """The most bytes that an archive of `size` bytes has: gzip adds little to what it can't pack."""
    return size + 2**16


def _write(path: Path, data: bytes) -> None:
    """Write a file under another name, and rename it when it is whole."""
    part = path.with_name(f"tmp{secrets.token_hex(4)}")
    file = part.open("xb")  # x: what lies there, a link for instance, is not touched
    try:
        with file:
            file.write(data)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class _Body(io.BytesIO):
    """What a mirror sends, which cannot be more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit = limit

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.limit:
            raise ValueError(f"sends more than {self.limit} bytes")
        return super().write(data)


def _download(url: str, size: int) -> bytes:
    """What the mirror sends, within the time and the bytes that a file of `size` bytes may take."""
    get = _pooch().HTTPDownloader(
        progressbar=True,
        chunk_size=2**16,
        timeout=TIMEOUT,
        headers={"Accept-Encoding": "identity"},
        hooks={"response": partial(_as_it_is, _packed(size))},
    )
    done: Future[None] = Future()

    def work() -> None:
        try:
            done.set_result(get(url, body, None))
        except BaseException as error:  # noqa: BLE001  # raised again by the thread that waits
            done.set_exception(error)

    # pooch gives up after a silence, but not on a mirror that drips, nor on a slow name server.
    # So it works in a thread, which can be left behind: writing to the closed body ends it.
    with _Body(_packed(size)) as body:
        threading.Thread(target=work, daemon=True).start()
        seconds = _patience(size)
        if not wait([done], seconds).done:
            raise TimeoutError(f"too slow, not done after {seconds:.0f} s")
        done.result()
        return body.getvalue()


def _as_it_is(limit: int, response: Any, **_: object) -> None:
    """Have requests unpack nothing, nor read what comes with a redirect: both may be endless."""
    if int(response.headers.get("Content-Length", 0)) > limit:
        raise ValueError(f"sends more than {limit} bytes")
    response.raw.headers.pop("Content-Encoding", None)
    if response.is_redirect:
        response.close()


def _reason(error: BaseException) -> str:
    """The first cause, in a line: requests wraps it several times. A mirror may have worded it."""
    while error.__context__ and not (error.__suppress_context__ and not error.__cause__):
        error = error.__cause__ or error.__context__
    name = "" if type(error) is ValueError else f"{type(error).__name__}: "
    line = f"{name}{error} ".splitlines()[0].strip()[:200]
    return "".join(c if c.isprintable() else "?" for c in line)


def _say(message: str) -> None:
    print(f"Fashion-MNIST: {message}", flush=True)
