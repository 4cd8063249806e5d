"""The built site as GitHub Pages serves it: compressed, and from a folder of its host."""

import gzip
import posixpath
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[2]
NODE = ROOT / ".venv/bin/node"
COMPRESSED = {".html", ".css", ".js", ".json", ".svg", ".txt", ".xml"}
REDIRECT = '<meta http-equiv="refresh"'


class Site:
    """The files of the built site."""

    def __init__(self, folder: Path):
        self.folder = folder
        names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.html"))]
        self.pages = [
            name
            for name in names
            if not name.startswith("_static/") and REDIRECT not in self.text(name).lower()
        ]
        self.chapters = [name for name in self.pages if name.startswith("book/")]
        self.chinese = [name for name in self.pages if name.startswith("zh/")]
        self.read = [name for name in self.pages if "_modules/" not in name]
        # The folder of the real host, if the site knows its address.
        sitemap = self.text("sitemap.xml") if self.file("sitemap.xml") else ""
        found = re.search(r"<loc>https?://[^/]+(/.*)book/index.html</loc>", sitemap)
        self.base = found[1] if found else "/"

    def file(self, name: str) -> Path | None:
        """The file of that name, or of that folder's index; None if there is none."""
        path = self.folder / name
        path = path / "index.html" if path.is_dir() else path
        return path if path.is_file() else None

    def served(self, address: str) -> Path | None:
        """The file that an address, or its path alone, leads to."""
        path = posixpath.normpath(unquote(urlsplit(address).path))
        inside = f"{path}/".startswith(self.base)
        return self.file(path[len(self.base) :]) if inside else None

    def text(self, name: str) -> str:
        return (self.folder / name).read_text()

    @cache  # noqa: B019  # there is one site
    def soup(self, page: str) -> BeautifulSoup:
        return BeautifulSoup(self.text(page), "lxml")

    @cache  # noqa: B019
    def sent(self, file: Path) -> bytes:
        """What travels for a file."""
        body = file.read_bytes()
        return gzip.compress(body) if file.suffix in COMPRESSED else body


@contextmanager
def serve(site: Site) -> Iterator[str]:
    """Serve the site as long as the block lasts; gives its address, which ends in a slash."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self):
            found = site.served(self.path)
            file = found or site.file("404.html")
            body = site.sent(file) if file else b""
            self.send_response(200 if found else 404)
            if file:
                self.send_header("Content-Type", guess_type(file)[0] or "application/octet-stream")
                if file.suffix in COMPRESSED:
                    self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *message):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{site.base}"
    server.shutdown()
    server.server_close()
