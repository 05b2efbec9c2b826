"""Lists words and signs of dates in feeds: months, weekdays, zones, halves of the day. Pure data."""

from collections.abc import Mapping

_MONTHS = """
jan feb mar apr may jun jul aug sep oct nov dec
january february march april may june july august september october november december
januar februar märz april mai juni juli august september oktober november dezember
jän febr mär apr mai jun jul aug sept okt nov dez
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
janv févr mars avr mai juin juil aout sept oct nov déc
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
ene feb mar abr may jun jul ago set oct nov dic
gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre
gen feb mar apr mag giu lug ago set ott nov dic
janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro
jan fev mar abr mai jun jul ago set out nov dez
januari februari maart april mei juni juli augustus september oktober november december
jan feb mrt apr mei jun jul aug sep okt nov dec
januari februari mars april maj juni juli augusti september oktober november december
januar februar marts april maj juni juli august september oktober november december
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
sty lut mrz kwi maj cze lip sie wrz paź lis gru
ledna února března dubna května června července srpna září října listopadu prosince
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
янв февр мар апр мая июн июл авг сент окт нояб дек
янв фев мар апр май июн июл авг сен окт ноя дек
січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
января февраля марта апреля мая июня июля августа сент октября нояб декабря
január február március április május június július augusztus szeptember október november december
jan feb márc ápr máj jún júl aug szept okt nov dec
ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
jan feb mar apr mai jun jul aug sep okt nov des
januari februari maret april mei juni juli agustus september oktober november desember
gener febrer març abril maig juny juliol agost setembre octubre novembre desembre
ιανουαρίου φεβρουαρίου μαρτίου απριλίου μαΐου ιουνίου ιουλίου αυγούστου σεπτεμβρίου οκτωβρίου νοεμβρίου δεκεμβρίου
ιαν φεβ μαρ απρ μάι ιουν ιουλ αυγ σεπ οκτ νοε δεκ
ιαν φεβ μάρ απρ μαϊ ιούν ιούλ αύγ σεπτ οκτ νοέ δεκ
януари февруари март април май юни юли август септември октомври ноември декември
يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر
كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول
ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר
בינואר בפברואר במרץ באפריל במאי ביוני ביולי באוגוסט בספטמבר באוקטובר בנובמבר בדצמבר
जनवरी फ़रवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर अक्टूबर नवंबर दिसंबर
जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्तूबर नवम्बर दिसम्बर
জানুয়ারি ফেব্রুয়ারি মার্চ এপ্রিল মে জুন জুলাই আগস্ট সেপ্টেম্বর অক্টোবর নভেম্বর ডিসেম্বর
oca şub mar nis may haz tem ağu eyl eki kas ara
januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
januarja februarja marca aprila maja junija julija avgusta septembra oktobra novembra decembra
siječnja veljače ožujka travnja svibnja lipnja srpnja kolovoza rujna - studenoga prosinca
siječanj veljača ožujak travanj svibanj lipanj srpanj kolovoz rujan - studenog prosinac
januar februar mart april maj jun jul avgust septembar oktobar novembar decembar
јануар фебруар март април мај јун јул август септембар октобар новембар децембар
јануари февруари март април мај јуни јули август септември октомври ноември декември
sausio vasario kovo balandžio gegužės birželio liepos rugpjūčio rugsėjo spalio lapkričio gruodžio
janvāris februāris marts aprīlis maijs jūnijs jūlijs augusts septembris oktobris novembris decembris
janvārī februārī martā aprīlī maijā jūnijā jūlijā augustā septembrī oktobrī novembrī decembrī
jaanuar veebruar märts aprill mai juuni juuli august september oktoober november detsember
januari februari mac april mei jun julai ogos september oktober november disember
มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม
styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
leden únor březen duben květen červen červenec srpen září říjen listopad prosinec
январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
січ лют бер кві тра чер лип сер вер жов лис гру
ιανουάριος φεβρουάριος μάρτιος απρίλιος μάιος ιούνιος ιούλιος αύγουστος σεπτέμβριος οκτώβριος νοέμβριος δεκέμβριος
tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu marraskuu joulukuu
ian feb mar apr mai iun iul aug sept oct noi dec
"""  # noqa: E501, RUF001
MONTHS: Mapping[str, int] = {
    name: number
    for row in _MONTHS.strip().splitlines()
    for number, name in enumerate(row.split(), start=1)
    if name != "-"
}
"""Month names and their short forms, in lower case; a full stop behind them does not count.

A name that two languages give to two months is in none.
"""
_WEEKDAYS = """
mon tue wed thu fri sat sun
monday tuesday wednesday thursday friday saturday sunday
mo di mi do fr sa so
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lun mar mer jeu ven sam dim
lunes martes miércoles jueves viernes sábado domingo
lun mar mié jue vie sáb dom
lunedì martedì mercoledì giovedì venerdì sabato domenica
lun mar mer gio ven sab dom
segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo
seg ter qua qui sex sáb dom
ma di wo do vr za zo
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
måndag tisdag onsdag torsdag fredag lördag söndag
mandag tirsdag onsdag torsdag fredag lørdag søndag
poniedziałek wtorek środa czwartek piątek sobota niedziela
pondělí úterý středa čtvrtek pátek sobota neděle
pazartesi salı çarşamba perşembe cuma cumartesi pazar
понедельник вторник среда четверг пятница суббота воскресенье
пн вт ср чт пт сб вс
понеділок вівторок середа четвер п'ятниця субота неділя
hétfő kedd szerda csütörtök péntek szombat vasárnap
δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή
月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日
星期一 星期二 星期三 星期四 星期五 星期六 星期日
ma ti ke to pe la su
maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai
maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina
mån tis ons tors fre lör sön
man tir ons tor fre lør søn
segunda terça quarta quinta sexta sábado domingo
dl dt dc dj dv ds dg
dilluns dimarts dimecres dijous divendres dissabte diumenge
luni marți miercuri joi vineri sâmbătă duminică
pon wt śr czw pt sob niedz
po út st čt pá so ne
pzt sal çar per cum cmt paz
pondelok utorok streda štvrtok piatok sobota nedeľa
ponedeljek torek sreda četrtek petek sobota nedelja
ponedjeljak utorak srijeda četvrtak petak subota nedjelja
понедељак уторак среда четвртак петак субота недеља
понеделник вторник сряда четвъртък петък събота неделя
пн вт ср чт пт сб нд
senin selasa rabu kamis jumat sabtu minggu
isnin selasa rabu khamis jumaat sabtu ahad
الاثنين الثلاثاء الأربعاء الخميس الجمعة السبت الأحد
सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार
월요일 화요일 수요일 목요일 금요일 토요일 일요일
"""  # noqa: RUF001
_MENTIONED = [
    (name, number) for row in _WEEKDAYS.strip().splitlines() for number, name in enumerate(row.split())
]
WEEKDAYS: Mapping[str, int | None] = {
    name: number if all(other == number for same, other in _MENTIONED if same == name) else None
    for name, number in _MENTIONED
}
"""Names of weekdays and their short forms, in lower case; 0 is Monday, None one on which they differ."""
ZONES: Mapping[str, float] = {
    "ut": 0, "utc": 0, "gmt": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1,
    "cest": 2, "mesz": 2, "eet": 2, "sast": 2, "eest": 3, "msk": 3, "мск": 3, "trt": 3, "pkt": 5,
    "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "myt": 8, "pht": 8, "awst": 8,
    "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13,
    "brt": -3, "art": -3, "adt": -3, "clt": -4, "ast": -4, "edt": -4, "est": -5, "cdt": -5, "cst": -6,
    "idt": 3, "irst": 3.5, "wita": 8, "wit": 9, "chst": 10, "uyt": -3, "brst": -2, "nst": -3.5, "ndt": -2.5,
    "cot": -5, "pet": -5, "vet": -4, "gst": 4, "azt": 4, "uzt": 5, "mmt": 6.5, "wat": 1, "cat": 2, "eat": 3,
    "msd": 4, "samt": 4, "yekt": 5, "omst": 6, "novt": 7, "krat": 7, "irkt": 8, "yakt": 9, "vlat": 10,
    "hast": -10, "hne": -5, "hae": -4, "lkt": 5.5, "aft": 4.5, "clst": -3, "bot": -4, "ect": -5, "gyt": -4,
    "mdt": -6, "mst": -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}  # fmt: skip
"""Hours from UTC. Names that several zones share mean the one that most feeds with them are from."""
PLACES: Mapping[str, str] = {
    "et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles",
    "nzt": "Pacific/Auckland",
}  # fmt: skip
"""Zones whose name is the same in summer and winter."""
AFTERNOON: Mapping[str, bool] = {
    "am": False, "pm": True, "午前": False, "午後": True, "上午": False, "下午": True, "오전": False,
    "오후": True, "πμ": False, "μμ": True, "ص": False, "م": True,
}  # fmt: skip
"""Halves of a day, without full stops and spaces: the second one or not."""
