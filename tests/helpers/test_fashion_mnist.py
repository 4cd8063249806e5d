"""Fashion-MNIST: the loaders, and fetching the files from good and bad places.

Nothing here asks the network: mirrors are servers on 127.0.0.1, one for each way to fail.
"""

import contextlib
import gzip
import io
import multiprocessing
import os
import pickle
import resource
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest
import torch
from filelock import FileLock
from torch.utils.data import DataLoader, random_split

from d2l_helpers import fashion_mnist
from d2l_helpers.fashion_mnist import (
    FILES,
    fetch_fashion_mnist,
    get_dataloader_workers,
    get_fashion_mnist_labels,
    load_data_fashion_mnist,
    missing_files,
)

MIRRORS, SYSTEM_COPY = fashion_mnist.MIRRORS, fashion_mnist.SYSTEM_COPY
ONE = "t10k-images-idx3-ubyte"
GUARD = 600  # seconds: what hangs is given up; what is only slow is not
BRIEF = 0.2  # seconds: how long mirrors that never answer are listened to


@pytest.fixture(scope="module")
def archives() -> dict[str, bytes]:
    if all((SYSTEM_COPY / f"{name}.gz").exists() for name in FILES):
        return {name: (SYSTEM_COPY / f"{name}.gz").read_bytes() for name in FILES}
    raw = fetch_fashion_mnist() / "FashionMNIST" / "raw"
    return {name: gzip.compress((raw / name).read_bytes(), 1) for name in FILES}


@pytest.fixture(scope="module")
def whole(archives, tmp_path_factory) -> Path:
    """A root that holds the data set."""
    root = tmp_path_factory.mktemp("whole")
    raw_of(root).mkdir(parents=True)
    for name, archive in archives.items():
        (raw_of(root) / name).write_bytes(gzip.decompress(archive))
    return root


@pytest.fixture(scope="module")
def loaders(whole) -> tuple[DataLoader, DataLoader]:
    return load_data_fashion_mnist(256, root=whole)


def torchvisions(root: Path, train: bool = True, size: list[int] | None = None):
    """torchvision's own data set, whose images are tensors (and resized)."""
    # imported here, because it takes a second in each process that imports this module
    from torchvision import datasets, transforms

    steps = [transforms.Resize(size)] if size else []
    transform = transforms.Compose([*steps, transforms.ToTensor()])
    return datasets.FashionMNIST(root, train=train, transform=transform)


