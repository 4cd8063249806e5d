import pytest

CASES = [  # what is written, what stays together, what is Chinese
    ("Take $x$, then $y$.", [r"\(x\),", r"\(y\)."], []),
    ("Take ($x$), and", [r"(\(x\)),"], []),
    ("Take ($x$ and", [r"(\(x\)"], []),
    ("Take $x$ – so", [], []),
    ("Is $x$", [], []),
    ("Long is $a+b+c+d+e+f+g+h+i+j+k+l$, and may break", [], []),
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


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("at 1 A, 20 mV and 4000 K", "at 1_A, 20_mV and 4000_K"),
        ("10 % of 30 MB, 0.28 µm", "10_% of 30_MB, 0.28_µm"),
        ("5 m² and 6 k€", "5_m² and 6_k€"),
        ("5 a, 3 samples, 2 Kinds", "5 a, 3 samples, 2 Kinds"),
        ("`5 m`", "5 m"),
    ],
)
def test_a_unit_stays_with_its_number(build, text, kept):
    article = build(f"# Page\n\n{text}", "elements", "text")["index"]
    assert article.p.get_text().replace("\u00a0", "_") == kept


def test_code_stays(page):
    assert page[1].pre.get_text().strip() == "代码"
    assert page[1].select("pre [lang]") == []
