"""Projects that show every kind of page in every state, with the texts that break layouts."""

import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

MOMENT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
URL = "https://status.example.com"
LONG_WORD = "Rechtsschutzversicherungsgesellschaftenverwaltung" * 2
LONG_LINK = f"https://example.com/{'reports-of-the-twelfth-month/' * 6}index.html?query={'0123456789' * 6}"


def grey_png(width: int, height: int) -> bytes:
    """A picture of one colour."""
    rows = zlib.compress((b"\0" + b"\x99" * width) * height)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


GALLERY_SETTINGS = f"""\
site:
  name: {{en: Harbour Freight & Customs Clearing of the Northern Ports, pl: Odprawa celna portów północnych}}
  url: {URL}
  time_zone: Europe/Warsaw
  languages: [en, pl]
  support: https://example.com/help
  subscribe: https://lists.example.com/status
  source: https://github.com/example/status
channels:
  twitter: {{account: examplestatus}}
  mastodon: {{account: status@social.example}}
components:
  - group: {{en: Clearing, pl: Odprawa}}
    components:
      - {{key: declare, name: {{en: Declarations, pl: Zgłoszenia}}, description: Papers for the customs office}}
      - {{key: payments, name: Payments of duties}}
      - {{key: longword, name: {LONG_WORD}, description: {LONG_WORD}}}
  - group: دعم العملاء
    components:
      - {{key: arabic, name: بوابة الدفع الإلكتروني, description: الدفع في المتاجر والتطبيقات}}
      - {{key: japanese, name: 決済サービスとオンライン申告システムの統合管理画面, description: 店舗とアプリでの支払い}}
      - {{key: hebrew, name: דואר (API v2)}}
  - {{key: new, name: Archive, since: 2026-11-01}}
""" + "".join(f"  - {{key: crane-{number:02}, name: Crane {number}}}\n" for number in range(1, 8))

PROSE = f"""\
## What happened

| Time (CET) | What was seen | Rate | Meaning for those who wait at the gate with a loaded lorry |
|:---|---|---:|:---:|
| 09:02 | {LONG_WORD} | 12 % | a queue |
| 09:40 | `declare --office=PL322010 --retry` | 100 % | {LONG_WORD} |

### Why

> Every certificate has an end.

1. First the *old* key was kept,
2. then the **new** key was refused: `ERR_{"X" * 80}`.

```
$ openssl x509 -enddate -noout -in /etc/harbour/customs/certificates/northern-ports/2025/declarations.pem
notAfter=Nov 23 08:01:59 2026 GMT
```

![The queue at the gate](queue.png)

See {LONG_LINK}

كان الطابور طويلاً. 申告は遅れましたが、失われたものはありません。
"""

