"""Fetching Fashion-MNIST from good and bad places.

Nothing here asks the network: mirrors are servers on 127.0.0.1, one for each way to fail.
"""

import contextlib
import functools
import gzip
import importlib
import io
import multiprocessing
import os
import resource
import shutil
import socket
import stat
import tempfile
import threading
import time
import tracemalloc
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch
import pytest
from filelock import FileLock

from d2l_helpers import fetch_fashion_mnist, fetching, load_data_fashion_mnist
from d2l_helpers.fetching import FILES, MIRRORS, missing_files

ONE = "t10k-images-idx3-ubyte"
GUARD = 600  # seconds: what hangs is given up; what is only slow is not
BRIEF = 0.2  # seconds: how long mirrors that never answer are listened to


@pytest.fixture
def root(tmp_path, monkeypatch) -> Path:
    """A folder to be made, on a machine that has the data nowhere and reaches no mirror."""
    monkeypatch.setattr(fetching, "SYSTEM_COPY", tmp_path / "no-system-copy")
    monkeypatch.setattr(fetching, "MIRRORS", ())
    monkeypatch.setattr(fetching, "TIMEOUT", (GUARD, GUARD))
    monkeypatch.setattr(fetching, "PATIENCE", GUARD)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("D2L_DATA", raising=False)
    return tmp_path / "new" / "root"


@pytest.fixture
def one_file(monkeypatch) -> None:
    """A data set of one file, for what does not depend on how many there are."""
    monkeypatch.setattr(fetching, "FILES", {ONE: FILES[ONE]})


@pytest.fixture
def small_files(monkeypatch) -> list[str]:
    """The three smaller files."""
    *small, _ = FILES
    monkeypatch.setattr(fetching, "FILES", {name: FILES[name] for name in small})
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
    "html": ("does not match", {}),
    "other_bytes": ("does not match", {}),
    "cuts_off": ("IncompleteRead", {}),
    "cuts_off_unsaid": ("EOFError", {}),
    "stalls": ("timed out", SILENCE),
    "silent": ("timed out", SILENCE),
    "drips": ("too slow", WAIT),
    "drips_headers": ("too slow", WAIT),
    "endless": ("sends more than", {}),
    "endless_chunks": ("sends more than", {}),
    "bomb": ("does not match", {}),
    "bomb_in_transit": ("does not match", {}),
    "endless_redirect": ("does not match", {}),
    "endless_length": ("sends more than", {}),
    "control_characters": ("404 Client Error: ?[31mNot?? found", {}),
}
BOMB = 64 * 2**20  # bytes that a few come to when they are unpacked


@functools.cache
def bomb() -> bytes:
    return gzip.compress(bytes(BOMB))


class Handler(BaseHTTPRequestHandler):
    """Each way to answer is a method."""

    def do_GET(self):
        name = Path(self.path).name.removesuffix(".gz")
        if name in self.server.archives:
            self.server.asked.append(name)
            self.server.encodings.append(self.headers["Accept-Encoding"])
        with contextlib.suppress(ConnectionError):
            getattr(self, self.server.answer)(self.server.archives.get(name))

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

    def endless(self, archive):
        self.send(b"", {"Content-Length": None})
        self.pour()

    def endless_chunks(self, archive):
        self.protocol_version = "HTTP/1.1"
        self.send(b"", {"Content-Length": None, "Transfer-Encoding": "chunked"})
        self.pour(b"10000\r\n", b"\r\n")

    def bomb(self, archive):
        self.send(bomb())

    def bomb_in_transit(self, archive):
        self.send(gzip.compress(bomb()), {"Content-Encoding": "gzip, gzip"})

    def endless_redirect(self, archive):
        if self.path != "/there":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
            self.pour()
        self.send(b"nothing")

    def redirects(self, archive):
        if self.path.startswith("/there"):
            return self.send(archive)
        self.send_response(302)
        self.send_header("Location", f"/there{self.path}")
        self.end_headers()

    def endless_length(self, archive):
        self.send(archive, {"Content-Length": "9" * 400})

    def control_characters(self, archive):
        self.wfile.write(b"HTTP/1.0 404 \x1b[31mNot\x9b\xad found\r\n\r\n")

    def pour(self, before=b"", after=b""):
        """Send far more than any file has, as long as someone listens."""
        for _ in range(16 * BOMB // 2**16):
            self.wfile.write(before + bytes(2**16) + after)

    def drip(self):
        for _ in range(20 * GUARD):
            self.wfile.write(b".")
            if self.server.stop.wait(0.05):
                break


class Mirror(ThreadingHTTPServer):
    def __init__(self, answer, archives):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer, self.archives = answer, archives
        self.asked, self.encodings, self.stop = [], [], threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}/"
        threading.Thread(target=self.serve_forever, args=[0.01], daemon=True).start()


