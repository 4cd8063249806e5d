import pytest

CASES = [  # what is written, what stays together, what is Chinese
    ("Take $x$, then $y$.", [r"\(x\),", r"\(y\)."], []),
    ("Take ($x$), and", [r"\(x\)),"], []),
    ("Take $x$ – so", [], []),
    ("Is $x$", [], []),
    ("see 动手学 and *深度*", [], ["动手学", "深度"]),
    ("《书》（乙）", [], ["《书》（乙）"]),
    ("`代码`: $x$?", [r"\(x\)?"], ["代码"]),
]


@pytest.fixture(scope="module", params=["en", "zh_CN"])
def page(build, request):
    text = "\n\n".join(["# Page", *(case[0] for case in CASES), "```text\n代码\n```"])
    site = build(text, "elements", "text", language=request.param)
    assert site.warnings == ""
    return request.param, site["index"]


@pytest.mark.parametrize("i", range(len(CASES)), ids=[case[0] for case in CASES])
def test_marks_stay_with_formulas_and_chinese_says_so(page, i):
    language, article = page
    myst, together, chinese = CASES[i]
    paragraph = article.find_all("p")[i]
    plain = myst.replace("*", "").replace("`", "")
    assert paragraph.get_text().replace("\\(", "$").replace("\\)", "$") == plain
    assert [span.get_text() for span in paragraph.select(".together")] == together
    found = [span.get_text() for span in paragraph.select("[lang=zh-CN]")]
    assert found == (chinese if language == "en" else [])


def test_short_code_is_kept_on_one_line(build):
    article = build("# Page\n\n`X @ W + b` and `torch.linalg.lstsq(A, b)`", "elements", "text")[
        "index"
    ]
    assert ["short" in code["class"] for code in article.select("code")] == [True, False]


def test_code_stays(page):
    assert page[1].pre.get_text().strip() == "代码"
    assert page[1].select("pre [lang]") == []
