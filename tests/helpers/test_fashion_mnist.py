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
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest
import torch
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

SYSTEM_COPY = fashion_mnist.SYSTEM_COPY
ONE = "t10k-images-idx3-ubyte"


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """More than one would wait for the other workers of pytest-xdist."""
    num_threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(num_threads)


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


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A folder to be made, on a machine that has the data nowhere and reaches no mirror."""
    monkeypatch.setattr(fashion_mnist, "SYSTEM_COPY", tmp_path / "no-system-copy")
    monkeypatch.setattr(fashion_mnist, "MIRRORS", ())
    monkeypatch.setattr(fashion_mnist, "TIMEOUT", (2, 1))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("D2L_DATA", raising=False)
    return tmp_path / "new" / "root"


@pytest.fixture
def one_file(monkeypatch) -> None:
    """A data set of one file, for what does not depend on how many there are."""
    monkeypatch.setattr(fashion_mnist, "FILES", {ONE: FILES[ONE]})


def torchvisions(root: Path, train: bool = True, size: list[int] | None = None):
    """torchvision's own data set, whose images are tensors (and resized)."""
    # imported here, because it takes a second in each process that imports this module
    from torchvision import datasets, transforms

    steps = (
        [transforms.ToTensor()]
        if size is None
        else [transforms.Resize(size), transforms.ToTensor()]
    )
    return datasets.FashionMNIST(root, train=train, transform=transforms.Compose(steps))


def raw_of(root: Path) -> Path:
    return root / "FashionMNIST" / "raw"


def names_in(root: Path) -> list[str]:
    return sorted(path.name for path in raw_of(root).iterdir() if path.name != ".lock")


# Mirrors: each way to answer is a function of the handler and the archive.


def good(handler, archive):
    handler.answer(archive)


def slow(handler, archive):
    time.sleep(0.1)
    handler.answer(archive)


def unpacking(handler, archive):
    handler.answer(archive, {"Content-Encoding": "gzip"})


def not_found(handler, archive):
    handler.send_error(404)


def html(handler, archive):
    handler.answer(b"<html>Please log in to this network.</html>")


def other_bytes(handler, archive):
    handler.answer(gzip.compress(bytes(FILES[ONE][0]), 1))