@pytest.fixture
def serve(archives, monkeypatch):
    """serve("good", …) starts mirrors and makes them the only ones; it returns them.

    Those that will never be done are given up at once. A good one may be as late as it likes.
    """
    mirrors, download = [], fetching._download

    def start(*answers):
        new = [Mirror(answer, archives) for answer in answers]
        mirrors.extend(new)
        monkeypatch.setattr(fetching, "MIRRORS", tuple(mirror.url for mirror in new))
        return new

    def limited(url, size):
        answer = next((mirror.answer for mirror in mirrors if url.startswith(mirror.url)), None)
        with pytest.MonkeyPatch.context() as patch:
            for name, value in BAD.get(answer, ("", {}))[1].items():
                patch.setattr(fetching, name, value)
            return download(url, size)

    monkeypatch.setattr(fetching, "_download", limited)
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
        constants = {name: getattr(fetching, name) for name in names}
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
        setattr(fetching, name, value)
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


def fetch_and_hang_before_the_last_step(root, last):
    def rename(*_):
        last.set()
        time.sleep(GUARD)

    Path.replace = rename
    fetch_fashion_mnist(root)


def wait_until(condition) -> None:
    for _ in range(100 * GUARD):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited for {GUARD} seconds")


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
    monkeypatch.setattr(fetching, "SYSTEM_COPY", root.parent / "system")
    put(archives, root.parent / "system", ".gz")
    fetch_whole(root)
    assert names_in(root) == sorted(FILES)
    out, err = capsys.readouterr()
    assert out.count("\n") == out.count(f"fetching {root.parent / 'system'}") == 4
    assert err == ""


@pytest.mark.parametrize(
    ("where", "suffix"), [("FashionMNIST/raw", ".gz"), (".", ".gz"), (".", "")]
)
def test_what_is_supplied_by_hand_is_used(root, archives, one_file, where, suffix):
    put({ONE: archives[ONE]}, root / where, suffix)
    fetch_whole(root)


