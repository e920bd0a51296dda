"""Invented sentences from small lists of words, in several scripts: what a generated history says."""

import re
from collections.abc import Mapping, Sequence
from random import Random

import msgspec

_SLOT = re.compile(r"\{(\w+)\}")


class Vocabulary(msgspec.Struct, frozen=True):
    """The words of one script. `{name}` in a sentence is one of the list of that name, `{n}` a number, `{t}` a time.

    `last` ends an incident, `rich` are messages with a list, a link, code or emphasis, `rows` cells of tables.
    `letters_in_a_word` is 0 where spaces stand between words.
    """

    lists: Mapping[str, Sequence[str]]
    titles: Sequence[str]
    sentences: Sequence[str]
    last: Sequence[str]
    rich: Sequence[str]
    headings: Sequence[str]
    rows: Sequence[str]
    letters_in_a_word: int = 0

    def say(self, random: Random, pattern: str) -> str:
        """The pattern with every slot filled."""
        return _SLOT.sub(lambda slot: self._fill(random, slot[1]), pattern)

    def sentence(self, random: Random) -> str:
        """Any sentence."""
        return self.say(random, random.choice(self.sentences))

    def count(self, text: str) -> int:
        """The words of the text; where none are set apart, by its letters."""
        return len(text) // self.letters_in_a_word if self.letters_in_a_word else len(text.split())

    def _fill(self, random: Random, name: str) -> str:
        if name == "n":
            return str(random.randrange(2, 98))
        if name == "t":
            return f"{random.randrange(24):02}:{random.randrange(60):02}"
        return random.choice(self.lists[name])


LATIN = Vocabulary(
    lists={
        "thing": (
            "orders",
            "payments",
            "exports",
            "imports",
            "searches",
            "reports",
            "uploads",
            "downloads",
            "invoices",
            "messages",
            "webhooks",
            "sessions",
            "refunds",
            "backups",
            "previews",
            "schedules",
            "labels",
            "queries",
        ),
        "fail": ("fail", "are slow", "time out", "arrive late", "are incomplete", "end with an error"),
        "part": (
            "a cache",
            "a queue",
            "a load balancer",
            "a certificate",
            "a disk",
            "the scheduler",
            "an index",
            "a pool of connections",
            "a rate limit",
            "a name server",
            "a router",
            "the main database",
        ),
        "act": (
            "replaced",
            "restarted",
            "taken out of service",
            "given more memory",
            "moved to other machines",
            "set back to the version before",
            "emptied",
            "doubled",
            "repaired",
            "switched off",
        ),
        "who": ("some customers", "most customers", "customers in one region", "large accounts", "new accounts"),
        "where": ("in the web", "in the app", "through the API", "in the north", "in the south", "on older devices"),
        "code": ("HTTP 503", "ETIMEDOUT", "retry-after", "v2/export", "queue.depth", "GET /health", "X-Request-Id"),
        "page": ("retries", "limits", "exports", "sign-in", "webhooks", "regions"),
    },
    titles=(
        "{thing} {fail} {where}",
        "{thing} and {thing} {fail}",
        "{thing} {fail} for {who}",
        "{thing} of {who} {fail}",
    ),
    sentences=(
        "Since {t} UTC {n} % of the {thing} {fail} {where}.",
        "For {who} the {thing} {fail} {where}; {thing} work.",
        "We found that {part} was full after {n} minutes and has to be {act}.",
        "At {t} UTC {part} was {act}, and {n} of 100 {thing} work again.",
        "The {thing} that wait are done one after the other; about {n} thousand are left.",
        "We look at {part} and at {part}, and say more when we know more.",
        "Whoever waits for {thing} can start them again {where}.",
        "Between {t} and {t} UTC {part} answered {n} times as slowly as before.",
        "This touches {who} and their {thing}, but no {thing} {where}.",
        "Since {part} was {act}, the {thing} take {n} seconds instead of {n}.",
    ),
    last=(
        "All {thing} work since {t} UTC; none were lost.",
        "Since {t} UTC everything works {where}; no data was lost.",
    ),
    rich=(
        "{sentence}\n\n- {thing} {fail}\n- {thing} work {where}\n- {part} was {act}",
        "{sentence} See [what helps](https://docs.example.com/{page}/{n}) meanwhile.",
        "{sentence} Programs see `{code}` and may try again.",
        "{sentence} **{sentence}**",
        "**{thing}:** {sentence}\n\n1. At {t} UTC {part} was {act}.\n2. At {t} UTC _most_ {thing} worked: `{code}`.",
    ),
    headings=("What happened", "Impact", "Why", "How it was found", "What changes", "What helped"),
    rows=("{part} was {act}", "{n} % of the {thing} {fail}", "{thing} work {where}", "`{code}` is seen {n} times"),
)

