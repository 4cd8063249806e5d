"""What ends by itself: idle servers; and all that a test has started."""

import psutil
import pytest
from learners import CHAPTER, Learner, running, wait_for


def test_an_idle_server_is_stopped(tmp_path):
    at_once = "c.JupyterHub.services[0]['command'][-1:] = ['--timeout=1', '--cull-every=1']"
    with running(tmp_path, at_once) as hub:
        learner = Learner(hub, "idle")
        learner.login().raise_for_status()
        assert learner.request_server().ok
        wait_for(lambda: not learner.model()["servers"])
        assert "Culling server idle" in (tmp_path / "hub.log").read_text()
        assert (learner.home / CHAPTER).exists()


def test_nothing_survives_a_failure(tmp_path):
    """Of a hub that was killed as well: its proxy, its culler and the servers."""
    left = []

    def fail():
        with running(tmp_path) as hub:
            learner = Learner(hub, "left")
            learner.login().raise_for_status()
            assert learner.request_server().ok
            left.extend(psutil.Process(hub.process.pid).children(recursive=True))
            hub.kill()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(left) >= 3
    assert not any(process.is_running() for process in left)
