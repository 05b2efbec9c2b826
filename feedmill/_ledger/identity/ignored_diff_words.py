# ruff: noqa: RUF001  the letters of many languages are no mistakes
"""Lists words of counters and time stamps, as data: a piece of text made of nothing else is no substance.

`COUNTED` names what is counted or timed; `FILLERS`
may stand beside it. Languages that write without spaces
have whole runs between digits.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.casefold().split())


COUNTED = _words("""
comment comments reply replies view views read reads
reading share shares like likes vote votes point points
minute minutes min mins hour hours hr hrs second seconds ago updated modified published posted edited
kommentar kommentare kommentaren aufrufe lesezeit minuten
std stunden stunde aktualisiert veröffentlicht stand
commentaire commentaires lecture vues partages minute heures heure modifié publié mis jour
comentario comentarios lectura vistas visitas compartidos minutos horas hora actualizado publicado
comentário comentários leitura visualizações atualizado compartilhamentos
commenti commento lettura visualizzazioni minuti ore aggiornato aggiornamento pubblicato
reacties reactie leestijd bijgewerkt gepubliceerd uur geleden gelezen
komentarz komentarze komentarzy wyświetleń odsłon czytania
aktualizacja zaktualizowano opublikowano godzin temu minut
комментарий комментарии комментариев просмотров просмотра обновлено
опубликовано минут минуты часов часа назад
yorum okunma görüntülenme dakika saat önce güncelleme güncellendi yayınlanma
تعليق تعليقات مشاهدة مشاهدات دقيقة دقائق ساعة ساعات قبل تحديث
टिप्पणी टिप्पणियां मिनट घंटे पहले अपडेट
条评论 评论 阅读 次阅读 阅读量 浏览 浏览量 分钟前 小时前 天前 更新 更新时间 发布 发布时间
コメント 件のコメント 閲覧数 分前 時間前 日前 更新 更新日時 公開
댓글 조회 조회수 분 전 시간 입력 수정 업데이트
""")
FILLERS = _words("""
a an the no of on at by for to in and or be
first leave your one last date time times was this article story page post
k m am pm gmt utc bst est edt cst cdt mst mdt pst pdt cet
cest ist jst uhr h o s t z st nd rd th days day weeks week
vor am um ein eine keine und der die das zuletzt tage
le la les du de des à a il y aucun un une et jours dernière mise temps
el los las hace un una sin y última días tiempo
o os as há em às e sem
il lo gli di alle fa del ultimo tempo giorni
op om de het een en laatst dagen
dnia o brak
в и на нет дней
son yorumu yok tarihi gün
年 月 日 時 分 秒 的 오전 오후
""")
MONTHS = _words("""
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
januar februar märz mai juni juli oktober dezember
janvier février mars avril juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
januari februari maart mei augustus
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
月
""")
DAYS = _words("""
monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
montag dienstag mittwoch donnerstag freitag samstag sonntag
lundi mardi mercredi jeudi vendredi samedi dimanche
lunes martes miércoles jueves viernes sábado domingo
segunda terça quarta quinta sexta feira
lunedì martedì mercoledì giovedì venerdì sabato domenica
maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
понедельник вторник среда четверг пятница суббота воскресенье
pazartesi salı çarşamba perşembe cuma cumartesi pazar
""")
