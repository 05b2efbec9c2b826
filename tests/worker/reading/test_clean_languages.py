# ruff: noqa: E501  a table of sentences
"""Each language's own labels: whole blocks of them go, and the text of that language stays."""

import pytest
from test_clean_steps import story, texts

from worker.cleaning.steps import STEPS, run_cleaning_steps
from worker.document.block_tests import is_paragraph
from worker.metadata.person_names import parse_byline, parse_person_names
from worker.vocabulary.date_lines import is_date

TEXTS = {
    "en": "The council met on Tuesday evening to decide how the old harbour should be rebuilt after the storm, "
    "and heard from traders and people who live along the quay.",
    "de": "Der Rat hat am Dienstagabend beschlossen, wie der alte Hafen nach dem Sturm wieder aufgebaut wird, und "
    "hörte dazu Händler und Anwohner, die seit Jahren am Kai leben.",
    "fr": "Le conseil a décidé mardi soir comment reconstruire le vieux port après la tempête, et il a entendu les "
    "commerçants et les habitants qui vivent le long du quai.",
    "es": "El consejo decidió el martes por la noche cómo reconstruir el viejo puerto tras la tormenta y escuchó a "
    "los comerciantes y a los vecinos que viven junto al muelle.",
    "pt": "O conselho decidiu na noite de terça-feira como reconstruir o velho porto depois da tempestade e ouviu "
    "comerciantes e moradores que vivem ao longo do cais da cidade.",
    "it": "Il consiglio ha deciso martedì sera come ricostruire il vecchio porto dopo la tempesta e ha ascoltato i "
    "commercianti e gli abitanti che vivono lungo la banchina.",
    "pl": "Rada zdecydowała we wtorek wieczorem, jak odbudować stary port po burzy, i wysłuchała kupców oraz "
    "mieszkańców, którzy od lat żyją przy samym nabrzeżu miasta.",
    "ru": "Совет решил во вторник вечером, как восстановить старый порт после бури, и выслушал торговцев и "
    "жителей, которые много лет живут у самой набережной города.",
    "uk": "Рада вирішила у вівторок увечері, як відбудувати старий порт після бурі, і вислухала торговців та "
    "мешканців, які багато років живуть біля самої набережної.",
    "tr": "Meclis salı akşamı eski limanın fırtınadan sonra nasıl yeniden yapılacağına karar verdi ve yıllardır "
    "rıhtım boyunca yaşayan esnafı ve mahalle sakinlerini dinledi.",
    "ar": "قرر المجلس مساء الثلاثاء كيفية إعادة بناء الميناء القديم بعد العاصفة، واستمع إلى التجار والسكان الذين "
    "يعيشون منذ سنوات طويلة على طول الرصيف وما يحتاجون إليه.",
    "ur": "کونسل نے منگل کی شام فیصلہ کیا کہ طوفان کے بعد پرانی بندرگاہ کو کیسے دوبارہ بنایا جائے، اور تاجروں اور ان "
    "لوگوں کی بات سنی جو برسوں سے گھاٹ کے ساتھ رہتے ہیں اور کام کرتے ہیں۔",
    "hi": "परिषद ने मंगलवार शाम तय किया कि तूफान के बाद पुराने बंदरगाह को फिर से कैसे बनाया जाए, और उन व्यापारियों तथा "
    "लोगों की बात सुनी जो वर्षों से घाट के किनारे रहते और काम करते हैं।",
    "zh": "市议会周二晚上决定了暴风雨之后如何重建旧港口，并听取了多年来居住在码头沿线的商人和居民的意见，"
    "他们谈到了自己的需要，也谈到了对渡轮的担忧。议员们随后投票通过了较便宜的方案。",
    "ja": "市議会は火曜日の夜、嵐の後に古い港をどのように再建するかを決め、長年岸壁に暮らす商人や住民の声を聞いた。"
    "議員たちは三時間の議論の末、費用の少ない案に賛成した。工事は春に始まる予定だ。",
    "ko": "시의회는 화요일 저녁 폭풍 이후 옛 항구를 어떻게 재건할지 결정하고 오랫동안 부두를 따라 살아온 상인과 주민의 "
    "이야기를 들었다. 의원들은 세 시간의 토론 끝에 비용이 적게 드는 안에 찬성했다.",
    "nl": "De raad besloot dinsdagavond hoe de oude haven na de storm herbouwd moet worden en hoorde handelaren en bewoners die al jaren langs de kade wonen.",
    "sv": "Rådet beslutade på tisdagskvällen hur den gamla hamnen ska byggas upp efter stormen och hörde handlare och boende som i många år levt längs kajen.",
    "da": "Rådet besluttede tirsdag aften, hvordan den gamle havn skal genopbygges efter stormen, og hørte handlende og beboere, der i årevis har boet langs kajen.",
    "nb": "Rådet bestemte tirsdag kveld hvordan den gamle havnen skal bygges opp igjen etter stormen, og hørte handelsfolk og beboere som i mange år har bodd langs kaia.",
    "fi": "Neuvosto päätti tiistai-iltana, miten vanha satama rakennetaan uudelleen myrskyn jälkeen, ja kuuli kauppiaita ja asukkaita, jotka ovat vuosia eläneet laiturin varrella.",
    "cs": "Rada v úterý večer rozhodla, jak bude starý přístav po bouři obnoven, a vyslechla obchodníky a obyvatele, kteří léta žijí podél nábřeží.",
    "hu": "A tanács kedd este döntött arról, hogyan építik újjá a régi kikötőt a vihar után, és meghallgatta a kereskedőket és a rakpart mentén élő lakókat.",
    "ro": "Consiliul a hotărât marți seara cum va fi reconstruit vechiul port după furtună și a ascultat negustorii și locuitorii care trăiesc de ani de zile pe chei.",
    "el": "Το συμβούλιο αποφάσισε το βράδυ της Τρίτης πώς θα ξαναχτιστεί το παλιό λιμάνι μετά την καταιγίδα και άκουσε εμπόρους και κατοίκους που ζουν χρόνια στην προβλήτα.",
    "he": "המועצה החליטה ביום שלישי בערב כיצד ייבנה מחדש הנמל הישן לאחר הסערה, ושמעה סוחרים ותושבים החיים שנים רבות לאורך הרציף ועובדים בו.",
    "fa": "شورا سه‌شنبه شب تصمیم گرفت که بندر قدیمی پس از توفان چگونه بازسازی شود و سخنان بازرگانان و ساکنانی را شنید که سال‌ها کنار اسکله زندگی کرده‌اند.",
    "th": "สภาเมืองตัดสินใจเมื่อค่ำวันอังคารว่าจะสร้างท่าเรือเก่าขึ้นใหม่อย่างไรหลังพายุ และรับฟังพ่อค้ากับชาวบ้านที่อยู่ริมท่าเรือมานานหลายปี ก่อนลงมติเลือกแผนที่ใช้เงินน้อยกว่า",
    "vi": "Hội đồng quyết định vào tối thứ Ba cách xây lại bến cảng cũ sau cơn bão và lắng nghe các thương nhân cùng cư dân đã sống nhiều năm dọc bến tàu.",
    "id": "Dewan memutuskan pada Selasa malam bagaimana pelabuhan lama dibangun kembali setelah badai dan mendengar para pedagang serta warga yang bertahun-tahun tinggal di sepanjang dermaga.",
}
KINDS = ("newsletter", "follow", "share", "advert", "copyright", "photo", "cookies", "tags", "comments")
LABELS = {
    "en": ("Subscribe to our newsletter", "Follow us on Facebook", "Share this article", "Advertisement",
           "All rights reserved", "Photo: Ann Poe", "Accept all cookies", "Tags: harbour", "Leave a comment"),
    "de": ("Newsletter abonnieren", "Folgen Sie uns auf Facebook", "Artikel teilen", "Anzeige",
           "Alle Rechte vorbehalten", "Foto: Anna Poe", "Alle Cookies akzeptieren", "Schlagwörter: Hafen", "Kommentar schreiben"),
    "fr": ("Abonnez-vous à notre newsletter", "Suivez-nous sur Facebook", "Partager l'article", "Publicité",
           "Tous droits réservés", "Photo : Anne Poe", "Accepter tous les cookies", "Mots-clés : port", "Laisser un commentaire"),
    "es": ("Suscríbete a nuestro boletín", "Síguenos en Facebook", "Compartir", "Publicidad",
           "Todos los derechos reservados", "Foto: Ana Poe", "Aceptar todas las cookies", "Etiquetas: puerto", "Deja un comentario"),
    "pt": ("Assine nossa newsletter", "Siga-nos no Facebook", "Compartilhar", "Publicidade",
           "Todos os direitos reservados", "Foto: Ana Poe", "Aceitar todos os cookies", "Tags: porto", "Deixe um comentário"),
    "it": ("Iscriviti alla newsletter", "Seguici su Facebook", "Condividi", "Pubblicità",
           "Tutti i diritti riservati", "Foto: Anna Poe", "Accetta tutti i cookie", "Tag: porto", "Lascia un commento"),
    "pl": ("Zapisz się do newslettera", "Obserwuj nas na Facebooku", "Udostępnij", "Reklama",
           "Wszelkie prawa zastrzeżone", "Fot. Anna Poe", "Akceptuję wszystkie pliki cookie", "Tagi: port", "Dodaj komentarz"),
    "ru": ("Подпишитесь на нашу рассылку", "Подписывайтесь на наш Телеграм-канал", "Поделиться", "Реклама",
           "Все права защищены", "Фото: Анна По", "Принять все cookie", "Теги: порт", "Оставить комментарий"),
    "uk": ("Підпишіться на нашу розсилку", "Підписуйтесь на наш Telegram-канал", "Поділитися", "Реклама",
           "Усі права захищено", "Фото: Анна По", "Прийняти всі cookie", "Теги: порт", "Залишити коментар"),
    "tr": ("Bültenimize abone olun", "Bizi Facebook'ta takip edin", "Paylaş", "Reklam",
           "Tüm hakları saklıdır", "Fotoğraf: Ayşe Po", "Tüm çerezleri kabul et", "Etiketler: liman", "Yorum yap"),
    "ar": ("اشترك في نشرتنا البريدية", "تابعونا على فيسبوك", "شارك", "إعلان",
           "جميع الحقوق محفوظة", "الصورة: رويترز", "قبول جميع ملفات تعريف الارتباط", "الوسوم: ميناء", "اترك تعليقا"),
    "ur": ("ہمارے نیوز لیٹر کو سبسکرائب کریں", "ہمیں فیس بک پر فالو کریں", "شیئر کریں", "اشتہار",
           "جملہ حقوق محفوظ ہیں", "فوٹو: اے ایف پی", "تمام کوکیز قبول کریں", "ٹیگز: بندرگاہ", "تبصرہ کریں"),
    "hi": ("हमारे न्यूज़लेटर की सदस्यता लें", "हमें फेसबुक पर फॉलो करें", "शेयर करें", "विज्ञापन",
           "सर्वाधिकार सुरक्षित", "फोटो: पीटीआई", "सभी कुकीज़ स्वीकार करें", "टैग: बंदरगाह", "टिप्पणी करें"),
    "zh": ("订阅我们的电子报", "关注我们的微信公众号", "分享到微信", "广告",
           "版权所有，未经许可不得转载", "图：新华社", "接受所有Cookie", "标签：港口", "发表评论"),
    "ja": ("メールマガジンに登録", "フォローする", "この記事をシェア", "広告",
           "無断転載を禁じます", "写真：共同通信", "すべてのCookieを受け入れる", "タグ：港", "コメントを書く"),
    "ko": ("뉴스레터 구독하기", "페이스북에서 팔로우하기", "공유하기", "광고",
           "무단 전재 및 재배포 금지", "사진: 연합뉴스", "모든 쿠키 허용", "태그: 항구", "댓글 쓰기"),
    "nl": ("Meld je aan voor onze nieuwsbrief", "Volg ons op Facebook", "Deel dit artikel", "Advertentie", "Alle rechten voorbehouden", "Foto: Anna Poe", "Alle cookies accepteren", "Trefwoorden: haven", "Plaats een reactie"),
    "sv": ("Prenumerera på vårt nyhetsbrev", "Följ oss på Facebook", "Dela artikeln", "Annons", "Alla rättigheter förbehållna", "Foto: Anna Poe", "Acceptera alla cookies", "Taggar: hamn", "Skriv en kommentar"),
    "da": ("Tilmeld dig vores nyhedsbrev", "Følg os på Facebook", "Del artiklen", "Annonce", "Alle rettigheder forbeholdes", "Foto: Anna Poe", "Accepter alle cookies", "Emneord: havn", "Skriv en kommentar"),
    "nb": ("Meld deg på vårt nyhetsbrev", "Følg oss på Facebook", "Del artikkelen", "Annonse", "Alle rettigheter reservert", "Foto: Anna Poe", "Godta alle informasjonskapsler", "Stikkord: havn", "Legg igjen en kommentar"),
    "fi": ("Tilaa uutiskirjeemme", "Seuraa meitä Facebookissa", "Jaa artikkeli", "Mainos", "Kaikki oikeudet pidätetään", "Kuva: Anna Poe", "Hyväksy kaikki evästeet", "Avainsanat: satama", "Jätä kommentti"),
    "cs": ("Přihlaste se k odběru newsletteru", "Sledujte nás na Facebooku", "Sdílet článek", "Reklama", "Všechna práva vyhrazena", "Foto: Anna Poe", "Přijmout všechny cookies", "Štítky: přístav", "Přidat komentář"),
    "hu": ("Iratkozz fel hírlevelünkre", "Kövess minket Facebookon", "Cikk megosztása", "Hirdetés", "Minden jog fenntartva", "Fotó: Anna Poe", "Összes süti elfogadása", "Címkék: kikötő", "Szólj hozzá"),
    "ro": ("Abonează-te la newsletterul nostru", "Urmărește-ne pe Facebook", "Distribuie articolul", "Publicitate", "Toate drepturile rezervate", "Foto: Ana Poe", "Acceptă toate cookie-urile", "Etichete: port", "Lasă un comentariu"),
    "el": ("Εγγραφείτε στο newsletter μας", "Ακολουθήστε μας στο Facebook", "Μοιραστείτε το άρθρο", "Διαφήμιση", "Με επιφύλαξη παντός δικαιώματος", "Φωτογραφία: Άννα Πο", "Αποδοχή όλων των cookies", "Ετικέτες: λιμάνι", "Αφήστε ένα σχόλιο"),
    "he": ("הירשמו לניוזלטר שלנו", "עקבו אחרינו בפייסבוק", "שתפו את הכתבה", "פרסומת", "כל הזכויות שמורות", "צילום: אנה פו", "קבל את כל העוגיות", "תגיות: נמל", "הוסף תגובה"),
    "fa": ("در خبرنامه ما عضو شوید", "ما را در فیسبوک دنبال کنید", "اشتراک‌گذاری", "تبلیغات", "تمامی حقوق محفوظ است", "عکس: آنا پو", "پذیرش همه کوکی‌ها", "برچسب‌ها: بندر", "ارسال نظر"),
    "th": ("สมัครรับจดหมายข่าวของเรา", "ติดตามเราได้ที่ Facebook", "แชร์บทความนี้", "โฆษณา", "สงวนลิขสิทธิ์", "ภาพ: แอนนา โพ", "ยอมรับคุกกี้ทั้งหมด", "แท็ก: ท่าเรือ", "แสดงความคิดเห็น"),
    "vi": ("Đăng ký nhận bản tin của chúng tôi", "Theo dõi chúng tôi trên Facebook", "Chia sẻ bài viết", "Quảng cáo", "Mọi quyền được bảo lưu", "Ảnh: Anna Poe", "Chấp nhận tất cả cookie", "Từ khóa: cảng", "Gửi bình luận"),
    "id": ("Berlangganan newsletter kami", "Ikuti kami di Facebook", "Bagikan artikel ini", "Iklan", "Hak cipta dilindungi undang-undang", "Foto: Anna Poe", "Terima semua cookie", "Kata kunci: pelabuhan", "Tinggalkan komentar"),
}  # fmt: skip
INLINE = {
    "en": "Also read:", "de": "Lesen Sie auch:", "fr": "Lire aussi :", "es": "Lea también:", "pt": "Leia também:",
    "it": "Leggi anche:", "pl": "Czytaj też:", "ru": "Читайте также:", "uk": "Читайте також:", "tr": "Ayrıca okuyun:",
    "ar": "اقرأ أيضا:", "ur": "یہ بھی پڑھیں:", "hi": "यह भी पढ़ें:", "zh": "相关阅读：", "ja": "あわせて読みたい：",
    "ko": "관련기사:",
    "nl": "Lees ook:",
    "sv": "Läs även:",
    "da": "Læs også:",
    "nb": "Les også:",
    "fi": "Lue myös:",
    "cs": "Čtěte také:",
    "hu": "Olvasta már:",
    "ro": "Citește și:",
    "el": "Διαβάστε επίσης:",
    "he": "קראו גם:",
    "fa": "بیشتر بخوانید:",
    "th": "อ่านข่าวที่เกี่ยวข้อง:",
    "vi": "Xem thêm:",
    "id": "Baca juga:",
}  # fmt: skip
DATES = {
    "en": "Published on 3 June 2025", "de": "Veröffentlicht am 3. Juni 2025", "fr": "Publié le 3 juin 2025",
    "es": "Publicado el 3 de junio de 2025", "pt": "Publicado em 3 de junho de 2025",
    "it": "Pubblicato il 3 giugno 2025", "pl": "Opublikowano 3 czerwca 2025", "ru": "Опубликовано 3 июня 2025",
    "uk": "Опубліковано 3 червня 2025", "tr": "3 Haziran 2025", "ar": "3 يونيو 2025", "ur": "3 جون 2025",
    "hi": "3 जून 2025", "zh": "2025年6月3日 10:30", "ja": "2025年6月3日", "ko": "2025년 6월 3일",
    "nl": "Gepubliceerd op 3 juni 2025",
    "sv": "Publicerad den 3 juni 2025",
    "da": "Publiceret den 3. juni 2025",
    "nb": "Publisert den 3. juni 2025",
    "fi": "Julkaistu 3. kesäkuuta 2025",
    "cs": "Publikováno 3. června 2025",
    "hu": "Megjelent 2025. június 3.",
    "ro": "Publicat la 3 iunie 2025",
    "el": "Δημοσιεύθηκε 3 Ιουνίου 2025",
    "he": "פורסם 3 ביוני 2025",
    "fa": "3 ژوئن 2025",
    "th": "เผยแพร่เมื่อ 3 มิถุนายน 2568",
    "vi": "Đăng ngày 3/6/2025",
    "id": "Diterbitkan pada 3 Juni 2025",
}  # fmt: skip
WRITERS = {
    "en": ("By Jane Doe", "Jane Doe"), "de": ("Autorin: Anna Groß", "Anna Groß"), "fr": ("Écrit par Anne Roux", "Anne Roux"),
    "es": ("Escrito por Ana Díaz", "Ana Díaz"), "pt": ("Por Maria Silva", "Maria Silva"),
    "it": ("A cura di Maria Rossi", "Maria Rossi"), "pl": ("Autorka: Anna Żak", "Anna Żak"),
    "ru": ("Автор: Иван Петров", "Иван Петров"), "uk": ("Авторка: Олена Шевчук", "Олена Шевчук"),
    "tr": ("Haber: Ayşe Yılmaz", "Ayşe Yılmaz"), "ar": ("بقلم: ليلى حداد", "ليلى حداد"), "ur": ("تحریر: احمد علی", "احمد علی"),
    "hi": ("लेखक: राम शर्मा", "राम शर्मा"), "zh": ("作者：王小明", "王小明"), "ja": ("執筆：田中花子", "田中花子"),
    "ko": ("김민수 기자", "김민수"),
    "nl": ("Door Anna Groot", "Anna Groot"),
    "sv": ("Text: Anna Lund", "Anna Lund"),
    "da": ("Skrevet af Anna Holm", "Anna Holm"),
    "nb": ("Skrevet av Anna Berg", "Anna Berg"),
    "fi": ("Teksti: Anna Virtanen", "Anna Virtanen"),
    "cs": ("Autorka: Anna Nováková", "Anna Nováková"),
    "hu": ("Szerző: Kovács Anna", "Kovács Anna"),
    "ro": ("Scris de Ana Popescu", "Ana Popescu"),
    "el": ("Γράφει η Άννα Παππά", "Άννα Παππά"),
    "he": ("מאת: אנה לוי", "אנה לוי"),
    "fa": ("نویسنده: علی احمدی", "علی احمدی"),
    "th": ("ผู้เขียน: สมชาย ใจดี", "สมชาย ใจดี"),
    "vi": ("Tác giả: Nguyễn Văn An", "Nguyễn Văn An"),
    "id": ("Penulis: Siti Rahma", "Siti Rahma"),
}  # fmt: skip
CASES = [(lang, kind, line) for lang, row in LABELS.items() for kind, line in zip(KINDS, row, strict=True)]


