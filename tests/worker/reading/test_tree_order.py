"""The tree of a page is put in order before its text is looked for: blocks read as a browser shows them."""

import pytest

from worker.document.block_walker import list_page_blocks
from worker.document.html_parsing import parse_html
from worker.document.normalization.tree_normalization import normalize_tree


def shown(body: str, lang: str = "en") -> list[str]:
    """List the lines of a page with this body."""
    tree = parse_html(f"<html lang='{lang}'><body><article>{body}</article></body></html>")
    assert tree is not None
    normalize_tree(tree)
    return [block.text for block in list_page_blocks(tree)]


LONG = "The harbour board of the town will say on Tuesday what is to become of the slip by the northern quay."

IN_SENTENCE = [
    (
        "<p>It opens on <time>5 May</time> at seven, said the board.</p>",
        "It opens on 5 May at seven, said the board.",
    ),
    ("<h3>What changed on <time>1 May</time></h3>", "What changed on 1 May"),
    ("<li>The vote, on <time>4 June</time>, is open.</li>", "The vote, on 4 June, is open."),
    (
        "<p>The <button>harbour board</button> said so that evening.</p>",
        "The harbour board said so that evening.",
    ),
    ("<h3><button aria-expanded=false>Who pays?</button></h3>", "Who pays?"),
    ("<p>The quay bears <meter value=.4>40 %</meter> of its load.</p>", "The quay bears 40 % of its load."),
    (
        "<p>In all <output>1,200</output> came, and <data value=7>seven</data> spoke.</p>",
        "In all 1,200 came, and seven spoke.",
    ),
    ("<ul><li><label><input type=checkbox> 200 g flour</label></li></ul>", "200 g flour"),
    (
        "<p>Version 3 <x-emoji>🎉</x-emoji> of <rel-time>May 5</rel-time> is out.</p>",
        "Version 3 🎉 of May 5 is out.",
    ),
    ("<p>Offen <time>9</time>–<time>17 Uhr</time></p>", "Offen 9–17 Uhr"),
    (
        "<p>قال <button class=term>المجلس</button> إن السقف سليم بعد الإصلاح.</p>",
        "قال المجلس إن السقف سليم بعد الإصلاح.",
    ),
    ("<p>上游的<button data-tip=x>泥沙</button>讓水深只剩一公尺半。</p>", "上游的泥沙讓水深只剩一公尺半。"),
    ("<p>We met at the <glossary>slip</glossary> at last.</p>", "We met at the slip at last."),
    ("<p>Le prix est de <my-price>3 €</my-price> par jour.</p>", "Le prix est de 3 € par jour."),
]


@pytest.mark.parametrize(("body", "line"), IN_SENTENCE)
def test_words_of_an_inline_element_stay_in_their_line(body: str, line: str) -> None:
    assert shown(body) == [line]


BESIDE_SENTENCE = [
    ("<p>The board will meet again. <button>Share</button></p>", "The board will meet again."),
    ("<p>Was this of use to you? <button>Yes</button> <button>No</button></p>", "Was this of use to you?"),
]


@pytest.mark.parametrize(("body", "line"), BESIDE_SENTENCE)
def test_a_button_after_a_sentence_is_no_word_of_it(body: str, line: str) -> None:
    assert shown(body) == [line]


def test_a_control_by_itself_stays_a_control() -> None:
    tree = parse_html(
        "<body><p><time>5 May</time></p><div><button>Go</button></div><form><label>Mail</label></form></body>"
    )
    assert tree is not None
    normalize_tree(tree)
    assert [element.tag for element in tree.iter("time", "button", "label")] == ["time", "button", "label"]


def test_the_date_of_a_byline_does_not_run_into_the_name() -> None:
    tree = parse_html("<body><div><span>渡辺洋介</span><time>2025年1月13日</time></div></body>")
    assert tree is not None
    normalize_tree(tree)
    assert next(tree.iter("time"), None) is not None


def test_an_element_of_the_pages_own_that_holds_blocks_is_a_block() -> None:
    assert shown(f"<my-note><p>{LONG}</p><p>It is old.</p></my-note><x-line>{LONG}</x-line>") == [
        LONG,
        "It is old.",
        LONG,
    ]


def test_buttons_over_panels_are_the_headings_of_an_accordion() -> None:
    pair = "<button aria-expanded=false>{}</button><div><p>{}</p></div>"
    body = pair.format("Cost", "The town pays.") + pair.format("Time", "In the autumn.")
    assert shown(body) == ["Cost", "The town pays.", "Time", "In the autumn."]


