"""Where a page declares no language, or one that its text contradicts, the text tells it."""

# ruff: noqa: E501  texts read better a line each, and are of many scripts

import pytest

from feedmill._ledger.core.records import Entry
from worker.extraction.page_reader import read_page
from worker.metadata.language import choose_language, detect_language
from worker.page_models import CleanedArticle, FetchedPage

TEXTS = {
    "en": "The council has decided that the old bridge will be repaired, and it is not to be torn down as was said in May. Those who have come to the hall were glad of it, but they were not all of one mind on the cost, which is high for a town of this size.",
    "de": "Der Rat hat am Abend beschlossen, dass die alte Brücke nicht abgerissen wird, sondern für das nächste Jahr eine Summe im Haushalt steht. Auch die Leute aus der Stadt waren mit der Entscheidung zufrieden, aber nicht alle sind sich über die Kosten einig.",
    "fr": "Le conseil a décidé que le vieux pont ne sera pas détruit et qu'il sera réparé dans le courant de l'année. Les habitants qui sont venus dans la salle étaient contents, mais tous ne sont pas du même avis sur le prix des travaux, qui est élevé pour une ville de cette taille.",
    "es": "El consejo ha decidido que el viejo puente no será derribado y que las obras empiezan en el mes de mayo. Los vecinos que fueron a la sala estaban contentos, pero no todos son de la misma opinión sobre el precio de los trabajos, que es alto para un pueblo como este.",
    "pl": "Rada zdecydowała, że stary most nie będzie rozebrany i że prace zaczną się w maju. Mieszkańcy, którzy przyszli do sali, byli z tego zadowoleni, ale nie wszyscy są zgodni co do kosztów, które dla miasta tej wielkości są wysokie, jak mówi się od lat na rynku.",
    "ru": "Совет решил, что старый мост не будет снесён и что работы начнутся в мае. Жители, которые пришли в зал, были этому рады, но не все из них согласны с ценой, которая для такого города высока, как говорят об этом на рынке уже много лет.",
    "uk": "Рада вирішила, що старий міст не будуть зносити і що роботи почнуться в травні. Жителі, які прийшли до зали, були цьому раді, але не всі з них згодні з ціною, яка для такого міста є високою, як про це кажуть на ринку вже багато років.",
    "ja": "町議会は古い橋を取り壊さずに修理することを決めた。会場に来た住民は喜んだが、費用については意見が分かれている。",
    "zh": "市议会决定不拆除旧桥，而是在明年进行修缮。到场的居民对此表示欢迎，但对费用的看法并不一致。",
    "ar": "قرر المجلس ألا يهدم الجسر القديم وأن تبدأ الأعمال في شهر مايو. وكان السكان الذين حضروا إلى القاعة سعداء بذلك.",
    "fa": "شورا تصمیم گرفت که پل قدیمی را خراب نکند و کارها در ماه مه آغاز شود. ساکنانی که به سالن آمدند از این خبر خوشحال شدند و چای نوشیدند.",
    "hi": "परिषद ने तय किया है कि पुराना पुल नहीं तोड़ा जाएगा और काम मई में शुरू होगा। जो लोग सभा में आए थे वे इससे खुश थे।",
    "mr": "परिषदेने ठरवले आहे की जुना पूल पाडला जाणार नाही आणि काम मे महिन्यात सुरू होईल. सभेला आलेले लोक आनंदी होते.",
    "ne": "परिषद्ले पुरानो पुल नभत्काउने निर्णय गरेको छ र काम जेठमा सुरु हुनेछ। सभामा आएका मानिसहरू खुसी थिए।",
    "te": "పాత వంతెనను కూల్చకూడదని మండలి నిర్ణయించింది, పనులు మే నెలలో మొదలవుతాయి.",
    "km": "ក្រុមប្រឹក្សាបានសម្រេចថាស្ពានចាស់នឹងមិនត្រូវបានរុះរើទេ ហើយការងារនឹងចាប់ផ្តើមនៅខែឧសភា",
}


@pytest.mark.parametrize("lang", TEXTS)
def test_a_text_tells_its_language(lang: str) -> None:
    assert detect_language(TEXTS[lang]) == lang
    assert choose_language(None, TEXTS[lang]) == lang
    assert choose_language(lang, TEXTS[lang]) == lang


@pytest.mark.parametrize("lang", ["en", "de", "fr", "es", "pl", "ru", "ja", "ar"])
@pytest.mark.parametrize("declared", ["it", "sv", "ko"])
def test_a_text_contradicts_the_language_of_its_page(lang: str, declared: str) -> None:
    assert choose_language(declared, TEXTS[lang]) == lang


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("gl", TEXTS["es"]),  # not known here: near to one that is
        ("af", TEXTS["en"]),
        ("nn", "Det er ikke til å tro, men broen står."),
        ("en", "Bread, salt, water."),  # too short
        ("en", "石橋 " + TEXTS["en"]),
        ("zh", TEXTS["ja"]),  # one script: a Japanese name is no contradiction
        ("no", TEXTS["en"][:60]),
    ],
)
def test_a_declared_language_stays_where_little_speaks_against_it(declared: str, text: str) -> None:
    assert choose_language(declared, text) == declared


def test_a_text_of_no_known_language_has_none() -> None:
    assert detect_language("") is None
    assert detect_language("Kilo 12 Meter 30 x y z") is None
    assert detect_language(TEXTS["en"][:40] + TEXTS["de"][:40]) is None


@pytest.mark.parametrize(
    ("declares", "declared"),
    [
        ("<html lang=en-GB>", "en"),
        ("<html lang=de-AT>", "de"),
        ("<html lang=und><meta property=og:locale content=fr_FR>", "fr"),
        ("<html>", None),
    ],
)
def test_an_article_has_the_language_of_its_text_and_its_pages_word(
    declares: str, declared: str | None
) -> None:
    body = "".join(f"<p>{TEXTS['de']}</p>" for _ in range(2))
    page = f"{declares}<title>Die Brücke bleibt</title><body><article>{body}</article></body></html>"
    entry = Entry(link="https://mill.test/b", lang="it")
    done = read_page(FetchedPage("https://mill.test/b", page.encode(), "text/html; charset=utf-8"), entry)
    assert isinstance(done, CleanedArticle)
    assert (done.lang, done.lang_declared) == ("de", declared)
