"""Random pages in six scripts: articles of paragraphs in the structures that people write."""

# ruff: noqa: E501  a page's words and markup read better in one line

import html
import random
from dataclasses import dataclass, field

WORDS = {
    "en": "harbour council bridge timber winter decided because against Facebook Reuters newsletter photo cookies "
    "minutes reading share print follow the of and in to",
    "ru": "гавань совет мост древесина зима решил потому против Рейтер подписка фото минут чтение печать и в на с не что",
    "el": "λιμάνι συμβούλιο γέφυρα ξυλεία χειμώνας αποφάσισε επειδή εναντίον φωτογραφία λεπτά ανάγνωση και το του στη με",
    "ar": "الميناء المجلس الجسر الخشب الشتاء قرر لأن ضد بدون صورة دقائق قراءة من في على إلى عن أن",
    "hi": "बंदरगाह परिषद पुल लकड़ी सर्दी निर्णय क्योंकि विरुद्ध बिना फोटो मिनट पढ़ना का की के में है और",
    "ja": "港 再建 計画 町議会 夜 技術者 岸壁 住民 意見 議論 結論 出なかった 早い 決定 写真 分 について は を が に の",
}
STOPS = {"hi": "।", "ja": "。"}
HEADINGS = {
    "en": "The old quay",
    "ru": "Старый причал",
    "el": "Η παλιά αποβάθρα",
    "ar": "الرصيف القديم",
    "hi": "पुराना घाट",
    "ja": "古い岸壁",
}
LABELS = {
    "en": ("Share", "Advertisement", "12 May 2026", "Reuters", "3 min read", "Newsletter", "Photo: Jane Doe"),
    "ru": ("Поделиться", "Реклама", "12 мая 2026"),
    "el": ("Διαφήμιση", "12 Μαΐου 2026"),
    "ar": ("إعلان", "مشاركة"),
    "hi": ("विज्ञापन", "साझा करें"),
    "ja": ("広告", "シェア", "2026年5月12日"),
}
INLINE = (
    "em",
    "strong",
    "b",
    "u",
    "mark",
    "abbr",
    "time",
    "x-term",
    "span class=hl",
    "a href=//else.example/z",
)
SHELLS = (
    "<main><article>{}</article></main>",
    "<main>{}</main>",
    "<div id=content><div class=article-body>{}</div></div>",
    "<article class='post type-post'><div class=entry-content>{}</div></article>",
    "<section class=story>{}</section>",
)
PLAIN = ("<p>{}</p>", "<div>{}</div>", " {} ", "<x-par>{}</x-par>", "<p><img src=/2.jpg>{}</p>")
AROUND = (
    "<blockquote><p>{}</p></blockquote>",
    "<blockquote class=wp-block-quote><p>{}</p><cite>Jane Doe</cite></blockquote>",
    "<div><div><div><p>{}</p></div></div></div>",
    "<fieldset><legend>[H]</legend><p>{}</p></fieldset>",
    "<details><summary>[H]</summary><p>{}</p></details>",
    "<div class=callout><p><strong>[H]</strong></p><p>{}</p></div>",
    "<p>[S]</p><aside><h3>[H]</h3><p>{}</p></aside><p>[S]</p>",
    "<ul><li>{}</li><li>[S]</li></ul>",
    "<ol><li>[S]<ul><li>{}</li><li>[S]</li></ul></li></ol>",
    "<dl><dt>[S]</dt><dd>{}</dd></dl>",
    "<table><tr><th>A</th><th>B</th></tr><tr><td>[S]</td><td>{}</td></tr></table>",
    "<iframe src=//video.example/1></iframe><p>{}</p>",
)
HOLDING = (
    "<section>{}</section>",
    "<div class=row>{}</div>",
    "<story-part>{}</story-part>",
    "<table><tr><td>{}</td></tr></table>",
    "<x-box><template shadowrootmode=open>{}</template></x-box>",
)
BESIDE = (
    "<p>[L]</p>",
    "<div>[L]</div>",
    "<h3>[L]</h3>",
    "<h2>[H]</h2>",
    "<ul><li>[L]</li><li>[H]</li></ul>",
    "<div class=ad-slot><span>[L]</span></div>",
    "<figure><img src=/1.jpg><figcaption>The quay in the morning.</figcaption></figure>",
    "<p>[S]</p>",
    "<hr>",
)


@dataclass
class RandomPage:
    """A page that is written block by block; `paragraphs` are its running texts of twelve words or more."""

    rng: random.Random
    lang: str
    paragraphs: list[str] = field(default_factory=list)

    def write(self) -> str:
        """Write the page: paragraphs first and last, between them what may stand in an article."""
        blocks = [self._write_block(HOLDING) for _ in range(self.rng.randint(2, 10))]
        body = "".join((self._paragraph("<p>{}</p>"), *blocks, self._paragraph("<p>{}</p>")))
        title = "Harbour plan agreed for Wendle"
        return (
            f"<!doctype html><html lang={self.lang}><head><meta charset=utf-8><title>{title} - Wendle Courier</title>"
            "</head><body><header><a href=/>Wendle Courier</a><nav><a href=/n>News</a></nav></header>"
            f"{self.rng.choice(SHELLS).format(f'<h1>{title}</h1>{body}')}"
            "<footer><p>© 2026 Wendle Courier</p></footer></body></html>"
        )

    def _write_block(self, holding: tuple[str, ...]) -> str:
        kind = self.rng.choice(
            ("plain", "plain", "around", "around", "beside", "holding" if holding else "plain")
        )
        if kind == "holding":
            return self.rng.choice(holding).format(
                self._write_block(()) + self._paragraph("<p>{}</p>") + self._write_block(())
            )
        if kind == "beside":
            return self._fill(self.rng.choice(BESIDE))
        return self._paragraph(self.rng.choice(PLAIN if kind == "plain" else AROUND))

    def _paragraph(self, markup: str) -> str:
        text = self._sentence(12, 60)
        self.paragraphs.append(text)
        return self._fill(markup).format(self._mark_words(html.escape(text)))

    def _fill(self, markup: str) -> str:
        markup = markup.replace("[L]", self.rng.choice(LABELS[self.lang]))
        return markup.replace("[H]", HEADINGS[self.lang]).replace("[S]", self._sentence(1, 6))

    def _sentence(self, least: int, most: int) -> str:
        times = 2 if self.lang == "ja" else 1
        words = self.rng.choices(WORDS[self.lang].split(), k=self.rng.randint(least, most) * times)
        text = ("" if self.lang == "ja" else " ").join(words)
        return f"{text[0].upper()}{text[1:]}{STOPS.get(self.lang, '.')}"

    def _mark_words(self, text: str) -> str:
        """Put up to a quarter of a paragraph into an element of the sentence."""
        if self.rng.random() < 0.5:
            return text
        begin = self.rng.randrange(len(text) // 2)
        end = begin + self.rng.randint(1, len(text) // 4)
        tag = self.rng.choice(INLINE)
        return f"{text[:begin]}<{tag}>{text[begin:end]}</{tag.split()[0]}>{text[end:]}"


def write_random_page(seed: int) -> tuple[str, list[str]]:
    """Write a page; answers its HTML and its paragraphs."""
    rng = random.Random(seed)
    page = RandomPage(rng, rng.choice(sorted(WORDS)))
    return page.write(), page.paragraphs