@pytest.mark.parametrize(
    ("lang", "line"), [pytest.param(lang, line, id=f"{lang}-{kind}") for lang, kind, line in CASES]
)
def test_a_label_below_the_text_goes(lang: str, line: str) -> None:
    assert texts(run_cleaning_steps(story(f"<p>{TEXTS[lang]}</p><p>{line}</p>"))) == [TEXTS[lang]]


@pytest.mark.parametrize("lang", LABELS)
def test_a_pointer_to_another_article_goes_where_it_is_linked(lang: str) -> None:
    pointer = f"<p>{INLINE[lang]} <a href=/1>{TEXTS[lang][:40]}</a></p>"
    assert (
        texts(run_cleaning_steps(story(f"<p>{TEXTS[lang]}</p>{pointer}<p>{TEXTS[lang]}</p>")))
        == [TEXTS[lang]] * 2
    )


@pytest.mark.parametrize("lang", LABELS)
def test_a_date_is_known_in_every_language(lang: str) -> None:
    assert is_date(DATES[lang])
    assert not is_date(TEXTS[lang])


@pytest.mark.parametrize("lang", LABELS)
def test_a_byline_names_its_writer_in_every_language(lang: str) -> None:
    line, name = WRITERS[lang]
    assert list(parse_person_names(parse_byline(line)[0])) == [name]
    assert parse_byline(f"{line.replace(name, '')} {TEXTS[lang]}") == []


@pytest.mark.parametrize("lang", LABELS)
def test_a_sentence_that_holds_labels_words_stays(lang: str) -> None:
    said = [f"{TEXTS[lang]} {line} {TEXTS[lang]}" for line in LABELS[lang]]
    before = story("".join(f"<p>{line}</p>" for line in said))
    assert texts(run_cleaning_steps(before)) == said
    assert all(is_paragraph(block) for block in before.blocks)


def test_every_language_has_a_text_and_labels_of_every_kind() -> None:
    assert set(TEXTS) == set(LABELS) == set(INLINE) == set(DATES) == set(WRITERS)
    assert len(TEXTS) == 30
    assert set(KINDS) - {"photo"} <= set(STEPS)