FIGURES = [
    ("10<sup>6</sup> grains", "10⁶ grains"),
    ("10<sup>-3</sup> of it", "10⁻³ of it"),
    ("14 m<sup>2</sup>", "14 m²"),
    ("<sup>14</sup>C", "¹⁴C"),
    ("2<sup>n</sup> ways", "2^n ways"),
    ("2<sup>n+1</sup> ways", "2^(n+1) ways"),
    ("1<sup>1</sup>/<sub>2</sub> cups", "1¹/₂ cups"),
    ("log<sub>2</sub>8", "log₂8"),
    ("in 1998<sup><a href='#fn3'>3</a></sup>", "in 1998[3]"),
    ("in 1998<sup class=footnote-ref>3</sup>", "in 1998[3]"),
    ("10<span style='vertical-align: super'>6</span> grains", "10⁶ grains"),
    ("in 1998.<sup>3</sup> So", "in 1998.[3] So"),
    ("३० m<sup>२</sup> या 10<sup>५</sup> लीटर", "३० m२ या 10^५ लीटर"),
    ("粒は10<sup>９</sup>個", "粒は10⁹個"),
    ("the board<sup>3</sup> said", "the board[3] said"),
]
SUMS = [("x<sup>n+1</sup> of it", "x^(n+1) of it"), ("the x<sup>n−1</sup>", "the x^(n−1)")]
AS_THEY_ARE = [
    ("the 2<sup>nd</sup> quay", "the 2nd quay"),
    ("le 1<sup>er</sup> mai", "le 1er mai"),
    ("la 2<sup>a</sup> edición", "la 2a edición"),
    ("H<sub>2</sub>O and CO<sub>2</sub>", "H2O and CO2"),
    ("Wiki<sup>[5]</sup> says", "Wiki[5] says"),
    ("Acme<sup>TM</sup> lamps", "AcmeTM lamps"),
    ("la N<sup>a</sup> x", "la Na x"),
]


@pytest.mark.parametrize(("body", "line"), [*FIGURES, *SUMS, *AS_THEY_ARE])
def test_raised_figures_do_not_run_into_numbers(body: str, line: str) -> None:
    assert shown(f"<p>{body}</p>") == [line]


QUOTATIONS = [
    ("en", "She said <q>we waited</q> and left.", "She said “we waited” and left."),
    ("de", "Sie sagte: <q>Wir <q>warten</q> nicht.</q>", "Sie sagte: „Wir ‚warten‘ nicht.“"),
    ("fr", "Elle dit <q>assez</q> et part.", "Elle dit « assez » et part."),
    ("ja", "彼女は<q>待った</q>と言った。", "彼女は「待った」と言った。"),
    ("ru", "Она сказала: <q>хватит</q>.", "Она сказала: «хватит»."),
    ("en", "She said <q>“we waited”</q> and left.", "She said “we waited” and left."),
    ("en", "<span lang=sv>Hon sa <q>nog</q>.</span>", "Hon sa ”nog”."),
]


@pytest.mark.parametrize(("lang", "body", "line"), QUOTATIONS)
def test_a_quotation_has_the_marks_of_its_language_once(lang: str, body: str, line: str) -> None:
    assert shown(f"<p>{body}</p>", lang) == [line]


RUBY = [
    "<ruby>図書館<rp>(</rp><rt>としょかん</rt><rp>)</rp></ruby>",
    "<ruby>図<rt>と</rt>書<rt>しょ</rt>館<rt>かん</rt></ruby>",
    "<ruby>図<rt>と<rb>書<rt>しょ<rb>館<rt>かん</ruby>",
    "<ruby><rb>図書館</rb><rtc><rt>としょかん</rt></rtc></ruby>",
]


@pytest.mark.parametrize("word", RUBY)
def test_readings_over_words_are_left_out(word: str) -> None:
    assert shown(f"<p>町の{word}は古い。</p>", "ja") == ["町の図書館は古い。"]