@pytest.fixture(scope="module")
def theirs(whole):
    return torchvisions(whole, train=True), torchvisions(whole, train=False)


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A folder to be made, on a machine that has the data nowhere and reaches no mirror."""
    monkeypatch.setattr(fashion_mnist, "SYSTEM_COPY", tmp_path / "no-system-copy")
    monkeypatch.setattr(fashion_mnist, "MIRRORS", ())
    monkeypatch.setattr(fashion_mnist, "TIMEOUT", (GUARD, GUARD))
    monkeypatch.setattr(fashion_mnist, "PATIENCE", GUARD)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("D2L_DATA", raising=False)
    return tmp_path / "new" / "root"


@pytest.fixture
def one_file(monkeypatch) -> None:
    """A data set of one file, for what does not depend on how many there are."""
    monkeypatch.setattr(fashion_mnist, "FILES", {ONE: FILES[ONE]})


@pytest.fixture
def small_files(monkeypatch) -> list[str]:
    """The three smaller files."""
    *small, _ = FILES
    monkeypatch.setattr(fashion_mnist, "FILES", {name: FILES[name] for name in small})
    return small


def fetch_whole(root: Path) -> None:
    assert fetch_fashion_mnist(root) == root
    assert missing_files(root) == []


def raw_of(root: Path) -> Path:
    return root / "FashionMNIST" / "raw"


def names_in(root: Path) -> list[str]:
    return sorted(path.name for path in raw_of(root).iterdir() if path.name != ".lock")


# Mirrors. Those in BAD have what is said of them, and the limits under which they are asked.

SILENCE, WAIT = {"TIMEOUT": (GUARD, BRIEF)}, {"PATIENCE": BRIEF, "SPEED": 10**9}
BAD = {
    "not_found": ("404", {}),
    "html": ("other bytes", {}),
    "other_bytes": ("other bytes", {}),
    "cuts_off": ("IncompleteRead", {}),
    "cuts_off_unsaid": ("broken archive", {}),
    "stalls": ("timed out", SILENCE),
    "silent": ("timed out", SILENCE),
    "drips": ("too slow", WAIT),
    "drips_headers": ("too slow", WAIT),
}


class Handler(BaseHTTPRequestHandler):
    """Each way to answer is a method."""

    def do_GET(self):
        name = self.path.removeprefix("/").removesuffix(".gz")
        self.server.asked.append(name)
        with contextlib.suppress(ConnectionError):
            getattr(self, self.server.answer)(self.server.archives[name])

    def send(self, body, headers=None):
        self.send_response(200)
        for key, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            if value is not None:
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args):
        pass

    def good(self, archive):
        self.send(archive)

    def unpacking(self, archive):
        self.send(archive, {"Content-Encoding": "gzip"})

    def not_found(self, archive):
        self.send_error(404)

    def breaks_down(self, archive):
        (self.not_found if len(self.server.asked) > 2 else self.good)(archive)

    def html(self, archive):
        self.send(b"<html>Please log in to this network.</html>")

    def other_bytes(self, archive):
        self.send(gzip.compress(bytes(FILES[ONE][0]), 1))

    def cuts_off(self, archive):
        self.send(archive[: len(archive) // 2], {"Content-Length": str(len(archive))})

    def cuts_off_unsaid(self, archive):
        self.send(archive[: len(archive) // 2], {"Content-Length": None})

    def stalls(self, archive):
        self.cuts_off(archive)
        self.server.stop.wait(GUARD)

    def silent(self, archive):
        self.server.stop.wait(GUARD)

    def drips(self, archive):
        self.send(b"", {"Content-Length": str(len(archive))})
        self.drip()

    def drips_headers(self, archive):
        self.wfile.write(b"HTTP/1.0 200 OK\r\nX-Drip: ")
        self.drip()

    def drip(self):
        for _ in range(20 * GUARD):
            self.wfile.write(b".")
            if self.server.stop.wait(0.05):
                break


class Mirror(ThreadingHTTPServer):
    def __init__(self, answer, archives):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.archives = answer, archives
        self.asked, self.stop = [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()


@pytest.fixture
def serve(archives, monkeypatch):
    """serve("good", …) starts mirrors and makes them the only ones; it returns them.

    Those that will never be done are given up at once. A good one may be as late as it likes.
    """
    mirrors, get = [], fashion_mnist._get

    def start(*answers):
        new = [Mirror(answer, archives) for answer in answers]
        mirrors.extend(new)
        monkeypatch.setattr(fashion_mnist, "MIRRORS", tuple(mirror.url for mirror in new))
        return new

    def limited_get(url, size):
        answer = next((mirror.answer for mirror in mirrors if url.startswith(mirror.url)), None)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in BAD.get(answer, ("", {}))[1].items():
                patch.setattr(fashion_mnist, name, value)
            return get(url, size)

    monkeypatch.setattr(fashion_mnist, "_get", limited_get)
    yield start
    for mirror in mirrors:
        mirror.stop.set()
        mirror.shutdown()
        mirror.server_close()


# Other processes. The fork server imports what is slow to import once, for all of them.


@pytest.fixture(scope="module")
def processes():
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["d2l_helpers", "pytest", "pooch", "filelock", "requests"])
    return context


@pytest.fixture
def start(processes, tmp_path):
    """start(function, *args) runs it in a process, under this one's constants."""
    started = []

    def start(function, *args):
        names = ("MIRRORS", "SYSTEM_COPY", "TIMEOUT", "PATIENCE", "FILES")
        constants = {name: getattr(fashion_mnist, name) for name in names}
        process = processes.Process(target=in_process, args=(constants, function, *args))
        process.start()
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.join()


