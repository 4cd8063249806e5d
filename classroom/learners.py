"""Simulated learners: `learners.py [N]` has N of them, 8 by default, use the hub at once.

They log in over HTTP, start a server, open a chapter, run its first cells, and save it. Then comes
one too many; the hub is killed and comes back; a server is killed. It prints what that takes, and
ends with an error if somebody's work is lost.
"""

import contextlib
import ctypes
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import requests
import websocket

CONFIG = Path(__file__).with_name("jupyterhub_config.py")
PASSWORD = "simulated learners"
CHAPTER = "notebooks/book/softmax-regression/concise.ipynb"
CELLS = 5  # of code: they import torch, read Fashion-MNIST and make a model
PATIENCE = 300  # seconds until something counts as lost; no result depends on it
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
LIBC = ctypes.CDLL(None)


def wait_for(done: Callable[[], object]) -> object:
    """What `done` returns, once that is true."""
    end = time.monotonic() + PATIENCE
    while not (result := done()):
        if time.monotonic() > end:
            raise TimeoutError(f"not done after {PATIENCE} s")
        time.sleep(0.2)
    return result


def free_port() -> int:
    """The first of three ports in a row that nothing uses."""
    while True:
        with contextlib.ExitStack() as stack:
            first = stack.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            try:
                for next_port in (port + 1, port + 2):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", next_port))
            except (OSError, OverflowError):
                continue
            return port