CYRILLIC = Vocabulary(
    lists={
        "thing": ("замовлення", "платежі", "звіти", "листи", "завантаження", "рахунки", "запити", "мітки"),
        "fail": ("не працюють", "сповільнені", "приходять пізно", "неповні", "перериваються"),
        "part": ("кеш", "диск", "розклад", "сертифікат", "маршрутизатор", "сервер імен"),
        "act": ("замінено", "перезапущено", "вимкнено", "очищено", "збільшено"),
        "where": ("у застосунку", "на сайті", "на півночі", "на півдні", "через API"),
        "code": ("HTTP 503", "ETIMEDOUT", "queue.depth"),
        "page": ("retries", "limits", "exports"),
    },
    titles=("{thing} {fail} {where}", "{thing} та {thing} {fail}"),
    sentences=(
        "З {t} UTC {n} % усіх запитів {where} перериваються.",
        "Деякі {thing} {fail} {where}, а {thing} працюють.",
        "О {t} UTC {part} {act}, і {n} зі 100 запитів знову працюють.",
        "Ми перевіряємо {part} і {part} та напишемо, щойно дізнаємося більше.",
        "Залишилося близько {n} тисяч запитів у черзі.",
    ),
    last=("З {t} UTC усе працює; жодних даних не втрачено.",),
    rich=(
        "{sentence}\n\n- {thing} {fail}\n- {thing} працюють {where}",
        "{sentence} [Що допомагає](https://docs.example.com/{page}/{n}).",
        "{sentence} Програми бачать `{code}`.",
        "{sentence} **{sentence}**",
    ),
    headings=("Що сталося", "Наслідки", "Чому", "Що змінюється"),
    rows=("{part} {act}", "{thing} {fail}", "`{code}`: {n}"),
)

GREEK = Vocabulary(
    lists={
        "thing": ("παραγγελίες", "πληρωμές", "αναφορές", "λήψεις", "αναζητήσεις", "ετικέτες"),
        "fail": ("αποτυγχάνουν", "αργούν", "διακόπτονται", "φτάνουν αργά"),
        "part": ("ο δίσκος", "η ουρά", "το πιστοποιητικό", "ο δρομολογητής"),
        "act": ("αντικαταστάθηκε", "επανεκκινήθηκε", "άδειασε"),
        "where": ("στον ιστό", "στην εφαρμογή", "στον βορρά", "στον νότο"),
        "code": ("HTTP 503", "ETIMEDOUT", "retry-after"),
        "page": ("retries", "limits", "exports"),
    },
    titles=("Οι {thing} {fail} {where}", "Οι {thing} και οι {thing} {fail}"),
    sentences=(
        "Από τις {t} UTC το {n} % των αιτημάτων διακόπτεται {where}.",
        "Οι {thing} {fail} {where}, ενώ οι {thing} λειτουργούν.",
        "Στις {t} UTC {part} {act} και {n} στα 100 αιτήματα λειτουργούν πάλι.",
        "Ελέγχουμε αν φταίει {part} και θα γράψουμε ξανά εδώ.",
    ),
    last=("Από τις {t} UTC όλα λειτουργούν και δεν χάθηκαν δεδομένα.",),
    rich=(
        "{sentence}\n\n- {thing} {fail}\n- {thing} λειτουργούν",
        "{sentence} [Τι βοηθά](https://docs.example.com/{page}/{n}).",
        "{sentence} Τα προγράμματα βλέπουν `{code}`.",
        "{sentence} **{sentence}**",
    ),
    headings=("Τι συνέβη", "Συνέπειες", "Γιατί", "Τι αλλάζει"),
    rows=("{part} {act}", "{thing} {fail}", "`{code}`: {n}"),
)

JAPANESE = Vocabulary(
    lists={
        "thing": ("注文", "支払い", "検索", "通知", "請求書", "レポート"),
        "fail": ("失敗します", "遅れています", "中断します", "届きません"),
        "part": ("キャッシュ", "ディスク", "証明書", "ルーター", "索引"),
        "act": ("交換しました", "再起動しました", "停止しました", "修復しました"),
        "where": ("ウェブで", "アプリで", "北部で", "南部で"),
        "code": ("HTTP 503", "ETIMEDOUT", "queue.depth"),
        "page": ("retries", "limits", "exports"),
    },
    titles=("{where}{thing}が{fail}", "{thing}と{thing}が{fail}"),
    sentences=(
        "{t} UTC から{where}{thing}の {n} % が{fail}。",
        "{where}{thing}が{fail}が、{thing}は使えます。",
        "{t} UTC に{part}を{act}。{thing}の {n} % が再び使えます。",
        "{part}と{part}を調べています。分かり次第ここに書きます。",
    ),
    last=("{t} UTC からすべて使えます。データは失われていません。",),
    rich=(
        "{sentence}\n\n- {thing}が{fail}\n- {thing}は使えます",
        "{sentence} [対処方法](https://docs.example.com/{page}/{n})をご覧ください。",
        "{sentence} プログラムには `{code}` と表示されます。",
        "{sentence} **{sentence}**",
    ),
    headings=("何が起きたか", "影響", "原因", "今後"),
    rows=("{part}を{act}", "{thing}が{fail}", "`{code}`: {n}"),
    letters_in_a_word=3,
)

OTHER_SCRIPTS = (CYRILLIC, GREEK, JAPANESE)
