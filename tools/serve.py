"""serve.py PORT: build the site, show it, build again what is saved; the browser reloads by itself.

It builds what `make site` builds, again and again in one process, where nothing is imported twice.
"""

import contextlib
import io
import os
import sys
import threading
import time
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from jupyter_book.cli.main import main as jupyter_book

SITE = Path("_build/html")
SOURCES = ("_*.yml", "requirements.txt", "d2l_helpers/*.py", "book/**/*.*")
KINDS = {".bib", ".css", ".html", ".js", ".md", ".png", ".py", ".svg", ".txt", ".yml"}
RELOAD = b"""let seen;
setInterval(async () => {
  const now = await fetch("/-/version").then((reply) => reply.text()).catch(() => seen);
  if (seen && now !== seen) location.reload();
  seen = now;
}, 500);"""


class Handler(SimpleHTTPRequestHandler):
    """Serves the site; each page gets a script that reloads it after a build."""

    version = b""

    def do_GET(self):
        """Answer with a page, with what its script asks for, or with any other file."""
        file = Path(self.translate_path(self.path))
        page = file if file.exists() else SITE / "404.html"
        if self.path.startswith("/-/"):
            self.reply(self.version if self.path == "/-/version" else RELOAD, "text/javascript")
        elif page.suffix == ".html" and page.is_file():
            html = page.read_bytes() + b'<script src="/-/reload.js"></script>'
            self.reply(html, "text/html", 200 if page is file else 404)
        else:
            super().do_GET()

    def reply(self, body, kind, status=200):
        """Send a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def translate_path(self, path):
        """Find the file; the links of 404.html begin with the folder of the published site."""
        file, below = super().translate_path(path), path.lstrip("/").partition("/")[2]
        return super().translate_path(below) if below and not Path(file).exists() else file

    def log_message(self, *args):
        """Leave the terminal to the builds."""


def sources() -> dict[Path, float]:
    """The files that the site is made of, each with the time of its last change."""
    paths = [path for pattern in SOURCES for path in Path().glob(pattern)]
    times = {}
    for path in paths:
        with contextlib.suppress(FileNotFoundError):  # an editor has just renamed it
            if path.suffix in KINDS:
                times[path] = path.stat().st_mtime
    return times


def build() -> None:
    """Build what has changed; what is wrong with a page is printed, and no reason to stop."""
    start = time.monotonic()
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            jupyter_book(["build", ".", "-n"], standalone_mode=False)
    except (Exception, SystemExit) as error:  # noqa: BLE001
        print(f"serve: {error}", file=sys.stderr)
    Handler.version = str(time.time_ns()).encode()
    print(f"serve: built in {time.monotonic() - start:.1f} s", flush=True)


def main(port: int) -> None:
    """Serve the site, and build it again when one of its sources has changed."""
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Handler, directory=SITE))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://localhost:{server.server_port}"
    print(f"serve: {address} once it is built (Ctrl+C ends it)", flush=True)
    seen = {}
    while True:
        now = sources()
        changed = {path for path, _ in now.items() ^ seen.items()}
        if seen and any(path.suffix in {".py", ".txt"} for path in changed):
            os.execv(sys.executable, [sys.executable, *sys.argv])  # what was imported has changed
        if changed:
            seen = now
            build()
        time.sleep(0.3)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(int(sys.argv[1]))