def cuts_off(handler, archive):
    handler.answer(archive[: len(archive) // 2], {"Content-Length": str(len(archive))})


def cuts_off_unsaid(handler, archive):
    handler.answer(archive[: len(archive) // 2], {"Content-Length": None})


def stalls(handler, archive):
    cuts_off(handler, archive)
    handler.server.stop.wait(30)


def silent(handler, archive):
    handler.server.stop.wait(30)


def drips(handler, archive):
    handler.answer(b"", {"Content-Length": str(len(archive))})
    drip(handler, archive)


def drips_headers(handler, archive):
    drip(handler, b"HTTP/1.0 200 OK\r\n" + b"X-Drip: drop\r\n" * 90)


def drip(handler, data):
    for i in range(300):  # 15 seconds
        handler.wfile.write(data[i : i + 1])
        if handler.server.stop.wait(0.05):
            return


BAD = {
    not_found: "404",
    html: "other bytes",
    other_bytes: "other bytes",
    cuts_off: "IncompleteRead",
    cuts_off_unsaid: "broken archive",
    stalls: "timed out",
    silent: "timed out",
    drips: "too slow",
    drips_headers: "too slow",
}
bad_mirrors = pytest.mark.parametrize("answer", BAD, ids=lambda answer: answer.__name__)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        name = self.path.removeprefix("/").removesuffix(".gz")
        self.server.asked.append(name)
        with contextlib.suppress(ConnectionError):
            self.server.how(self, self.server.archives[name])

    def answer(self, body, headers=None):
        self.send_response(200)
        for key, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            if value is not None:
                self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *args):
        pass


class Mirror(ThreadingHTTPServer):
    def __init__(self, how, archives):
        super().__init__(("127.0.0.1", 0), Handler)
        self.how, self.archives = how, archives
        self.asked, self.stop = [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()


@pytest.fixture
def serve(archives, monkeypatch):
    """serve(answer, …) starts mirrors and makes them the only ones; it returns them."""
    mirrors = []

    def start(*answers):
        new = [Mirror(answer, archives) for answer in answers]
        mirrors.extend(new)
        monkeypatch.setattr(fashion_mnist, "MIRRORS", tuple(mirror.url for mirror in new))
        return new

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
        names = ("MIRRORS", "SYSTEM_COPY", "TIMEOUT", "FILES")
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
    os.environ["NO_PROXY"] = "127.0.0.1"
    for name, value in constants.items():
        setattr(fashion_mnist, name, value)
    function(*args)


def fetch_and_report(root, queue):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            fetch_fashion_mnist(root)
            result = "whole" if not missing_files(root) else "not whole"
        except OSError as error:
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
        time.sleep(60)

    os.fsync = fsync
    fetch_fashion_mnist(root)


# Labels


def test_labels_have_names(whole):
    official = [name.lower() for name in torchvisions(whole).classes]
    assert get_fashion_mnist_labels(range(10)) == ["t-shirt", *official[1:]]


@pytest.mark.parametrize(
    "labels",
    [
        [9, 0],
        (9, 0),
        iter([9, 0]),
        torch.tensor([9, 0]),
        torch.tensor([9, 0], dtype=torch.uint8),
        torch.tensor([9, 0]).numpy(),
        [torch.tensor(9), torch.tensor(0)],
    ],
)
def test_labels_may_be_any_integers(labels):
    assert get_fashion_mnist_labels(labels) == ["ankle boot", "t-shirt"]


def test_no_labels_have_no_names():
    assert get_fashion_mnist_labels([]) == []


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


def test_minibatches(whole):
    train_iter, test_iter = load_data_fashion_mnist(256, root=whole)
    assert get_dataloader_workers() == train_iter.num_workers == 0
    assert (len(train_iter), len(test_iter)) == (235, 40)
    for loader, num_samples in ((train_iter, 60_000), (test_iter, 10_000)):
        assert isinstance(loader, DataLoader)
        assert loader.batch_size == 256
        assert len(loader.dataset) == num_samples
        counts = torch.zeros(10, dtype=torch.int64)
        for X, y in loader:
            assert X.shape[1:] == (1, 28, 28)
            assert y.shape == X.shape[:1]
            assert (X.dtype, y.dtype) == (torch.float32, torch.int64)
            assert X.min() == 0
            assert X.max() == 1
            counts += y.bincount(minlength=10)
        assert len(X) == num_samples % 256  # the short last one
        assert counts.tolist() == [num_samples // 10] * 10


def test_a_batch_of_one_and_one_of_all(whole):
    X, y = next(iter(load_data_fashion_mnist(1, root=whole)[1]))
    assert (X.shape, y.shape) == ((1, 1, 28, 28), (1,))
    ((X, y),) = load_data_fashion_mnist(20_000, root=whole)[1]
    assert (X.shape, y.shape) == ((10_000, 1, 28, 28), (10_000,))


@pytest.mark.parametrize("train", [True, False])
def test_samples_equal_torchvisions(whole, train):
    loader = load_data_fashion_mnist(8, root=whole)[0 if train else 1]
    samples = torchvisions(whole, train)
    indices = [0, 5, 9_999, -1]
    X, y = loader.collate_fn(loader.dataset.__getitems__(indices))
    for i, X_i, y_i in zip(indices, X, y, strict=True):
        image, label = samples[i % len(samples)]
        assert torch.equal(X_i, image)
        assert y_i == label
        one, its_label = loader.dataset[i]
        assert one.shape == (1, 28, 28)
        assert torch.equal(one, image)
        assert its_label.shape == ()
        assert its_label == label
    with pytest.raises(IndexError):
        loader.dataset[len(samples)]


def test_the_test_images_keep_their_order(whole):
    test_iter = load_data_fashion_mnist(256, root=whole)[1]
    samples = torchvisions(whole, train=False)
    for _ in range(2):
        assert torch.equal(torch.cat([y for _, y in test_iter]), samples.targets)
    X, _ = next(iter(test_iter))
    assert torch.equal(X, samples.data[:256, None] / 255)


def test_images_and_labels_stay_together_when_shuffled(whole):
    train_iter = load_data_fashion_mnist(60_000, root=whole)[0]
    ((X, y),) = train_iter
    samples = torchvisions(whole)
    assert not torch.equal(y, samples.targets)
    # sums of pixels tell the images apart well enough
    ours = X.sum((1, 2, 3)).mul(255).round().long() * 10 + y
    theirs = samples.data.sum((1, 2)) * 10 + samples.targets
    assert torch.equal(ours.sort().values, theirs.sort().values)


def two_epochs(root, generator=None):
    train_iter, _ = load_data_fashion_mnist(4096, root=root, generator=generator)
    return [torch.cat([y for _, y in train_iter]) for _ in range(2)]


def test_a_generator_fixes_the_order(whole):
    state = torch.get_rng_state()
    first, second = two_epochs(whole, torch.Generator().manual_seed(1))
    again = two_epochs(whole, torch.Generator().manual_seed(1))
    other, _ = two_epochs(whole, torch.Generator().manual_seed(2))
    assert torch.equal(first, again[0])
    assert torch.equal(second, again[1])
    assert not torch.equal(first, second)
    assert not torch.equal(first, other)
    assert torch.equal(state, torch.get_rng_state())


def test_without_a_generator_torchs_own_fixes_it(whole):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        first = two_epochs(whole)
        torch.manual_seed(1)
        again = two_epochs(whole)
    assert torch.equal(torch.cat(first), torch.cat(again))


@pytest.mark.parametrize("resize", [64, 20, (40, 33), [14, 96], 1, 28])
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
    assert X.min() >= 0
    assert X.max() <= 1
    assert next(iter(train_iter))[0].shape == (128, 1, *size)


def test_large_images_are_made_a_minibatch_at_a_time(whole):
    train_iter, _ = load_data_fashion_mnist(2, resize=224, root=whole)
    assert next(iter(train_iter))[0].shape == (2, 1, 224, 224)
    assert train_iter.dataset.images.shape == (60_000, 28, 28)


def test_images_live_on_the_device(whole):
    for loader in load_data_fashion_mnist(8, root=whole, device="meta"):
        X, y = next(iter(loader))
        assert X.device.type == y.device.type == loader.dataset.images.device.type == "meta"
    X, y = next(iter(load_data_fashion_mnist(8, root=whole)[0]))
    assert X.device.type == y.device.type == "cpu"


def test_a_part_of_the_data_works_in_a_stock_loader(whole):
    data = load_data_fashion_mnist(8, root=whole)[1].dataset
    part, _ = random_split(data, [100, 9_900], torch.Generator().manual_seed(0))
    batches = list(DataLoader(part, batch_size=64))
    assert [(len(X), len(y)) for X, y in batches] == [(64, 64), (36, 36)]
    X, y = batches[0]
    for i in range(64):
        image, label = data[part.indices[i]]
        assert torch.equal(X[i], image)
        assert y[i] == label


def test_workers_can_take_the_data(whole):
    loader = load_data_fashion_mnist(8, root=whole)[1]
    X, _ = loader.collate_fn(pickle.loads(pickle.dumps(loader.dataset)).__getitems__([3]))
    assert torch.equal(X[0], loader.dataset[3][0])


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ({"batch_size": 0}, ValueError),
        ({"batch_size": -1}, ValueError),
        ({"batch_size": 2.5}, TypeError),
        ({"batch_size": True}, TypeError),
        ({"batch_size": None}, TypeError),
        ({"resize": 0}, ValueError),
        ({"resize": -64}, ValueError),
        ({"resize": 6.4}, TypeError),
        ({"resize": True}, TypeError),
        ({"resize": "64"}, TypeError),
        ({"resize": (64,)}, ValueError),
        ({"resize": (64, 0)}, ValueError),
        ({"resize": (1, 64, 64)}, ValueError),
        ({"resize": (64, 6.4)}, TypeError),
        ({"device": "gpu"}, RuntimeError),
    ],
    ids=str,
)
def test_bad_arguments_are_refused_before_anything_is_read(root, bad, error):
    with pytest.raises(error, match=next(iter(bad))):
        load_data_fashion_mnist(**{"batch_size": 8, "root": root, **bad})
    assert not root.exists()


# Where the files come from


def test_whole_data_are_left_alone(root, whole, capsys):
    before = {path: path.stat().st_mtime_ns for path in raw_of(whole).iterdir()}
    assert fetch_fashion_mnist(whole) == whole
    assert {path: path.stat().st_mtime_ns for path in raw_of(whole).iterdir()} == before
    assert missing_files(whole) == []
    assert capsys.readouterr() == ("", "")


def put(archives, folder: Path, suffix: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, archive in archives.items():
        data = archive if suffix == ".gz" else gzip.decompress(archive)
        (folder / f"{name}{suffix}").write_bytes(data)


def test_the_system_copy_is_used(root, archives, monkeypatch, capsys):
    monkeypatch.setattr(fashion_mnist, "SYSTEM_COPY", root.parent / "system")
    put(archives, root.parent / "system", ".gz")
    assert fetch_fashion_mnist(root) == root
    assert missing_files(root) == []
    assert names_in(root) == sorted(FILES)
    out, err = capsys.readouterr()
    assert out.count("\n") == out.count(str(root.parent / "system")) == 4
    assert err == ""
    assert len(torchvisions(root)) == 60_000
    assert len(torchvisions(root, train=False)) == 10_000


@pytest.mark.parametrize("where", ["FashionMNIST/raw", "."])
def test_archives_supplied_by_hand_are_used(root, archives, one_file, where):
    put({ONE: archives[ONE]}, root / where, ".gz")
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


def test_files_supplied_by_hand_are_used(root, archives, one_file):
    put({ONE: archives[ONE]}, root, "")
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


def test_a_damaged_archive_is_passed_over(root, archives, serve, monkeypatch, capsys, one_file):
    system = root.parent / "system"
    monkeypatch.setattr(fashion_mnist, "SYSTEM_COPY", system)
    damaged = bytearray(archives[ONE])
    damaged[len(damaged) // 2] ^= 1
    put({ONE: bytes(damaged)}, system, ".gz")
    put({ONE: archives[ONE][:1000]}, raw_of(root), ".gz")
    (mirror,) = serve(good)
    fetch_fashion_mnist(root)
    assert missing_files(root) == []
    assert mirror.asked == [ONE]
    out = capsys.readouterr().out
    assert f"{system / ONE}.gz cannot be used" in out
    assert f"{raw_of(root) / ONE}.gz cannot be used" in out
    assert f"downloading {mirror.url}{ONE}.gz" in out


@pytest.mark.parametrize("damage", ["a bit", "cut", "empty", "longer"])
def test_a_damaged_file_is_replaced(root, whole, serve, capsys, one_file, damage):
    raw_of(root).mkdir(parents=True)
    data = bytearray((raw_of(whole) / ONE).read_bytes())
    if damage == "a bit":
        data[-1] ^= 1
    elif damage == "longer":
        data += b"\0"
    else:
        del data[1000 if damage == "cut" else 0 :]
    (raw_of(root) / ONE).write_bytes(data)
    assert missing_files(root) == [ONE]
    serve(good)
    fetch_fashion_mnist(root)
    assert missing_files(root) == []
    assert f"{raw_of(root) / ONE} is damaged" in capsys.readouterr().out


def test_a_damaged_file_stays_until_there_is_another(root, serve, one_file):
    raw_of(root).mkdir(parents=True)
    (raw_of(root) / ONE).write_bytes(b"damaged")
    serve(not_found)
    with pytest.raises(ConnectionError):
        fetch_fashion_mnist(root)
    assert (raw_of(root) / ONE).read_bytes() == b"damaged"


def test_which_root(root, serve, monkeypatch, tmp_path, one_file):
    serve(good)
    cache = pooch.os_cache("d2l_helpers")
    assert cache.is_relative_to(tmp_path)
    assert fetch_fashion_mnist() == cache
    monkeypatch.setenv("D2L_DATA", "")
    assert fetch_fashion_mnist() == cache
    monkeypatch.setenv("D2L_DATA", str(tmp_path / "named"))
    assert fetch_fashion_mnist() == tmp_path / "named"
    assert fetch_fashion_mnist(str(tmp_path / "argument")) == tmp_path / "argument"
    monkeypatch.setenv("D2L_DATA", "~/at home")
    assert fetch_fashion_mnist() == tmp_path / "at home"
    for folder in (cache, tmp_path / "named", tmp_path / "argument", tmp_path / "at home"):
        assert names_in(folder) == [ONE]


def test_the_loaders_fetch(root, serve):
    (mirror,) = serve(good)
    _, test_iter = load_data_fashion_mnist(10_000, root=root)
    assert mirror.asked == list(FILES)
    assert next(iter(test_iter))[1].bincount().tolist() == [1000] * 10


# Mirrors


def test_all_four_files_are_downloaded(root, serve, capsys):
    (mirror,) = serve(good)
    fetch_fashion_mnist(root)
    assert names_in(root) == sorted(FILES)
    assert missing_files(root) == []
    assert mirror.asked == list(FILES)
    out = capsys.readouterr().out
    assert out.count("\n") == out.count("downloading") == 4
    umask = os.umask(0)
    os.umask(umask)
    assert {path.stat().st_mode & 0o777 for path in raw_of(root).glob("*ubyte")} == {0o666 & ~umask}


def test_a_mirror_may_unpack(root, serve, one_file):
    serve(unpacking)
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


def limit_for(answer, monkeypatch):
    if "drips" in answer.__name__:
        monkeypatch.setattr(fashion_mnist, "PATIENCE", 1)
        monkeypatch.setattr(fashion_mnist, "SPEED", 10**8)


@bad_mirrors
def test_the_next_mirror_is_asked(root, serve, monkeypatch, one_file, answer):
    limit_for(answer, monkeypatch)
    bad, other = serve(answer, good)
    began = time.monotonic()
    fetch_fashion_mnist(root)
    assert time.monotonic() - began < 10
    assert bad.asked == other.asked == [ONE]
    assert names_in(root) == [ONE]
    assert missing_files(root) == []


@bad_mirrors
def test_no_mirror_is_left(root, serve, monkeypatch, one_file, answer):
    limit_for(answer, monkeypatch)
    first, second = serve(answer, not_found)
    began = time.monotonic()
    with pytest.raises(ConnectionError) as caught:
        fetch_fashion_mnist(root)
    assert time.monotonic() - began < 10
    message = str(caught.value)
    for part in (ONE, first.url, BAD[answer], second.url, str(raw_of(root))):
        assert part in message
    for way_out in ("HTTPS_PROXY", "apt-get install dataset-fashion-mnist", "root=", "D2L_DATA="):
        assert way_out in message
    assert max(map(len, message.splitlines())) < 300
    assert names_in(root) == []
    serve(good)
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


def test_mirrors_that_are_down(root, serve, monkeypatch, one_file):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        down = f"http://127.0.0.1:{unused.getsockname()[1]}/"
    unknown = "http://no-such-mirror.invalid/"
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (down, unknown))
    with pytest.raises(ConnectionError, match="refused") as caught:
        fetch_fashion_mnist(root)
    assert unknown in str(caught.value)
    assert names_in(root) == []
    (mirror,) = serve(good)
    monkeypatch.setattr(fashion_mnist, "MIRRORS", (down, mirror.url))
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


def test_a_bad_mirror_is_asked_once(root, serve):
    bad, other = serve(stalls, good)
    fetch_fashion_mnist(root)
    assert bad.asked == list(FILES)[:1]
    assert other.asked == list(FILES)


def test_what_is_whole_is_not_downloaded_again(root, serve, monkeypatch):
    def breaks_down(handler, archive):
        (not_found if len(handler.server.asked) > 3 else good)(handler, archive)

    serve(breaks_down)
    with pytest.raises(ConnectionError):
        fetch_fashion_mnist(root)
    *first, last = FILES
    assert names_in(root) == sorted(first)
    (mirror,) = serve(good)
    fetch_fashion_mnist(root)
    assert mirror.asked == [last]
    assert missing_files(root) == []


# Other processes


def test_a_process_killed_while_it_downloads(root, serve, start, one_file):
    (mirror,) = serve(stalls)
    process = start(fetch_fashion_mnist, root)
    wait_until(lambda: mirror.asked)
    process.kill()
    process.join()
    assert names_in(root) == []
    serve(good)
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


def test_a_process_killed_while_it_writes(root, serve, start, processes, one_file):
    serve(good)
    writing = processes.Event()
    process = start(fetch_and_hang_before_the_last_step, root, writing)
    assert writing.wait(20)
    process.kill()
    process.join()
    assert names_in(root) == [f"{ONE}.part"]  # under a name that nobody reads
    fetch_fashion_mnist(root)
    assert names_in(root) == [ONE]
    assert missing_files(root) == []


def test_of_eight_processes_one_fetches(root, serve, start, processes):
    (mirror,) = serve(slow)
    queue = processes.SimpleQueue()
    for _ in range(8):
        start(fetch_and_report, root, queue)
    reports = [queue.get() for _ in range(8)]
    assert [result for result, _ in reports] == ["whole"] * 8
    assert mirror.asked == list(FILES)
    assert names_in(root) == sorted(FILES)
    messages = [out for _, out in reports]
    assert sum("downloading" in out for out in messages) == 1
    assert any("waiting for another process" in out for out in messages)


def wait_until(condition) -> None:
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("waited for 20 seconds")


# Folders that cannot be used


def test_read_only_folders(root, whole, start, processes):
    # Permissions do not bind root: it becomes nobody. pytest's own folders are closed to that one.
    queue = processes.SimpleQueue()
    with tempfile.TemporaryDirectory() as open_to_all:
        full, empty = Path(open_to_all, "full"), Path(open_to_all, "empty")
        shutil.copytree(whole, full)
        empty.mkdir()
        for folder in (Path(open_to_all), full, full / "FashionMNIST", raw_of(full), empty):
            folder.chmod(0o555)
        start(fetch_as_nobody, full, queue)
        assert queue.get() == ("whole", "")
        start(fetch_as_nobody, empty, queue)
        result, out = queue.get()
        for folder in (Path(open_to_all), full, full / "FashionMNIST", raw_of(full), empty):
            folder.chmod(0o755)
    assert result.startswith("PermissionError: ")
    assert f"'{raw_of(empty)}'" in result
    assert "get permission to write, or name another folder: root=" in result
    assert out == ""


@pytest.mark.parametrize("in_the_way", [".", "FashionMNIST", "FashionMNIST/raw"])
def test_a_file_in_place_of_a_folder(root, serve, in_the_way):
    (mirror,) = serve(good)
    (root / in_the_way).parent.mkdir(parents=True)
    (root / in_the_way).write_text("a file")
    with pytest.raises((NotADirectoryError, FileExistsError), match="name another folder"):
        fetch_fashion_mnist(root)
    assert (root / in_the_way).read_text() == "a file"
    assert mirror.asked == []


def test_a_full_disk(root, serve):
    root.mkdir(parents=True)
    mount = shutil.which("mount")
    tmpfs = [mount, "-t", "tmpfs", "-o", "size=20m", "tmpfs", root]
    if not mount or subprocess.run(tmpfs, check=False, capture_output=True).returncode:
        pytest.skip("this user may not mount a small file system")
    try:
        serve(good)
        with pytest.raises(OSError, match=r"No space left on device.*Make room"):
            fetch_fashion_mnist(root)
        *small, big = FILES
        assert names_in(root) == sorted(small)
        assert missing_files(root) == [big]
        subprocess.run([mount, "-o", "remount,size=80m", root], check=True)
        (mirror,) = serve(good)
        fetch_fashion_mnist(root)
        assert mirror.asked == [big]
        assert missing_files(root) == []
    finally:
        subprocess.run(["umount", root], check=True)


def test_a_limit_on_the_size_of_files(root, serve, one_file):
    serve(good)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(OSError, match=r"File too large.*name another folder"):
            fetch_fashion_mnist(root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names_in(root) == []
    fetch_fashion_mnist(root)
    assert missing_files(root) == []


# Imports


@pytest.fixture(scope="module")
def import_report() -> list[str]:
    code = """
import sys, d2l_helpers.fashion_mnist as data
print(sorted({"torchvision", "pooch", "filelock", "requests"} & set(sys.modules)))
# what tqdm looks at to see whether it is in a notebook, and whether that one has widgets
import ipykernel.zmqshell
sys.modules["ipywidgets"] = None
data.missing_files()
print("pooch" in sys.modules)
"""
    environment = {key: value for key, value in os.environ.items() if key != "D2L_DATA"}
    result = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return [*result.stdout.splitlines(), result.stderr]


def test_importing_is_cheap(import_report):
    assert import_report[0] == "[]"


def test_no_warning_in_a_notebook_without_ipywidgets(import_report):
    assert import_report[1:] == ["True", ""]
