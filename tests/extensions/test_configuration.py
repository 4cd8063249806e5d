import subprocess

import pytest
from _ext.configuration import POLICY, default_branch, repository, site_url

GITHUB = {"GITHUB_REPOSITORY": "teacher/course"}


@pytest.mark.parametrize(
    ("origin", "env", "address"),
    [
        ("https://github.com/teacher/course", {}, "https://github.com/teacher/course"),
        ("https://github.com/teacher/course.git", {}, "https://github.com/teacher/course"),
        ("git@github.com:teacher/course.git", {}, "https://github.com/teacher/course"),
        ("ssh://git@git.example.org/a/b/c/", {}, "https://git.example.org/a/b/c"),
        ("https://me:secret@github.com/teacher/course", {}, "https://github.com/teacher/course"),
        ("https://git.example.org:8443/a/b.git", {}, "https://git.example.org:8443/a/b"),
        ("ssh://git@git.example.org:2222/a/b.git", {}, "https://git.example.org/a/b"),
        ("/srv/course", {}, ""),
        ("", {}, ""),
        ("https://git.example.org/a/b", GITHUB, "https://github.com/teacher/course"),
        ("", GITHUB | {"GITHUB_SERVER_URL": "https://ghe.org"}, "https://ghe.org/teacher/course"),
    ],
)
def test_repository(origin, env, address, tmp_path, monkeypatch):
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    if origin:
        subprocess.run(["git", "-C", tmp_path, "remote", "add", "origin", origin], check=True)
    assert repository(tmp_path) == address


def test_default_branch(tmp_path, monkeypatch):
    git = ("git", "-C", tmp_path)
    assert default_branch(tmp_path) == "main"
    subprocess.run([*git, "init", "--quiet"], check=True)
    assert default_branch(tmp_path) == "main"
    head = "refs/remotes/origin/HEAD"
    subprocess.run([*git, "symbolic-ref", head, "refs/remotes/origin/dev"], check=True)
    assert default_branch(tmp_path) == "dev"
    monkeypatch.setenv("DEFAULT_BRANCH", "trunk")
    assert default_branch(tmp_path) == "trunk"


@pytest.mark.parametrize(
    ("url", "repository", "address"),
    [
        ("", "https://github.com/Teacher/course", "https://teacher.github.io/course/"),
        ("", "https://github.com/teacher/Teacher.github.io", "https://teacher.github.io/"),
        ("", "https://git.example.org/teacher/course", ""),
        ("", "", ""),
        ("https://example.org/a", "https://github.com/teacher/course", "https://example.org/a/"),
        ("https://example.org/a/", "", "https://example.org/a/"),
    ],
)
def test_address_of_the_site(url, repository, address, monkeypatch):
    if url:
        monkeypatch.setenv("SITE_URL", url)
    assert site_url(repository) == address


TEMPLATE = '{% extends "!page.html" %}{% block extrahead %}<meta name=x content="{{ POLICY }}">'
TEMPLATE = TEMPLATE.replace("POLICY", "policy }}|{{ site }}|{{ repository") + "{% endblock %}"


def test_what_a_build_knows_is_in_its_pages(build, tmp_path):
    for known in (True, False):  # the second must not keep what the first has written
        site = build(
            {"index": "# One\n\n```{toctree}\npart/a\n```", "part/a": "# Two"}, "configuration",
            files={"_templates/page.html": TEMPLATE}, templates_path=["_templates"], at=tmp_path,
            html_title="Course", env=GITHUB | {"DEFAULT_BRANCH": "trunk"} if known else {}, course_preview=not known,
        )  # fmt: skip
        page = site.whole("part/a")
        home = "https://github.com/teacher/course" * known
        assert page.select_one("[name=x]")["content"] == f"{POLICY * known}|Course|{home}"
        edit = [link["href"] for link in page.select(".edit-this-page a")]
        assert edit == [f"{home}/edit/trunk/part/a.md"] * known
        base = "https://teacher.github.io/course/"
        assert site.app.config.notfound_urls_prefix == ("/course/" if known else "/")
        assert (site.out / "sitemap.xml").exists() == known
        if known:
            pages = (site.out / "sitemap.xml").read_text()
            assert f"<loc>{base}index.html</loc>" in pages
            assert f"<loc>{base}part/a.html</loc>" in pages
        assert site.warnings == ""


def test_what_npm_brings_builds_all_anew(build, tmp_path):
    pages = {"index": "# One\n\n```{toctree}\na\n```", "a": "# Two"}
    build(pages, "configuration", at=tmp_path)
    for change in ("package-lock.json", "node_modules/katex/package.json", None):
        site = build(pages, "configuration", at=tmp_path, files={change: "{}"} if change else {})
        added = "2 added" if change else "0 added, 0 changed"
        assert added in site.app.status.getvalue()


def test_a_build_that_did_not_end_well_is_begun_anew(build, tmp_path):
    """Sphinx keeps what it has read, and would neither warn again nor write what it did not write."""
    pages = {"index": "# One\n\n```{toctree}\na\n```", "a": "# Two"}

    def stop(app, pagename, *rest):
        raise KeyboardInterrupt

    build(pages, "configuration", at=tmp_path)
    (tmp_path / "a.md").write_text("# Three")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("_ext.configuration.complete", stop)
        with pytest.raises(KeyboardInterrupt):
            build(pages | {"a": "# Three"}, "configuration", at=tmp_path)
    site = build(pages | {"a": "# Three"}, "configuration", at=tmp_path)
    assert site["a"].h1.get_text() == "Three#"
    wrong = pages | {"a": "# Three\n\n```{nothing}\n```"}
    for _ in range(2):
        conf = "def setup(app):\n    app.keep_going = True\n"  # as the site is built
        site = build(wrong, "configuration", at=tmp_path, files={"conf.py": conf})
        assert "nothing" in site.warnings