KATEX = (
    "<span class=katex><span class=katex-mathml><math><semantics><mi>v</mi>"
    "<annotation encoding='application/x-tex'>v=s/t</annotation></semantics></math></span>"
    "<span class=katex-html aria-hidden=true><span>v</span>=s/t</span></span>"
)
MEDIAWIKI = (
    "<span><span style='display:none'><math alttext='{\\displaystyle v=s/t}'><mi>v</mi></math></span>"
    "<img class=mwe-math-fallback-image-inline alt='{\\displaystyle v=s/t}'></span>"
)
FORMULAS = [
    ("<math><mi>v</mi><mo>=</mo><mi>s</mi><mo>/</mo><mi>t</mi></math>", "v=s/t"),
    ("<math alttext='v = s/t'><mi>x</mi></math>", "v = s/t"),
    ("<math><mi>v</mi><mo>=</mo><mfrac><mi>s</mi><mi>t</mi></mfrac></math>", "v=s/t"),
    ("<math><msup><mi>x</mi><mrow><mi>n</mi><mo>+</mo><mn>1</mn></mrow></msup></math>", "x^(n+1)"),
    ("<math><msqrt><mi>x</mi></msqrt><mo>+</mo><msub><mi>a</mi><mn>1</mn></msub></math>", "√x+a_1"),
    (KATEX, "v=s/t"),
    ("<img class=latex alt='v=s/t' src=/f.png>", "v=s/t"),
    ("<img alt='$v=s/t$' src=/f.png>", "v=s/t"),
]


@pytest.mark.parametrize(("formula", "written"), FORMULAS)
def test_a_formula_is_written_once_in_its_sentence(formula: str, written: str) -> None:
    assert shown(f"<p>It is {formula} here.</p>") == [f"It is {written} here."]


def test_a_formula_with_a_picture_for_its_copy_is_written_once() -> None:
    (line,) = shown(f"<p>It is {MEDIAWIKI} here.</p>")
    assert line == "It is v=s/t here."


NOTES = [
    "<span class=term>slip</span><span class=glossary-definition>A place where boats land.</span>",
    "<abbr>slip<span aria-hidden=true>A place where boats land.</span></abbr>",
    "slip<span role=tooltip>A place where boats land.</span>",
    "slip<span class=tooltiptext>A place where boats land.</span>",
    "slip <span role=tooltip>A place where boats land.</span>",
    "slip<label for=n1></label><input type=checkbox id=n1><span class=x>A place where boats land.</span>",
]


@pytest.mark.parametrize("term", NOTES)
def test_an_explanation_shown_on_demand_is_not_read_into_its_word(term: str) -> None:
    assert shown(f"<p>The old {term} stays shut.</p>") == ["The old slip stays shut."]


@pytest.mark.parametrize(
    "body",
    [
        "<p><span class=dropcap>T</span><span>he board met on Tuesday to decide.</span></p>",
        "<p>The board met <span class=note>on a Tuesday in May.</span></p>",
    ],
)
def test_words_that_only_look_like_a_note_stay(body: str) -> None:
    assert shown(body)[0].endswith(("met on Tuesday to decide.", "on a Tuesday in May."))


LISTINGS = [
    ("<pre>if a:\n    b()\n</pre>", "if a:\n    b()"),
    ("<pre>if a:<br>    b()</pre>", "if a:\n    b()"),
    ("<pre><code><div>if a:</div><div>    b()</div></code></pre>", "if a:\n    b()"),
    ("<pre><code><span>if</span> a:\n    <span>b</span>()</code></pre>", "if a:\n    b()"),
    ("<pre><span class=lineno>1</span>if a:\n<span class=lineno>2</span>    b()</pre>", "if a:\n    b()"),
    (
        "<table><tr><td>1<td class=code>if a:</td></tr><tr><td>2<td class=code>    b()</td></tr></table>",
        "if a:\n    b()",
    ),
    ("<div><code>if a:<br>&nbsp;&nbsp;&nbsp;&nbsp;b()</code></div>", "if a:\n    b()"),
    (
        "<table><tr><td>1<td><pre>if a:</pre></td></tr><tr><td>2<td><pre>    b()</pre></td></tr></table>",
        "if a:\n    b()",
    ),
    ("<code style='white-space: pre'>if a:\n    b()</code>", "if a:\n    b()"),
    ("<div><code class=language-py>if a:\n    b()</code></div>", "if a:\n    b()"),
    ("<x-code><code style='white-space:pre-wrap'>if a:\n    b()</code></x-code>", "if a:\n    b()"),
    ("<div style='white-space:pre;font-family:monospace'>if a:\n    b()</div>", "if a:\n    b()"),
    ("<p style='white-space:pre-wrap'>if a:\n  b()\n  c()</p>", "if a:\n  b()\n  c()"),
    ("<figure><pre>if a:\n    b()</pre></figure>", "if a:\n    b()"),
]

