"""The values for Kubernetes: their keys are the chart's, and they fit what has been measured."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
VALUES = (ROOT / "classroom/values.yaml").read_text()
CONFIG = (ROOT / "classroom/jupyterhub_config.py").read_text()
# From the chart's configuration reference, https://z2jh.jupyter.org/en/stable/resources/reference.html;
# what stands below one that ends in a dot is Kubernetes' or JupyterHub's.
KNOWN = {
    "singleuser": (
        "image.name image.tag storage.capacity storage.homeMountPath defaultUrl extraEnv. startTimeout "
        "lifecycleHooks.postStart. memory.guarantee memory.limit cpu.guarantee cpu.limit"
    ),
    "hub": "config. concurrentSpawnLimit activeServerLimit",
    "proxy": "https.enabled https.hosts https.letsencrypt.contactEmail",
    "prePuller": "hook.enabled continuous.enabled",
    "scheduling": (
        "podPriority.enabled userPlaceholder.enabled userPlaceholder.replicas userScheduler.enabled"
    ),
    "cull": "enabled timeout every",
}


def leaves(tree: dict, path: str = "") -> list[str]:
    """Every key that has a value, with all that it stands under."""
    found = []
    for key, value in tree.items():
        below = f"{path}{key}"
        found += leaves(value, f"{below}.") if isinstance(value, dict) else [below]
    return found


def megabytes(quantity: str) -> int:
    number, unit = re.fullmatch(r"(\d+)([MG])", quantity).groups()
    return int(number) * {"M": 1, "G": 1024}[unit]


def test_the_keys_are_those_of_the_chart():
    known = [f"{part}.{key}" for part, keys in KNOWN.items() for key in keys.split()]
    found = leaves(yaml.safe_load(VALUES))
    assert len(found) > 20
    strange = [
        key
        for key in found
        if key not in known and not any(key.startswith(k) for k in known if k.endswith("."))
    ]
    assert strange == []


def test_the_memory_is_that_of_a_learner():
    """A learner has what was measured, which the one machine counts with, and no more than there."""
    learner, most = re.search(r"= (\d+) \* 2\*\*20, (\d+) \* 2\*\*30", CONFIG).groups()
    memory = yaml.safe_load(VALUES)["singleuser"]["memory"]
    assert int(learner) <= megabytes(memory["guarantee"]) <= 1.5 * int(learner)
    assert megabytes(memory["limit"]) == int(most) * 1024


def test_what_only_the_teacher_knows_is_marked():
    lines = VALUES.splitlines()
    places = [line for line in lines if "example.org" in line or re.search(r"^\s+tag:", line)]
    assert len(places) == 4
    assert all("# REPLACE" in line for line in places)
    assert "NOT RUN" in VALUES
    # no password, and so nobody comes in until a real one is named
    assert yaml.safe_load(VALUES)["hub"]["config"] == {
        "JupyterHub": {"authenticator_class": "null"}
    }