def in_process(constants, function, *args):
    os.environ["no_proxy"] = "*"
    for name, value in constants.items():
        setattr(fashion_mnist, name, value)
    function(*args)


def fetch_and_report(root, queue, barrier=None):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            if barrier:
                barrier.wait(GUARD)
            fetch_fashion_mnist(root)
            result = "whole" if not missing_files(root) else "not whole"
        except Exception as error:  # noqa: BLE001  # whatever it is, the test is told
            result = f"{type(error).__name__}: {error}"
    queue.put((result, out.getvalue()))


def fetch_as_nobody(root, queue):
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    fetch_and_report(root, queue)


def fetch_and_hang_before_the_last_step(root, writing):
    def fsync(_):
        writing.set()
        time.sleep(GUARD)

    os.fsync = fsync
    fetch_fashion_mnist(root)


def wait_until(condition) -> None:
    for _ in range(100 * GUARD):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited for {GUARD} seconds")


# Labels


def test_labels_have_names(theirs):
    official = [name.lower() for name in theirs[0].classes]
    assert get_fashion_mnist_labels(range(10)) == ["t-shirt", *official[1:]]
    assert get_fashion_mnist_labels([]) == []


PAIR = torch.tensor([9, 0])


@pytest.mark.parametrize(
    "labels", [[9, 0], (9, 0), iter([9, 0]), [*PAIR], PAIR, PAIR.to(torch.uint8), PAIR.numpy()]
)
def test_labels_may_be_any_integers(labels):
    assert get_fashion_mnist_labels(labels) == ["ankle boot", "t-shirt"]


@pytest.mark.parametrize("label", [10, -1])
@pytest.mark.parametrize("kind", [list, torch.tensor])
def test_label_out_of_range(label, kind):
    with pytest.raises(ValueError, match=f"{label} is not"):
        get_fashion_mnist_labels(kind([0, label]))


@pytest.mark.parametrize(
    "labels", [[1.0], torch.tensor([1.0]), ["1"], "1", [True], torch.tensor([True]), [None], [[1]]]
)
def test_label_of_wrong_type(labels):
    with pytest.raises(TypeError, match="must be integers"):
        get_fashion_mnist_labels(labels)


# Loaders