GALLERY: Mapping[str, str | bytes] = {
    "2026-11-23-open": f"""\
title: {{en: Declarations wait in a queue, pl: Zgłoszenia czekają w kolejce}}
components: {{declare: major_outage, payments: partial_outage, longword: degraded_performance, arabic: partial_outage}}
started: 2026-11-23 09:02
workaround: Hand in papers at the gate; see {LONG_LINK}
aliases: [2026-11-23-queue, "issues/queue/"]
updates:
  - at: 2026-11-23 09:11
    eta: 10:00
    next_update_by: 09:40
    message: Declarations wait.
    edited: {{at: 2026-11-23 09:20, note: A wrong number of papers stood here.}}
  - at: 09:38
    status: identified
    eta: 12:00
    next_update_by: 10:20
    message: Nothing moves at all.
    retracted: Papers at the gate do move.
  - at: 12:04
    components: {{payments: operational}}
    eta: 15:30
    next_update_by: 12:30
    by: Ana, night shift
    message:
      en: |
        # What we know
        The certificate `/etc/harbour/customs/certificates/northern-ports/2025/declarations.pem` ended.

        - {LONG_WORD}
        - {LONG_LINK}
      pl: Certyfikat wygasł.
""",
    "2026-11-23-arabic": """\
title: بوابة الدفع الإلكتروني لا تعمل (API v2)
components: {arabic: major_outage, japanese: degraded_performance}
updates:
  - at: 2026-11-23 12:40
    next_update_by: 13:30
    message: |
      نعمل على إصلاح المشكلة الآن، شكراً لصبركم.

      1. بطاقات
      2. تحويلات
  - {at: "12:55", message: 支払いサービスは現在ご利用いただけません。銀行振込は通常どおりご利用いただけます。}
""",
    "2026-11-23-polish": """\
title: {pl: Kasy przy bramie nie drukują}
components: {payments: degraded_performance}
updates: [{at: 2026-11-23 12:30, message: {pl: Drukarki stoją. Dokumenty wysyłamy pocztą elektroniczną.}}]
""",
    "2026-11-20-reopened": """\
title: Letters arrive twice
components: {hebrew: degraded_performance}
updates:
  - {at: 2026-11-20 08:00, message: Letters arrive twice.}
  - {at: 2026-11-20 09:00, status: resolved, message: Letters arrive once again. None was lost.}
  - {at: 2026-11-23 11:50, status: investigating, next_update_by: 14:00, message: It has come back.}
""",
    "2026-11-22-unreadable": """\
title: Papers of the archive
components: {new: operational}
updates:
  - {at: 2026-11-22 10:00, message: Old papers are found slowly.}
  - {at: 2026-11-22 11:00, eta: soon, message: They are found fast again.}
""",
    "2026-11-23-running": """\
title: New rails for crane 3
type: maintenance
components: {crane-03: under_maintenance}
window: {start: 2026-11-23 12:00, end: 2026-11-23 14:00}
updates: [{at: 2026-11-16 09:00, message: Crane 3 stands still for two hours.}]
""",
    "2026-11-23-late": """\
title: New rope for crane 4
type: maintenance
components: {crane-04: under_maintenance}
window: {start: 2026-11-23 08:00, end: 2026-11-23 10:00}
updates:
  - {at: 2026-11-16 09:00, message: Crane 4 stands still for two hours.}
  - {at: 2026-11-23 08:03, status: in_progress, message: The old rope is off.}
""",
    "2026-11-24-coming": f"""\
title: "Work: {LONG_WORD}"
type: maintenance
components: {{crane-05: under_maintenance, crane-06: under_maintenance, longword: under_maintenance}}
window: {{start: 2026-11-24 22:00, end: 2026-11-25 02:00}}
updates: [{{at: 2026-11-17 09:00, message: "Two cranes stand still. {LONG_LINK}"}}]
""",
    "2026-11-10-cancelled": """\
title: Painting crane 7
type: maintenance
components: {crane-07: under_maintenance}
window: {start: 2026-11-11 08:00, end: 2026-11-11 10:00}
updates:
  - {at: 2026-11-03 09:00, message: Crane 7 is painted.}
  - {at: 2026-11-10 15:00, status: cancelled, message: The paint has not come. Crane 7 works.}
""",
    "2026-11-19-notice": """\
title: The harbour is closed on 24 December
type: notice
until: 2026-12-25 00:00
updates: [{at: 2026-11-19 10:00, message: Ships that come later wait until the 27th.}]
""",
    "2026-10-14-gate": """\
title: The gate stayed closed
components: {declare: partial_outage, payments: major_outage}
updates:
  - {at: 2026-10-14 14:58, message: The gate does not open.}
  - {at: 2026-10-14 18:10, status: resolved, message: The gate is open. No paper was lost.}
""",
    "2026-10-14-gate.md": f"""\
---
published: 2026-10-19 12:00
image: queue.png
alt: Lorries in a long queue
actions:
  - {{text: "A second key for the gate, kept at {LONG_WORD}", owner: Gate team, due: 2026-12-01, done: 2026-11-10}}
  - {{text: An alarm, owner: Operations}}
---
{PROSE}""",
    "queue.png": grey_png(1600, 900),
    "2026-10-25-clocks": """\
title: Cranes stopped while the clocks changed
components: {crane-01: major_outage}
updates:
  - {at: 2026-10-25T00:30Z, next_update_by: 2026-10-25T01:30Z, message: Crane 1 stands.}
  - {at: 2026-10-25T02:10Z, status: resolved, message: Crane 1 moves. Nothing was damaged.}
""",
}

QUIET_SETTINGS = "site: {name: Mill}\ncomponents: [{key: wheel, name: Wheel}]\n"
DOUBT_SETTINGS = f"site: {{name: Mill, url: {URL}, languages: [en, pl]}}\ncomponents: [{{key: wheel, name: Wheel}}]\n"
DOUBT: Mapping[str, str | bytes] = {"2026-11-22-unreadable": "title: [What was meant here\nupdates: {"}

LONG_SETTINGS = f"""\
site: {{name: Mill, url: {URL}, languages: [en, pl]}}
components: [{{key: wheel, name: {{en: The wheel below the old bridge, pl: Koło pod starym mostem}}}}]
"""
LONG: Mapping[str, str | bytes] = {
    f"{day:%Y-%m-%d}-oil": f"""\
title: {{en: "Oil for the wheel, {number}", pl: "Olej dla koła, {number}"}}
type: maintenance
components: {{wheel: under_maintenance}}
window: {{start: {day:%Y-%m-%d} 08:00, end: {day:%Y-%m-%d} 09:00}}
updates:
  - {{at: {day:%Y-%m-%d} 07:00, message: {{en: The wheel stands., pl: Koło stoi.}}}}
  - {{at: {day:%Y-%m-%d} 09:00, status: completed, message: {{en: The wheel turns., pl: Koło się kręci.}}}}
"""
    for number in range(33)
    for day in [MOMENT - timedelta(days=1 + 29 * number)]
}