NO_LISTINGS = [
    ("<p>Call <code class=language-py>a()\n</code> and wait.</p>", ["Call a() and wait."]),
    ("<div><code>a\n  b</code></div>", ["a b"]),
    ("<div style='white-space: normal'>One\n  two\n  three</div>", ["One two three"]),
    ("<p><span style='white-space: nowrap'>3 pounds\n  4</span> a day</p>", ["3 pounds 4 a day"]),
    (
        "<table><tr><td>1<td>Ann</td></tr><tr><td>2<td>Ben</td></tr></table>",
        ["1", "Ann", "2", "Ben"],
    ),
]


@pytest.mark.parametrize(("body", "lines"), NO_LISTINGS)
def test_line_ends_that_a_browser_folds_are_none(body: str, lines: list[str]) -> None:
    assert shown(body) == lines


VERSE = [
    "<p><span style='display:block'>In weed</span><span style='display: block'>it lies</span></p>",
    "<div class=poem><div class=line>In weed</div><div class=line>it lies</div></div>",
    "<blockquote><span class=verse-line>In weed</span> <span class=verse-line>it lies</span></blockquote>",
    "<p>In weed<span style='display:block'>it lies</span></p>",
    "<div class=haiku><div>In weed</div><div>it lies</div></div>",
    "<div class='entry-poem'><p>In weed</p><p>it lies</p></div>",
]


@pytest.mark.parametrize("body", VERSE)
def test_lines_of_verse_that_are_elements_stand_in_one_paragraph(body: str) -> None:
    tree = parse_html(f"<body><article>{body}</article></body>")
    assert tree is not None
    normalize_tree(tree)
    blocks = list_page_blocks(tree)
    assert [block.text for block in blocks] == ["In weed", "it lies"]
    assert len({block.run for block in blocks}) == 1


NO_VERSE = [
    "<div><div class=headline>In weed</div><div class=headline>it lies</div></div>",
    "<div><div class=line><a href=/1>In weed</a></div><div class=line>it lies</div></div>",
    "<div><div class=line>In weed</div><div class=date>it lies</div></div>",
    "<div><div class=line><p>In weed</p></div><div class=line>it lies</div></div>",
    "<div class=poems><div class=item><h3>In weed</h3></div><div class=item><p>it lies</p></div></div>",
    "<div class=universe><div>In weed</div><div>it lies</div></div>",
]


@pytest.mark.parametrize("body", NO_VERSE)
def test_elements_that_are_no_lines_of_verse_stay_apart(body: str) -> None:
    tree = parse_html(f"<body><article>{body}</article></body>")
    assert tree is not None
    normalize_tree(tree)
    assert len({block.run for block in list_page_blocks(tree)}) == 2


TEXT_FIGURES = [
    ("<figure><p>In weed it lies.</p></figure>", "div"),
    ("<figure><pre>a()</pre><figcaption>A call</figcaption></figure>", "div"),
    ("<figure><img src=/a.jpg><p>In weed it lies.</p></figure>", "figure"),
    ("<figure><blockquote><p>In weed it lies.</p></blockquote></figure>", "figure"),
    ("<figure><p>In weed.</p><figcaption>Photo: Ann</figcaption></figure>", "figure"),
    ("<figure><p>In weed<br>it lies.</p><figcaption>A song</figcaption></figure>", "div"),
    ("<figure><img src=/a.jpg><p>In weed<br>it lies.</p><figcaption>A song</figcaption></figure>", "figure"),
    ("<figure><p><a href=/1>In weed it lies</a></p></figure>", "figure"),
]


@pytest.mark.parametrize(("body", "tag"), TEXT_FIGURES)
def test_a_figure_is_opened_where_it_is_text_alone(body: str, tag: str) -> None:
    tree = parse_html(f"<body><article>{body}</article></body>")
    assert tree is not None
    normalize_tree(tree)
    assert tree.find(".//article")[0].tag == tag


@pytest.mark.parametrize(("body", "text"), LISTINGS)
def test_preformatted_text_keeps_its_lines_and_indentation(body: str, text: str) -> None:
    assert shown(body) == [text]


def test_a_column_of_line_numbers_is_no_text() -> None:
    gutter = "<td class=gutter><pre>1\n2</pre></td>"
    body = f"<table><tr>{gutter}<td class=code><pre>if a:\n  b()</pre></td></tr></table>"
    assert shown(body) == ["if a:\n  b()"]