def with_us() -> None:
    """Have the system end this process when its parent is killed."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Hub:
    """A hub with the course's configuration, some lines behind it, and a folder of its own."""

    def __init__(self, folder: Path, *lines: str):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        config = folder / "config.py"
        config.write_text(
            "\n".join([f"load_subconfig({str(CONFIG)!r})", "c = get_config()", *lines])
        )
        self.command = [sys.executable, "-m", "jupyterhub", "-f", str(config)]
        own = {"CLASSROOM": str(folder), "CLASSROOM_TRY": PASSWORD, "PORT": str(self.port)}
        self.env = os.environ | own

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with (self.folder / "hub.log").open("ab") as out:
            self.process = subprocess.Popen(
                self.command,
                env=self.env,
                stdout=out,
                stderr=out,
                start_new_session=True,  # two signals at once would stop it half-way
                preexec_fn=with_us,  # noqa: PLW1509  # a system call, and no more
            )

        def answers() -> bool:
            if self.process.poll() is not None:
                raise RuntimeError(f"the hub has ended:\n{self.log()}")
            # The proxy of a killed hub is ours by now; it is gone only when we have seen its end.
            for child in psutil.Process().children():
                if child.pid != self.process.pid and child.status() == psutil.STATUS_ZOMBIE:
                    os.waitpid(child.pid, os.WNOHANG)
            with contextlib.suppress(requests.ConnectionError):
                return requests.get(f"{self.url}/hub/api").ok
            return False

        wait_for(answers)

    def log(self) -> str:
        """The end of what the hub and the servers have said."""
        return (self.folder / "hub.log").read_text()[-3000:]

    def kill(self) -> None:
        """End the hub alone, with no chance to tidy up."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def running(folder: Path, *lines: str) -> Iterator[Hub]:
    """A hub, as long as the block lasts; whatever happens, no process of it survives."""
    # What a killed hub leaves behind becomes a child of ours, not of the machine's first process.
    LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before = set(psutil.Process().children())
    hub = Hub(folder, *lines)
    try:
        hub.start()
        yield hub
    finally:
        while left := set(psutil.Process().children()) - before:
            tree = [each for child in left for each in (child, *child.children(recursive=True))]
            for process in tree:
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.kill()
            psutil.wait_procs(tree)


class Learner:
    """Somebody who works on the hub, as a browser does it."""

    def __init__(self, hub: Hub, name: str):
        self.hub, self.name, self.refused = hub, name, 0
        self.home = hub.folder / "learners" / name
        self.browser, self.token = requests.Session(), {}

    def login(self, password: str = PASSWORD) -> requests.Response:
        """Fill in the form; with the right password, get a token as well."""
        page = f"{self.hub.url}/hub/login"
        self.browser.get(page)
        xsrf = {"_xsrf": self.browser.cookies.get("_xsrf", path="/hub/")}
        form = {"username": self.name, "password": password, **xsrf}
        answer = self.browser.post(f"{page}?next=/hub/home", data=form)
        if answer.ok:
            xsrf = {"_xsrf": self.browser.cookies.get("_xsrf", path="/hub/")}
            tokens = f"{self.hub.url}/hub/api/users/{self.name}/tokens"
            given = self.browser.post(tokens, params=xsrf, headers={"Referer": page}, json={})
            given.raise_for_status()
            self.token = {"Authorization": f"token {given.json()['token']}"}
        return answer

    def ask(self, method: str, path: str, **options) -> requests.Response:
        """Ask the hub, or with a path /user/… a server, by the token."""
        return requests.request(method, self.hub.url + path, headers=self.token, **options)

    def server(self, method: str, path: str, **options) -> requests.Response:
        """Ask the own server; an error is raised."""
        answer = self.ask(method, f"/user/{self.name}/api/{path}", **options)
        answer.raise_for_status()
        return answer

    def request_server(self) -> requests.Response:
        """Ask the hub for a server, once."""
        return self.ask("POST", f"/hub/api/users/{self.name}/server", json={})

    def start(self) -> None:
        """Have a server: while the hub refuses, try again; wait until it is ready."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self.request_server()).status_code in (400, 429):
            # 429: too many at once; 400: the hub has yet to notice that the last one is gone
            if time.monotonic() > deadline:
                break
            self.refused += answer.status_code == 429
            time.sleep(2)
        answer.raise_for_status()
        wait_for(self.ready)

    def ready(self) -> bool:
        """Whether the hub says that the server is ready; an error if none is on its way."""
        server = self.model()["servers"].get("")
        if not server:
            raise RuntimeError(f"{self.name} has no server:\n{self.hub.log()}")
        return server["ready"]

    def model(self) -> dict:
        """What the hub knows of the learner."""
        answer = self.ask("GET", f"/hub/api/users/{self.name}")
        answer.raise_for_status()
        return answer.json()

    def stop(self) -> None:
        """Stop the server, and wait until it is gone."""
        self.ask("DELETE", f"/hub/api/users/{self.name}/server").raise_for_status()
        wait_for(lambda: not self.model()["servers"])

    def read(self, path: str) -> dict:
        """A notebook."""
        return self.server("GET", f"contents/{path}", params={"type": "notebook"}).json()["content"]

    def write(self, path: str, notebook: dict) -> None:
        """Save a notebook."""
        self.server("PUT", f"contents/{path}", json={"type": "notebook", "content": notebook})

    def open(self, path: str) -> dict:
        """Open a notebook: it gets a kernel."""
        request = {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        self.kernel = self.server("POST", "sessions", json=request).json()["kernel"]["id"]
        return self.read(path)

    def run(self, code: str) -> str:
        """Run code in the kernel: what it prints, and its value or its error."""
        place = urlsplit(self.hub.url)._replace(scheme="ws").geturl()
        url = f"{place}/user/{self.name}/api/kernels/{self.kernel}/channels"
        line = websocket.create_connection(url, header=self.token, timeout=PATIENCE)
        own = {"msg_id": uuid.uuid4().hex, "session": uuid.uuid4().hex, "username": self.name}
        header = own | {"msg_type": "execute_request", "version": "5.3", "date": ""}
        content = {"code": code, "silent": False, "store_history": False, "allow_stdin": False}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": content}
        text = ""
        with contextlib.closing(line):
            line.send(json.dumps(request | {"channel": "shell", "buffers": []}))
            while True:
                message = json.loads(line.recv())
                if message["parent_header"].get("msg_id") != own["msg_id"]:
                    continue
                kind, content = message["msg_type"], message["content"]
                if kind == "stream":
                    text += content["text"]
                elif kind == "execute_result":
                    text += content["data"]["text/plain"]
                elif kind == "error":
                    text += f"{content['ename']}: {content['evalue']}"
                elif kind == "status" and content["execution_state"] == "idle":
                    return text

    def processes(self) -> list[psutil.Process]:
        """The server, then its kernels and what else works in the learner's folder."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.environ().get("HOME") == str(self.home):
                    found.append(process)
        return sorted(found, key=psutil.Process.create_time)


def kill(process: psutil.Process) -> None:
    """End a process; one that the killed hub has left to us is then gone, as it would be anywhere."""
    process.kill()
    with contextlib.suppress(psutil.NoSuchProcess):
        wait_for(lambda: process.status() == psutil.STATUS_ZOMBIE)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(process.pid, os.WNOHANG)


def megabytes(processes: list[psutil.Process], kind: str) -> float:
    """What they hold: of what is shared, uss counts nothing, pss a part, rss all."""
    return sum(getattr(each.memory_full_info(), kind) for each in processes) / 1e6


def together(work: Callable[["Learner"], object], learners: list["Learner"]) -> list:
    """What `work` returns for each learner, all at once."""
    with ThreadPoolExecutor(max(1, len(learners))) as pool:
        return list(pool.map(work, learners))


def spread(values: list[float], unit: str) -> str:
    """The least, the median and the most."""
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{low:.0f} / {middle:.0f} / {high:.0f} {unit}"


def arrive(learner: Learner) -> tuple[float, float, float]:
    """Log in and work; seconds to a server, to an open notebook with a kernel, and for its cells."""
    begin = time.monotonic()
    learner.login().raise_for_status()
    learner.start()
    started = time.monotonic()
    notebook = learner.open(CHAPTER)
    learner.run("1")
    opened = time.monotonic()
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in cells[:CELLS]:
        answer = learner.run(cell)
        if "Error" in answer:
            raise RuntimeError(f"{learner.name}: {answer}")
    learner.run(f"mine = {learner.name!r}")
    ran = time.monotonic()
    notebook["cells"][0]["source"] += f"\n\nEdited by {learner.name}."
    learner.write(CHAPTER, notebook)
    return started - begin, opened - begin, ran - opened


def has_work(learner: Learner) -> bool:
    """Whether the kernel has kept its variable, and the notebook its edit."""
    kept = learner.run("mine") == repr(learner.name)
    return kept and has_saved(learner)


def has_saved(learner: Learner) -> bool:
    """Whether the notebook has kept its edit."""
    source = learner.read(CHAPTER)["cells"][0]["source"]
    return source.endswith(f"Edited by {learner.name}.")


def measure(number: int, folder: Path) -> bool:
    """Print what a class of `number` takes; whether nobody has lost anything."""
    load = os.getloadavg()[0]
    print(
        f"{number} learners at once on {os.cpu_count()} cores; load before: {load:.1f}", flush=True
    )
    with running(folder, f"c.JupyterHub.active_server_limit = {number}") as hub:
        learners = [Learner(hub, f"learner-{i}") for i in range(number)]
        seconds = list(zip(*together(arrive, learners), strict=True))
        refused = sum(learner.refused for learner in learners)
        print("                          least / median / most")
        print(
            f"to a ready server:        {spread(seconds[0], 's')} ({refused} refusals, tried again)"
        )
        print(f"to an open notebook:      {spread(seconds[1], 's')}")
        print(f"its first {CELLS} cells of code: {spread(seconds[2], 's')}", flush=True)

        found = [learner.processes() for learner in learners]
        for name, part in (
            ("server", slice(1)),
            ("kernel", slice(1, 2)),
            ("a learner", slice(None)),
        ):
            for kind in ("uss", "pss", "rss"):
                held = [megabytes(processes[part], kind) for processes in found]
                print(f"memory, {name}, {kind}:".ljust(26) + spread(held, "MB"), flush=True)
        core = psutil.Process(hub.process.pid)
        parts = [core, *(p for p in core.children() if "singleuser" not in " ".join(p.cmdline()))]
        print(f"memory, hub, proxy and culler: {megabytes(parts, 'pss'):.0f} MB pss", flush=True)

        extra = Learner(hub, "one-too-many")
        extra.login().raise_for_status()
        answer = extra.request_server()
        print(f"one too many: {answer.status_code} {answer.text}", flush=True)
        verdicts = {
            "one too many is refused": answer.status_code == 429,
            "their work goes on": all(together(has_work, learners)),
        }

        hub.kill()
        verdicts["they work while the hub is away"] = all(together(has_work, learners))
        begin = time.monotonic()
        hub.start()
        print(f"the hub is back after {time.monotonic() - begin:.0f} s", flush=True)
        wait_for(lambda: all(together(Learner.ready, learners)))
        verdicts["they work when it is back"] = all(together(has_work, learners))

        first = learners[0]
        kill(first.processes()[0])
        first.start()
        first.open(CHAPTER)
        verdicts["after its server was killed, what was saved is there"] = has_saved(first)
        verdicts["nobody else noticed"] = all(together(has_work, learners[1:]))
    for what, good in verdicts.items():
        print(f"{'yes' if good else 'NO '}  {what}")
    return all(verdicts.values())


if __name__ == "__main__":
    try:
        number = int(sys.argv[1]) if sys.argv[1:] else 8
    except ValueError:
        number = 0
    if len(sys.argv) > 2 or number < 1:
        sys.exit("usage: learners.py [how many learners, 8 if not given]")
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started ends with it
    with tempfile.TemporaryDirectory(prefix="classroom-") as place:
        sys.exit(not measure(number, Path(place)))
