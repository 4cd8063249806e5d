"""What the workflows may do, job by job."""

from pathlib import Path

import pytest
import yaml

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github/workflows").glob("*.yml"))
COURSE = yaml.safe_load(next(p for p in WORKFLOWS if p.name == "course.yml").read_text())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_job_writes_to_more_than_one_thing(path):
    """A token proves who runs; it is none that writes."""
    workflow = yaml.safe_load(path.read_text())
    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        writes = {what for what, may in job["permissions"].items() if may == "write"}
        assert len(writes - {"id-token"}) <= 1, name


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_secret_is_in_an_address_or_a_command(path):
    for job in yaml.safe_load(path.read_text())["jobs"].values():
        for script in (step.get("run", "") for step in job["steps"]):
            assert "TOKEN" not in script
            assert "secrets." not in script
            assert "github.token" not in script
            assert "@$" not in script


def test_pages_and_notebooks_are_published_by_jobs_that_execute_no_chapter():
    publishing = {name: job for name, job in COURSE["jobs"].items() if name != "validate"}
    assert set(publishing) == {"notebooks", "deploy"}
    assert COURSE["jobs"]["validate"]["permissions"] == {"contents": "read"}
    for job in publishing.values():
        assert job["if"] == "needs.validate.outputs.publish == 'true'"
        assert not any("checkout" in step.get("uses", "") for step in job["steps"])


def test_what_is_published_and_edited_is_the_default_branch():
    default = "github.event.repository.default_branch"
    assert COURSE["env"]["DEFAULT_BRANCH"] == f"${{{{ {default} }}}}"
    assert f"format('refs/heads/{{0}}', {default})" in COURSE["env"]["PUBLISH"]