@pytest.mark.parametrize(
    "names",
    ["style='white-space: pre-line'", "class='italic whitespace-pre-line'", "class=whitespace-pre-wrap"],
)
@pytest.mark.parametrize("tag", ["p", "div"])
def test_a_style_that_shows_line_ends_breaks_lines(tag: str, names: str) -> None:
    assert shown(f"<{tag} {names}>In weed and sand\nthe ferry lies.</{tag}>") == [
        "In weed and sand",
        "the ferry lies.",
    ]


def test_a_style_that_folds_line_ends_breaks_none() -> None:
    assert shown("<p class=whitespace-nowrap>In weed and sand\nthe ferry lies.</p>") == [
        "In weed and sand the ferry lies."
    ]


CELLS = [
    ("<td><ol><li>Readers</li><li>Dogs</li></ol></td>", "Readers; Dogs"),
    ("<td>Files<br>and maps</td>", "Files and maps"),
    ("<td><p>For reading.</p><p>Concerts</p></td>", "For reading. Concerts"),
    ("<td>Files:<ul><li>old</li></ul></td>", "Files: old"),
    ("<td><b>Hall</b></td>", "Hall"),
]


@pytest.mark.parametrize(("cell", "line"), CELLS)
def test_a_cells_lists_and_lines_stay_within_it(cell: str, line: str) -> None:
    assert shown(f"<table><tr><th>Room</th><th>Use</th></tr><tr><td>1</td>{cell}</tr></table>")[3:] == [line]


LAYOUTS = [
    f"<table role=presentation><tr><td>Menu</td><td>{LONG}</td></tr></table>",
    f"<table><tr><td>Menu</td><td>{LONG}<br><br>{LONG}<br><br>{LONG}</td></tr></table>",
    f"<table><tr><td>Menu</td><td><table><tr><td>{LONG}</td></tr></table></td></tr></table>",
    f"<table><tr><td>Menu</td><td><p>{LONG}<p>{LONG}<p>{LONG}</td></tr><tr><td>a</td><td>b</td></tr></table>",
    (
        "<table><tr><td colspan=2>Logo</td></tr><tr><td>Home<br>Links</td>"
        f"<td>{'<br><br>'.join([LONG] * 6)}</td></tr><tr><td colspan=2>2026</td></tr></table>"
    ),
    (
        "<table><tr><td>Logo</td><td>Search</td></tr><tr><td>Home<br>Links</td>"
        f"<td><h1>The slip</h1>{f'<div>{LONG}</div>' * 6}</td></tr></table>"
    ),
]


@pytest.mark.parametrize("table", LAYOUTS)
def test_a_table_that_lays_out_a_page_is_none(table: str) -> None:
    tree = parse_html(f"<body>{table}</body>")
    assert tree is not None
    normalize_tree(tree)
    assert next(tree.iter("body")).find("table") is None


@pytest.mark.parametrize(
    "table",
    [
        "<table><tr><td>Mon</td><td>10:00</td></tr><tr><td>Tue</td><td>11:00</td></tr></table>",
        f"<table><tr><th>Room</th><th>Use</th></tr><tr><td>Hall</td><td>{LONG}</td></tr></table>",
        "<table><tr><td>Mill</td><td>1840</td></tr></table>",
        # long remarks in each row: none of them is the page
        "<table>" + f"<tr><td>Mill</td><td>{'<br>'.join([LONG] * 6)}</td></tr>" * 3 + "</table>",
    ],
)
def test_a_table_of_data_stays_one(table: str) -> None:
    tree = parse_html(f"<body>{table}</body>")
    assert tree is not None
    normalize_tree(tree)
    assert {block.kind for block in list_page_blocks(tree)} == {"cell"}


def test_a_list_between_items_stands_in_the_item_before_it() -> None:
    tree = parse_html("<body><ul><li>One</li><ul><li>Inner</li></ul><li>Two</li></ul></body>")
    assert tree is not None
    normalize_tree(tree)
    inner = next(block for block in list_page_blocks(tree) if block.text == "Inner")
    assert inner.frame is not None
    assert [frame.tag for frame in inner.frame.up()][:4] == ["li", "ul", "li", "ul"]


def test_order_is_kept_by_a_second_round() -> None:
    body = (
        "".join(case[0] for case in (*IN_SENTENCE, *FIGURES, *LISTINGS))
        + KATEX
        + f"<fieldset><p>{LONG}</p></fieldset>"
    )
    tree = parse_html(f"<body>{body}</body>")
    assert tree is not None
    normalize_tree(tree)
    once = [block.text for block in list_page_blocks(tree)]
    normalize_tree(tree)
    assert [block.text for block in list_page_blocks(tree)] == once