def test_minibatches(loaders, monkeypatch):
    monkeypatch.delattr(type(loaders[0].dataset), "__getitem__")  # each is made at once
    assert get_dataloader_workers() == loaders[0].num_workers == 0
    assert [len(loader) for loader in loaders] == [235, 40]
    for loader, num_samples in zip(loaders, (60_000, 10_000), strict=True):
        assert (type(loader), loader.batch_size) == (DataLoader, 256)
        assert len(loader.dataset) == num_samples
        counts = torch.zeros(10, dtype=torch.int64)
        for X, y in loader:
            assert X.shape[1:] == (1, 28, 28)
            assert y.shape == X.shape[:1]
            assert (X.dtype, y.dtype) == (torch.float32, torch.int64)
            assert (X.min(), X.max()) == (0, 1)
            counts += y.bincount(minlength=10)
        assert len(X) == num_samples % 256  # the short last one
        assert counts.tolist() == [num_samples // 10] * 10


@pytest.mark.parametrize(("batch_size", "b"), [(1, 1), (20_000, 10_000)])
def test_a_batch_of_one_and_one_of_all(whole, batch_size, b):
    X, y = next(iter(load_data_fashion_mnist(batch_size, root=whole)[1]))
    assert (X.shape, y.shape) == ((b, 1, 28, 28), (b,))


@pytest.mark.parametrize("test", [0, 1])
def test_samples_equal_torchvisions(loaders, theirs, test):
    loader, samples = loaders[test], theirs[test]
    indices = [0, 5, 9_999, -1]
    images, labels = zip(*(samples[i % len(samples)] for i in indices), strict=True)
    expected = torch.stack(images), torch.tensor(labels)
    minibatch = loader.collate_fn(loader.dataset.__getitems__(indices))
    torch.testing.assert_close(minibatch, expected, rtol=0, atol=0)
    for i, *sample in zip(indices, *expected, strict=True):
        torch.testing.assert_close(loader.dataset[i], tuple(sample), rtol=0, atol=0)
    with pytest.raises(IndexError):
        loader.dataset[len(samples)]


def test_the_test_images_keep_their_order(loaders, theirs):
    for _ in range(2):
        assert torch.equal(torch.cat([y for _, y in loaders[1]]), theirs[1].targets)
    X, _ = next(iter(loaders[1]))
    assert torch.equal(X, theirs[1].data[:256, None] / 255)


def test_images_and_labels_stay_together_when_shuffled(loaders, theirs):
    # sums of pixels tell the images apart well enough
    ours = [(X.sum((1, 2, 3)).mul(255).round().long(), y) for X, y in loaders[0]]
    pixels, labels = (torch.cat(parts) for parts in zip(*ours, strict=True))
    assert not torch.equal(labels, theirs[0].targets)
    expected = theirs[0].data.sum((1, 2)) * 10 + theirs[0].targets
    assert torch.equal((pixels * 10 + labels).sort().values, expected.sort().values)


def two_epochs(root, generator=None):
    """The labels of the first minibatches."""
    train_iter, _ = load_data_fashion_mnist(256, root=root, generator=generator)
    return torch.stack([next(iter(train_iter))[1] for _ in range(2)])


def test_a_generator_fixes_the_order(whole):
    state = torch.get_rng_state()
    first, again, other = (
        two_epochs(whole, torch.Generator().manual_seed(seed)) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(*first)
    assert not torch.equal(first[0], other[0])
    assert torch.equal(state, torch.get_rng_state())


def test_without_a_generator_torchs_own_fixes_it(whole):
    epochs = []
    for _ in range(2):
        torch.manual_seed(1)
        epochs.append(two_epochs(whole))
    assert torch.equal(*epochs)


@pytest.mark.parametrize("resize", [64, 20, (40, 33), [14, 96], 1, 28, 224])
def test_resize_agrees_with_torchvision(whole, resize):
    train_iter, test_iter = load_data_fashion_mnist(128, resize=resize, root=whole)
    size = [resize, resize] if isinstance(resize, int) else list(resize)
    samples = torchvisions(whole, train=False, size=size)
    X, _ = next(iter(test_iter))
    expected = torch.stack([samples[i][0] for i in range(128)])
    assert X.shape == (128, 1, *size)
    assert X.dtype == torch.float32
    torch.testing.assert_close(X, expected, rtol=0, atol=1 / 255 + 1e-6)
    assert (X - expected).abs().mean() < 0.2 / 255
    assert 0 <= X.min() <= X.max() <= 1
    assert next(iter(train_iter))[0].shape == (128, 1, *size)
    assert train_iter.dataset.images.shape == (60_000, 28, 28)  # resized a minibatch at a time


def test_images_live_on_the_device(whole, loaders):
    for loader in load_data_fashion_mnist(8, root=whole, device="meta"):
        X, y = next(iter(loader))
        assert X.device.type == y.device.type == loader.dataset.images.device.type == "meta"
    X, y = next(iter(loaders[0]))
    assert X.device.type == y.device.type == "cpu"


def test_a_part_of_the_data_works_in_a_stock_loader(loaders):
    data = loaders[1].dataset
    part, _ = random_split(data, [100, 9_900], torch.Generator().manual_seed(0))
    batches = list(DataLoader(part, batch_size=64))
    assert [(len(X), len(y)) for X, y in batches] == [(64, 64), (36, 36)]
    for i, *sample in zip(part.indices[:64], *batches[0], strict=True):
        torch.testing.assert_close(data[i], tuple(sample), rtol=0, atol=0)


def test_workers_can_take_the_data(loaders):
    data = loaders[1].dataset
    X, _ = loaders[1].collate_fn(pickle.loads(pickle.dumps(data)).__getitems__([3]))
    assert torch.equal(X[0], data[3][0])


@pytest.mark.parametrize(
    ("error", "name", "values"),
    [
        (ValueError, "batch_size", [0]),
        (ValueError, "resize", [0, (64,), (64, 0), (1, 64, 64)]),
        (TypeError, "resize", ["64"]),
        (RuntimeError, "device", ["gpu"]),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_read(root, error, name, values):
    for value in values:
        with pytest.raises(error, match=name):
            load_data_fashion_mnist(**{"batch_size": 8, "root": root, name: value})
    assert not root.exists()


# Where the files come from


def test_whole_data_are_left_alone(root, whole, capsys):
    before = {path: path.stat().st_mtime_ns for path in raw_of(whole).iterdir()}
    fetch_whole(whole)
    assert {path: path.stat().st_mtime_ns for path in raw_of(whole).iterdir()} == before
    assert capsys.readouterr() == ("", "")


def put(archives, folder: Path, suffix: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, archive in archives.items():
        data = archive if suffix == ".gz" else gzip.decompress(archive)
        (folder / f"{name}{suffix}").write_bytes(data)


def test_the_system_copy_is_used(root, archives, monkeypatch, capsys):
    monkeypatch.setattr(fashion_mnist, "SYSTEM_COPY", root.parent / "system")
    put(archives, root.parent / "system", ".gz")
    fetch_whole(root)
    assert names_in(root) == sorted(FILES)
    out, err = capsys.readouterr()
    assert out.count("\n") == out.count(str(root.parent / "system")) == 4
    assert err == ""
    assert [len(torchvisions(root, train)) for train in (True, False)] == [60_000, 10_000]


@pytest.mark.parametrize(
    ("where", "suffix"), [("FashionMNIST/raw", ".gz"), (".", ".gz"), (".", "")]
)
def test_what_is_supplied_by_hand_is_used(root, archives, one_file, where, suffix):
    put({ONE: archives[ONE]}, root / where, suffix)
    fetch_whole(root)


def test_a_damaged_archive_is_passed_over(root, archives, serve, monkeypatch, capsys, one_file):
    system = root.parent / "system"
    monkeypatch.setattr(fashion_mnist, "SYSTEM_COPY", system)
    damaged = bytearray(archives[ONE])
    damaged[len(damaged) // 2] ^= 1
    put({ONE: bytes(damaged)}, system, ".gz")
    put({ONE: archives[ONE][:1000]}, raw_of(root), ".gz")
    (mirror,) = serve("good")
    fetch_whole(root)
    assert mirror.asked == [ONE]
    out = capsys.readouterr().out
    assert f"{system / ONE}.gz cannot be used" in out
    assert f"{raw_of(root) / ONE}.gz cannot be used" in out
    assert f"downloading {mirror.url}{ONE}.gz" in out


@pytest.mark.parametrize(
    "damage",
    [lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b[:1000], lambda b: b"", lambda b: b + b"0"],
    ids=["a bit", "cut", "empty", "longer"],
)
def test_a_damaged_file_is_replaced(root, whole, serve, capsys, one_file, damage):
    raw_of(root).mkdir(parents=True)
    (raw_of(root) / ONE).write_bytes(damage((raw_of(whole) / ONE).read_bytes()))
    assert missing_files(root) == [ONE]
    serve("good")
    fetch_whole(root)
    assert f"{raw_of(root) / ONE} is damaged" in capsys.readouterr().out


def test_which_root(root, serve, monkeypatch, tmp_path, one_file):
    serve("good")
    cache = pooch.os_cache("d2l_helpers")
    assert cache.is_relative_to(tmp_path)
    for named, argument, folder in (
        (None, None, cache),
        ("", None, cache),
        (tmp_path / "named", None, tmp_path / "named"),
        (tmp_path / "named", str(tmp_path / "argument"), tmp_path / "argument"),
        ("~/at home", None, tmp_path / "at home"),
    ):
        if named is not None:
            monkeypatch.setenv("D2L_DATA", str(named))
        assert fetch_fashion_mnist(argument) == folder
        assert names_in(folder) == [ONE]


# Mirrors


def test_the_loaders_download_all_four_files(root, serve, capsys):
    (mirror,) = serve("good")
    _, test_iter = load_data_fashion_mnist(10_000, root=root)
    assert next(iter(test_iter))[1].bincount().tolist() == [1000] * 10
    assert missing_files(root) == []
    assert names_in(root) == sorted(FILES)
    assert mirror.asked == list(FILES)
    out = capsys.readouterr().out
    assert out.count("\n") == out.count("downloading") == 4
    umask = os.umask(0)
    os.umask(umask)
    assert {path.stat().st_mode & 0o777 for path in raw_of(root).glob("*ubyte")} == {0o666 & ~umask}


def test_there_are_several_mirrors():
    assert len({mirror.split("/")[2] for mirror in MIRRORS if mirror.endswith("/")}) > 1


def test_a_mirror_may_unpack(root, serve, one_file):
    serve("unpacking")
    fetch_whole(root)


@pytest.mark.parametrize("answer", BAD)
def test_a_bad_mirror_changes_nothing_and_the_next_is_asked(root, serve, one_file, answer):
    first, second = serve(answer, "not_found")
    raw_of(root).mkdir(parents=True)
    (raw_of(root) / ONE).write_bytes(b"damaged")
    with pytest.raises(ConnectionError) as caught:
        fetch_fashion_mnist(root)
    assert names_in(root) == [ONE]
    assert (raw_of(root) / ONE).read_bytes() == b"damaged"
    message = str(caught.value)
    for part in (ONE, first.url, BAD[answer][0], second.url, str(raw_of(root))):
        assert part in message
    for way_out in ("HTTPS_PROXY", "apt-get install dataset-fashion-mnist", "root=", "D2L_DATA="):
        assert way_out in message
    assert max(map(len, message.splitlines())) < 300
    bad, other = serve(answer, "good")
    fetch_whole(root)
    wait_until(lambda: bad.asked)
    assert bad.asked == other.asked == names_in(root) == [ONE]


def test_mirrors_that_are_down(root, serve, monkeypatch, one_file):
    def look_up(host, *args, look_up=socket.getaddrinfo, **kwargs):
        if host == "unknown":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with socket.socket() as deaf:  # it has an address, but does not listen
        deaf.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        monkeypatch.setattr(fashion_mnist, "MIRRORS", (down, "http://unknown/"))
        with pytest.raises(ConnectionError, match=r"refused(.|\n)*http://unknown/.*not known"):
            fetch_fashion_mnist(root)
        assert names_in(root) == []
        (mirror,) = serve("good")
        monkeypatch.setattr(fashion_mnist, "MIRRORS", (down, mirror.url))
        fetch_whole(root)


def test_a_bad_mirror_is_asked_once(root, serve, small_files):
    bad, other = serve("stalls", "good")
    fetch_whole(root)
    wait_until(lambda: bad.asked)
    assert bad.asked == small_files[:1]
    assert other.asked == small_files


def test_what_is_whole_is_not_downloaded_again(root, serve, small_files):
    serve("breaks_down")
    with pytest.raises(ConnectionError):
        fetch_fashion_mnist(root)
    *first, last = small_files
    assert names_in(root) == sorted(first)
    (mirror,) = serve("good")
    fetch_whole(root)
    assert mirror.asked == [last]


# Other processes


def test_a_process_killed_while_it_downloads(root, serve, start, one_file):
    (mirror,) = serve("stalls")
    process = start(fetch_fashion_mnist, root)
    wait_until(lambda: mirror.asked)
    process.kill()
    process.join()
    assert names_in(root) == []
    serve("good")
    fetch_whole(root)


def test_a_process_killed_while_it_writes(root, serve, start, processes, one_file):
    serve("good")
    writing = processes.Event()
    process = start(fetch_and_hang_before_the_last_step, root, writing)
    wait_until(lambda: writing.is_set() or not process.is_alive())
    process.kill()
    process.join()
    assert names_in(root) == [f"{ONE}.part"]  # under a name that nobody reads
    fetch_whole(root)
    assert names_in(root) == [ONE]


def test_of_eight_processes_one_fetches(root, serve, start, processes, small_files):
    (mirror,) = serve("good")
    queue, barrier = processes.Queue(), processes.Barrier(8)
    for _ in range(8):
        start(fetch_and_report, root, queue, barrier)
    reports = [queue.get(timeout=GUARD) for _ in range(8)]
    assert [result for result, _ in reports] == ["whole"] * 8
    assert mirror.asked == small_files
    assert names_in(root) == sorted(small_files)
    assert sum("downloading" in out for _, out in reports) == 1


def test_who_has_to_wait_is_told(root, serve, one_file, capsys):
    (mirror,) = serve("good")
    raw_of(root).mkdir(parents=True)
    waiter = threading.Thread(target=fetch_fashion_mnist, args=[root])
    with FileLock(raw_of(root) / ".lock"):  # as another process would hold it
        waiter.start()
        wait_until(lambda: "waiting for another process" in capsys.readouterr().out)
        assert mirror.asked == names_in(root) == []
    waiter.join()
    assert mirror.asked == names_in(root) == [ONE]


# Folders that cannot be used


def test_read_only_folders(root, whole, start, processes):
    # Permissions do not bind root: it becomes nobody. pytest's own folders are closed to that one.
    queue = processes.Queue()
    with tempfile.TemporaryDirectory() as open_to_all:
        full, empty = Path(open_to_all, "full"), Path(open_to_all, "empty")
        shutil.copytree(whole, full)
        empty.mkdir()
        folders = (Path(open_to_all), full, full / "FashionMNIST", raw_of(full), empty)
        reports = []
        for folder in folders:
            folder.chmod(0o555)
        for folder in (full, empty):
            start(fetch_as_nobody, folder, queue)
            reports.append(queue.get(timeout=GUARD))
        for folder in folders:
            folder.chmod(0o755)
    assert reports[0] == ("whole", "")
    result, out = reports[1]
    assert result.startswith("PermissionError: ")
    assert f"'{raw_of(empty)}'" in result
    assert "get permission to write, or name another folder: root=" in result
    assert out == ""


@pytest.mark.parametrize("in_the_way", [".", "FashionMNIST", "FashionMNIST/raw"])
def test_a_file_in_place_of_a_folder(root, serve, in_the_way):
    (mirror,) = serve("good")
    (root / in_the_way).parent.mkdir(parents=True)
    (root / in_the_way).write_text("a file")
    with pytest.raises((NotADirectoryError, FileExistsError), match="name another folder"):
        fetch_fashion_mnist(root)
    assert (root / in_the_way).read_text() == "a file"
    assert mirror.asked == []


def test_a_full_disk(root, serve, small_files):
    root.mkdir(parents=True)
    mount = shutil.which("mount")
    tmpfs = [mount, "-t", "tmpfs", "-o", "size=4m", "tmpfs", root]
    if not mount or subprocess.run(tmpfs, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small file system")
    try:
        serve("good")
        with pytest.raises(OSError, match=r"No space left on device.*Make room"):
            fetch_fashion_mnist(root)
        *labels, images = small_files
        assert names_in(root) == sorted(labels)
        subprocess.run([mount, "-o", "remount,size=20m", root], check=True)
        (mirror,) = serve("good")
        fetch_whole(root)
        assert mirror.asked == [images]
    finally:
        subprocess.run(["umount", root], check=True)


def test_a_limit_on_the_size_of_files(root, serve, one_file):
    serve("good")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(OSError, match=r"File too large.*name another folder"):
            fetch_fashion_mnist(root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names_in(root) == []
    fetch_whole(root)