def test_a_damaged_archive_is_passed_over(root, archives, serve, monkeypatch, capsys, one_file):
    system = root.parent / "system"
    monkeypatch.setattr(fetching, "SYSTEM_COPY", system)
    flipped = bytearray(archives[ONE])
    flipped[len(flipped) // 2] ^= 1
    cut, no_block = archives[ONE][:1000], gzip.compress(b"")[:10] + b"\xff" * 9
    damaged = {system: bytes(flipped), raw_of(root): cut, root: no_block}
    for folder, archive in damaged.items():
        put({ONE: archive}, folder, ".gz")
    (mirror,) = serve("good")
    fetch_whole(root)
    assert mirror.asked == [ONE]
    out = capsys.readouterr().out
    assert all(f"{folder / ONE}.gz cannot be used" in out for folder in damaged)
    assert f"fetching {mirror.url}{ONE}.gz" in out


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
    assert out.count("\n") == out.count(f"fetching {mirror.url}") == 4
    umask = os.umask(0)
    os.umask(umask)
    assert {path.stat().st_mode & 0o777 for path in raw_of(root).glob("*ubyte")} == {0o666 & ~umask}


def test_there_are_several_mirrors():
    assert len({mirror.split("/")[2] for mirror in MIRRORS if mirror.endswith("/")}) > 1


@pytest.mark.parametrize("answer", ["unpacking", "redirects"])
def test_a_mirror_may_unpack_or_lead_on(root, serve, one_file, answer):
    (mirror,) = serve(answer)
    fetch_whole(root)
    assert set(mirror.encodings) == {"identity"}


MANY = ("endless", "endless_chunks", "bomb", "bomb_in_transit", "endless_redirect")


@pytest.mark.parametrize("answer", MANY)
def test_no_mirror_fills_the_memory(root, serve, monkeypatch, answer):
    name = next(iter(FILES))
    monkeypatch.setattr(fetching, "FILES", {name: FILES[name]})
    fetching._pooch(), importlib.import_module("requests"), bomb()
    serve(answer)
    tracemalloc.start()
    with pytest.raises(ConnectionError):
        fetch_fashion_mnist(root)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < BOMB / 4


def test_what_a_mirror_says_is_printed_without_control_characters(root, serve, one_file, capsys):
    serve("control_characters")
    with pytest.raises(ConnectionError) as caught:
        fetch_fashion_mnist(root)
    for text in (str(caught.value), capsys.readouterr().out):
        assert "404 Client Error" in text
        assert all(line.isprintable() for line in text.splitlines())


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
        monkeypatch.setattr(fetching, "MIRRORS", (down, "http://unknown/"))
        with pytest.raises(ConnectionError, match=r"refused(.|\n)*http://unknown/.*not known"):
            fetch_fashion_mnist(root)
        assert names_in(root) == []
        (mirror,) = serve("good")
        monkeypatch.setattr(fetching, "MIRRORS", (down, mirror.url))
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


def kill_and_try_again(process, root, serve, num_files):
    process.kill()
    process.join()
    left = names_in(root)
    assert len(left) == num_files
    assert not set(left) & set(FILES)  # names that nobody reads
    serve("good")
    fetch_whole(root)
    assert names_in(root) == [ONE]


def test_a_process_killed_while_it_downloads(root, serve, start, one_file):
    (mirror,) = serve("stalls")
    process = start(fetch_fashion_mnist, root)
    wait_until(lambda: mirror.asked)
    kill_and_try_again(process, root, serve, 0)


def test_a_process_killed_before_the_last_step(root, serve, start, processes, one_file):
    serve("good")
    last = processes.Event()
    process = start(fetch_and_hang_before_the_last_step, root, last)
    wait_until(lambda: last.is_set() or not process.is_alive())
    kill_and_try_again(process, root, serve, 1)


def test_of_eight_processes_one_fetches(root, serve, start, processes, small_files):
    (mirror,) = serve("good")
    queue, barrier = processes.Queue(), processes.Barrier(8)
    for _ in range(8):
        start(fetch_and_report, root, queue, barrier)
    reports = [queue.get(timeout=GUARD) for _ in range(8)]
    assert [result for result, _ in reports] == ["whole"] * 8
    assert mirror.asked == small_files
    assert names_in(root) == sorted(small_files)
    assert sum(f"fetching {mirror.url}" in out for _, out in reports) == 1


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


def test_a_lock_that_is_never_given_back(root, serve, one_file, monkeypatch):
    (mirror,) = serve("good")
    monkeypatch.setattr(fetching, "_patience", lambda size: 0)
    raw_of(root).mkdir(parents=True)
    with FileLock(raw_of(root) / ".lock") as lock, pytest.raises(TimeoutError) as caught:
        fetch_fashion_mnist(root)
    for part in (lock.lock_file, "End that process", "root=", "D2L_DATA="):
        assert str(part) in str(caught.value)
    assert mirror.asked == names_in(root) == []


@pytest.mark.usefixtures("root")
def test_another_user_can_go_on(serve, one_file, start, processes):
    queue = processes.Queue()
    with tempfile.TemporaryDirectory() as folder:
        raw_of(folder := Path(folder)).mkdir(parents=True)
        for path in (folder, folder / "FashionMNIST", raw_of(folder)):
            path.chmod(0o777)
        serve("not_found")
        with pytest.raises(ConnectionError):
            fetch_fashion_mnist(folder)
        serve("good")
        start(fetch_as_nobody, folder, queue)
        assert queue.get(timeout=GUARD)[0] == "whole"


# Folders that others write into


def test_no_link_is_followed(root, serve, one_file, monkeypatch):
    serve("good")
    raw_of(root).mkdir(parents=True)
    victim = root / "victim"
    victim.write_text("precious")
    monkeypatch.setattr(fetching.secrets, "token_hex", lambda _: "no-token")
    for name in ("tmp01234567", ONE):
        (raw_of(root) / name).symlink_to(victim)
    fetch_whole(root)
    assert not (raw_of(root) / ONE).is_symlink()
    assert names_in(root) == [ONE]
    (raw_of(root) / ONE).unlink()
    # a link that comes into being after the folder was tidied
    monkeypatch.setattr(fetching.secrets, "token_hex", lambda _: "-a-link")
    (raw_of(root) / "tmp-a-link").symlink_to(victim)
    with pytest.raises(FileExistsError, match="tmp-a-link"):
        fetch_fashion_mnist(root)
    (raw_of(root) / "tmp-a-link").unlink()
    (raw_of(root) / ".lock").unlink()
    (raw_of(root) / ".lock").symlink_to(victim)
    with pytest.raises(OSError, match=r"symbolic links.*name another folder"):
        fetch_fashion_mnist(root)
    assert victim.read_text() == "precious"


def test_a_folder_in_place_of_a_part_is_left(root, serve, one_file):
    serve("good")
    (raw_of(root) / "tmp01234567").mkdir(parents=True)
    fetch_whole(root)
    assert names_in(root) == [ONE, "tmp01234567"]


def release_readers(fifos, thread) -> list[str]:
    """Until the thread ends, end the waiting of those that read a FIFO; which ones were read."""
    read = set()
    while thread.is_alive():
        for fifo in fifos:
            with contextlib.suppress(OSError):  # nobody reads it
                descriptor = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
                if stat.S_ISFIFO(os.fstat(descriptor).st_mode):  # by now a file may be in its place
                    read.add(fifo.name)
                os.close(descriptor)
    return sorted(read)


def test_nothing_waits_for_a_fifo(root, serve, one_file, monkeypatch):
    serve("good")
    monkeypatch.setattr(fetching, "SYSTEM_COPY", root.parent / "system")
    archive = f"{ONE}.gz"
    fifos = [raw_of(root) / ONE, raw_of(root) / archive, root / ONE, root / archive]
    fifos.append(root.parent / "system" / archive)
    for fifo in fifos:
        fifo.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(fifo)
    thread = threading.Thread(target=fetch_fashion_mnist, args=[root])
    thread.start()
    assert release_readers(fifos, thread) == []
    assert missing_files(root) == []


def test_nothing_waits_for_what_becomes_a_fifo(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.setattr(Path, "is_file", lambda _: True)  # a moment ago
    read = []
    thread = threading.Thread(target=lambda: read.append(fetching._read(tmp_path / "fifo", 9)))
    thread.start()
    thread.join(GUARD)
    assert read == [b""]


def test_no_more_is_read_than_a_file_can_have(root, archives, one_file, tmp_path):
    root.mkdir(parents=True)
    with (root / ONE).open("wb") as file:
        file.truncate(2**40)
    put(archives, raw_of(root), "")
    (raw_of(root) / ONE).unlink()
    (raw_of(root) / ONE).symlink_to(root / ONE)
    with pytest.raises(ConnectionError, match="does not match"):
        fetch_fashion_mnist(root)


# Folders that cannot be used


@pytest.mark.parametrize("folder", ["data", "../data", "."])
def test_a_relative_d2l_data_is_refused(root, monkeypatch, tmp_path, folder):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("D2L_DATA", folder)
    before = list(tmp_path.iterdir())
    for function in (fetch_fashion_mnist, missing_files):
        with pytest.raises(ValueError, match=rf"D2L_DATA is {folder},.*D2L_DATA=/"):
            function()
    assert list(tmp_path.iterdir()) == before
    assert len(missing_files("data")) == 4  # an argument may be


@pytest.mark.parametrize("named", [None, "~/data", "~unknown-user/data"])
def test_no_home(root, monkeypatch, tmp_path, named):
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as where nothing names it
    if named:
        monkeypatch.setenv("D2L_DATA", named)
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.chdir(tmp_path)
    before = list(tmp_path.iterdir())
    with pytest.raises(FileNotFoundError, match=r"no home folder.*root=… or D2L_DATA=…"):
        fetch_fashion_mnist()
    assert list(tmp_path.iterdir()) == before


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


def test_a_limit_on_the_size_of_files(root, serve, one_file):
    serve("good")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        with pytest.raises(OSError, match=r"File too large.*Make room.*another folder"):
            fetch_fashion_mnist(root)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert names_in(root) == []
    fetch_whole(root)
