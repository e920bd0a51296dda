"""The lines of a text, arranged for a block parser that is stricter than people are."""

import re

import msgspec

from sitegen.markup.nesting import MARK, STEP, Marks, Nesting
from sitegen.markup.rendered import Concern
from sitegen.markup.wrapping import unwrap
from sitegen.problems import Severity

# The two characters are control characters, which no text has once it is clean.
CODE = "\x02code{}\x03"

_FENCE = re.compile(r"( *)(`{3,}(?=[^`]*\Z)|~{3,})")
_HEADING = re.compile(r"#{1,6} +\S")
_RULE = re.compile(r" {0,3}(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,})\Z")
_NUMBER_AND_WORD = re.compile(r"((?:[ >]|[-+*] |\d{1,9}\. )*)(\d{1,2})(?=\. +([^\W\d_]+))")

# CLDR's month names, also as they stand after a day, of languages in use; a test compares them with babel's.
_MONTH_NAMES = """
    january february march april may june july august september october november december
    januar februar märz april mai juni juli august september oktober november dezember
    stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
    styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
    ledna února března dubna května června července srpna září října listopadu prosince
    leden únor březen duben květen červen červenec srpen říjen prosinec
    januára februára marca apríla mája júna júla augusta septembra októbra novembra decembra
    január február marec apríl máj jún júl august september október november december
    janvier février mars avril mai juin juillet août septembre octobre novembre décembre
    enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
    ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie
    января февраля марта апреля мая июня июля августа сентября октября ноября декабря
    январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь
    січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня
    січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень
"""
_MONTHS = frozenset(_MONTH_NAMES.split())


class Arranged(msgspec.Struct, frozen=True):
    """Lines for the block parser: `origin` has each one's number in the text, `code` the fenced blocks taken out."""

    lines: tuple[str, ...]
    origin: tuple[int, ...]
    code: tuple[str, ...]
    concerns: tuple[Concern, ...]


def arrange(text: str) -> Arranged:
    """The lines of a clean text, so that lists, headings and fenced code may follow a line directly."""
    return _Arranging().arrange(text.split("\n"))


class _Arranging:
    """One pass over the lines; `running` is the list that the current block is, None outside of one.

    `nesting` outlives the block: what is indented below a list belongs to its items.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.origin: list[int] = []
        self.code: list[str] = []
        self.concerns: list[Concern] = []
        self.running: Marks | None = None
        self.nesting = Nesting()

    def arrange(self, source: list[str]) -> Arranged:
        number = 0
        while number < len(source):
            line = source[number].rstrip()
            line = line.expandtabs(STEP) if "\t" in line else line
            fence = _FENCE.match(line) if "```" in line or "~~~" in line else None
            if fence:
                number = self._take_code(source, number, indent=fence.group(1), mark=fence.group(2))
            else:
                self._take_line(number, line)
            number += 1
        whole = tuple(unwrap(self.lines))
        origin = tuple(self.origin[place] for place, _ in whole)
        return Arranged(tuple(line for _, line in whole), origin, tuple(self.code), tuple(self.concerns))

    def _take_code(self, source: list[str], start: int, *, indent: str, mark: str) -> int:
        """Takes the fenced block that opens at `start` and returns the number of its last line."""
        closing = re.compile(rf" *{mark[0]}{{{len(mark)},}} *\Z")
        end = next((n for n in range(start + 1, len(source)) if closing.match(source[n])), None)
        if end is None:
            hint = "It runs to the end of the text; close it with the same marks on a line of their own."
            self.concerns.append(Concern(start, "This block of code is never closed.", hint, Severity.WARNING))
            end = len(source)
        width = len(indent)
        block = [line[:width].lstrip(" ") + line[width:] for line in source[start + 1 : end]]
        self._append_alone(start, self.nesting.place_block(indent + CODE.format(len(self.code))))
        self.code.append("\n".join(block))
        return end

    def _take_line(self, number: int, line: str) -> None:
        if not line:
            self.running = None
            self._append(number, "")
        elif _HEADING.match(line):
            self.nesting.close()
            self._append_alone(number, _without_closing_marks(line))
        elif _RULE.match(line):
            self._take_rule(number, line)
        else:
            self._append(number, self._take_words(number, _keep_date(line)))

    def _take_rule(self, number: int, line: str) -> None:
        self.nesting.close()
        if self.running:
            self._append_alone(number, line)
        else:  # it may underline the line before it
            self._append(number, line)
            self._append(number, "")

    def _take_words(self, number: int, line: str) -> str:
        """A line of an item or of running text, with its indentation as the parser wants it."""
        found = MARK.match(line)
        follows = bool(self.lines and self.lines[-1])
        # In running text "2024. It was ..." is the end of a sentence: only a 1 begins a list there.
        if found and (not found[1] or int(found[1]) == 1 or not follows or self.nesting.has_numbers):
            marks = Marks.NUMBERS if found[1] else Marks.BULLETS
            line = self.nesting.place_item(line, marks)
            if not line.startswith(" " * STEP):
                self._begin_list(number, marks, follows)
        elif not follows:
            line = self.nesting.place_block(line)
        return line

    def _begin_list(self, number: int, marks: Marks, follows: bool) -> None:
        """Sets a list apart from the line before it, where a blank line would otherwise be needed."""
        if follows and self.running is not marks:
            self._append(number, "")
        self.running = marks

    def _append(self, number: int, line: str) -> None:
        self.lines.append(line)
        self.origin.append(number)

    def _append_alone(self, number: int, line: str) -> None:
        for each in ("", line, ""):
            self._append(number, each)
        self.running = None


def _without_closing_marks(line: str) -> str:
    """`## Impact ##` as `## Impact`; a `#` that is part of the last word stays."""
    opened = line.rstrip("#")
    return opened if opened.endswith(" ") and opened.strip(" #") else line


def _keep_date(line: str) -> str:
    """The line with the full stop of a date at its start escaped: "23. November" is not the 23rd item of a list."""
    found = _NUMBER_AND_WORD.match(line)
    if not found or found.group(3).casefold() not in _MONTHS:
        return line
    return f"{line[: found.end()]}\\{line[found.end() :]}"
