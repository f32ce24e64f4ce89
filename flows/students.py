"""Whether words seem to name a student: a comparison of words, which needs no list of students and asks nobody.

It errs on both sides; `docs/students.md` says how often. Its word lists stand in the phrases, under [doubt].
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import pairwise

from .options import folded
from .vocabulary import Vocabulary

_TOKEN = re.compile(r"[^\W_]+(?:['’.-](?=[^\W_])[^\W_]+)*")
_ENDS = re.compile(r"[.!?…\n:;•¿¡]")
_OWNS = re.compile(r"['’]s?$")
_GRADE = re.compile(
    r"\b(?:grade \d|grado \d|[1-9]\d?(?:st|nd|rd|th|er|do|ro|to|mo|vo|no|º|°|ª)\b(?:[- ](?:grad|period|hour|grado))?"
    r"|kindergarten|pre-?k\b|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)[- ]grade"
    r"|(?:primer|segundo|tercer|cuarto|quinto|sexto|séptimo|octavo|noveno) (?:grado|año)|freshman|sophomore)",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\b(?:student|lunch|state|pupil|estudiante|alumn[oa]|matr[ií]cula)s?(?:'s)?"
    r"(?: id| number| no\.?| n[úu]mero)*(?: de \w+)?[ :#.]*\d{4,12}\b"
    r"|\bid(?: number| no\.?)?[ :#]*\d{5,12}\b|\b\d{3}-\d{2}-\d{4}\b",
    re.IGNORECASE,
)
_DAY = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2} de \w+|[a-z]{3,9}\.? \d{1,2})"
_BIRTH = re.compile(
    rf"\b(?:dob|d\.o\.b\.|date of birth|born(?: on)?|birthda(?:y|te)|fecha de nacimiento|naci[óo]|nacid[oa]|cumpleaños)"
    rf"\W{{0,3}}(?:is|was|el|es|:)?\W{{0,2}}{_DAY}",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"(?<![\w.])(?:[A-Z]\.[ ]?){1,2}[A-Z](?:\.|\b)")
_PAIR = re.compile(rf"(?<![\w.])([A-Z]{{2}})\b[,( ]+(?:(?:in|en|from|is in|está en|a) )?(?={_GRADE.pattern})")
_WITH_INITIAL = re.compile(r"(?<!\w)([A-ZÁÉÍÓÚÑ][a-záéíóúñ]{2,}) ([A-Z])\.(?=[\s,;:)'’]|$)")
_ANY = frozenset({"a", "un", "una"})
MOST_WORDS_BETWEEN = 2
"""between "my" and "student": "my quiet new student" """
FEWEST_OF_A_TITLE = 4
"""words, from which on large letters may be the manner of a heading"""


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    bare: str
    """folded, without the 's of an owner"""
    owns: bool
    large: bool
    """whether a large letter says something: not at the beginning, nor in a heading"""
    before: str
    """what stands between it and the word before"""


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    words: tuple[_Word, ...]
    adults: frozenset[str]
    """folded parts of the names of the team's people"""
    vocabulary: Vocabulary

    @property
    def is_of_one(self) -> bool:
        """Whether it speaks of one student, a family, a grade, special education or discipline."""
        known = self.vocabulary
        listed = known.students | known.special | known.plans | known.family
        return any(each.bare in listed for each in self.words) or self.is_special or bool(_GRADE.search(self.text))

    @property
    def is_special(self) -> bool:
        """Whether it holds a word of special education or discipline."""
        said = f" {' '.join(each.bare for each in self.words)} "
        return any(f" {each} " in said for each in self.vocabulary.special | self.vocabulary.plans)

    def is_nobody(self, place: int) -> bool:
        """Whether the word here is an adult's, a school's, a street's, or no name at all."""
        word, known = self.words[place], self.vocabulary
        before = self.words[place - 1].bare if place else ""
        if word.bare in known.ordinary or word.bare in self.adults or before in known.titles | known.before:
            return True
        return self._names_a_place(place) or (place > 1 and self._is_titled_before(place))

    def _names_a_place(self, place: int) -> bool:
        """ "Maria Montessori School": large words that end with what a school is."""
        rest = self.words[place + 1 : place + 4]
        for word in rest:
            if word.bare in self.vocabulary.places:
                return True
            if not word.text[0].isupper():
                return False
        return False

    def _is_titled_before(self, place: int) -> bool:
        """ "Ms. Ana Rivera": the second name after a title."""
        first = self.words[place - 1]
        return first.text[0].isupper() and self.words[place - 2].bare in self.vocabulary.titles


def named(text: str, vocabulary: Vocabulary, adults: Collection[str] = ()) -> str:
    """Return the words in which the text seems to name a student; empty when it names none.

    `adults` are the names of the team's own people: they are nobody's.
    """
    if found := _NUMBER.search(text) or _BIRTH.search(text):
        return found[0].strip()
    parts = frozenset(folded(part) for name in adults for part in name.split())
    for words in _sentences(text, vocabulary):
        sentence = _Sentence(text[words[0][0] : words[-1][1]], _read(text, words), parts, vocabulary)
        for rule in _RULES:
            if piece := rule(sentence):
                return piece
    return ""


# ---------------------------------------------------------------- reading

_Span = tuple[int, int]


def _sentences(text: str, vocabulary: Vocabulary) -> Iterator[list[_Span]]:
    """Yield the words of each sentence as spans; a point after a title or an initial ends none."""
    spans = [found.span() for found in _TOKEN.finditer(text)]
    begun: list[_Span] = []
    for span in spans:
        last = text[slice(*begun[-1])] if begun else ""
        gap = text[begun[-1][1] : span[0]] if begun else ""
        is_short = (
            gap[:1] == "."
            and not gap.strip(" .,;()")
            and (folded(last) in vocabulary.titles or len(last.split(".")[-1]) == 1)
        )
        if begun and _ENDS.search(gap) and not is_short:
            yield begun
            begun = []
        begun.append(span)
    if begun:
        yield begun


def _read(text: str, spans: list[_Span]) -> tuple[_Word, ...]:
    said = [text[slice(*span)] for span in spans]
    letters = [word for word in said if word[0].isalpha()]
    large = sum(word[0].isupper() for word in letters)
    is_heading = len(letters) >= FEWEST_OF_A_TITLE and large > 0.6 * len(letters)
    gaps = ["", *(text[before[1] : after[0]] for before, after in pairwise(spans))]
    return tuple(
        _Word(
            word,
            folded(_OWNS.sub("", word)),
            bool(_OWNS.search(word)),
            word[0].isupper() and place > 0 and not is_heading and not (word.isupper() and len(word) > 1),
            gaps[place],
        )
        for place, word in enumerate(said)
    )


# ---------------------------------------------------------------- rules


def _first_name(sentence: _Sentence) -> str:
    """A first name that means nothing else: "Jayden cannot read yet"; small ones only beside a student's matters."""
    known = sentence.vocabulary
    for place, word in enumerate(sentence.words):
        is_name = word.bare in known.names and (word.text[0].isupper() or sentence.is_of_one)
        if is_name and not sentence.is_nobody(place) and not _is_known(sentence, word):
            return word.text
    return ""


def _name_that_is_a_word(sentence: _Sentence) -> str:
    """A first name that is a word, too, inside a sentence about one student: "the mother of Hope called"."""
    for place, word in enumerate(sentence.words):
        may_be = word.large and word.bare in sentence.vocabulary.words_too and not sentence.is_nobody(place)
        is_said = may_be and (sentence.is_of_one or _has_surname(sentence, place))
        if is_said and not _is_known(sentence, word):
            return word.text
    return ""


def _has_surname(sentence: _Sentence, place: int) -> bool:
    after = sentence.words[place + 1 : place + 2]
    return bool(after) and after[0].large and after[0].before == " " and not sentence.is_nobody(place + 1)


def _is_known(sentence: _Sentence, word: _Word) -> bool:
    """Whether the word is part of a name that everybody knows: "Rosa Parks"."""
    said = f" {' '.join(each.bare for each in sentence.words)} "
    among = (each for each in sentence.vocabulary.known if word.bare in each)
    return any(f" {each} " in said and word.bare in each.split() for each in among)


def _any_name(sentence: _Sentence) -> str:
    """Whatever stands where a name does: "my student Xzy", "a boy named Xzy", "Xzy's mom", "Xzy, my student"."""
    known = sentence.vocabulary
    for place, word in enumerate(sentence.words):
        if not word.large or len(word.bare) < 3 or sentence.is_nobody(place) or _is_known(sentence, word):
            continue
        before = [each.bare for each in sentence.words[max(place - 3, 0) : place]]
        after = [each.bare for each in sentence.words[place + 1 : place + 3]]
        student = sentence.words[place - 1]
        if student.bare in known.students and not student.large and word.before in (" ", ", "):
            return word.text
        if before[-1] in known.called and known.students & set(before):
            return word.text
        if word.owns and (known.special | known.plans | known.family) & set(after):
            return word.text
        if len(after) == 2 and after[0] in known.this | _ANY and after[1] in known.students:
            return word.text
    return ""


def _initials(sentence: _Sentence) -> str:
    """Initials beside a student's matters, as "J.T. in 4th grade"; a name with an initial anywhere: "Maya R."."""
    pair = _PAIR.search(sentence.text)
    if pair and folded(pair[1]) not in sentence.vocabulary.ordinary:
        return pair[1]
    for found in _INITIALS.finditer(sentence.text):
        bare = folded(found[0]).replace(".", "").replace(" ", "")
        if bare not in sentence.vocabulary.ordinary and sentence.is_of_one and not _is_adults(sentence, found[0]):
            return found[0]
    for found in _WITH_INITIAL.finditer(sentence.text):
        place = next(place for place, word in enumerate(sentence.words) if word.text.startswith(found[1]))
        is_label = folded(found[1]) in sentence.vocabulary.labels
        if not is_label and not sentence.is_nobody(place):
            return found[0]
    return ""


def _is_adults(sentence: _Sentence, initials: str) -> bool:
    """Whether a surname follows or a title stands before: "J.T. Miller", "Mr. J.T."."""
    rest = sentence.text.partition(initials)
    follows = re.match(r" ?([A-Z][a-z]+)", rest[2])
    before = rest[0].split()[-1:] or [""]
    return bool(follows) or folded(before[0]) in sentence.vocabulary.titles


def _one_student(sentence: _Sentence) -> str:
    """One certain student, without a name: "that boy was suspended", "her IEP"."""
    known, words = sentence.vocabulary, sentence.words
    for place, word in enumerate(words):
        before = [each.bare for each in words[max(place - 1 - MOST_WORDS_BETWEEN, 0) : place]]
        if word.bare in known.students and known.this & set(before) and sentence.is_special:
            return sentence.text[: sentence.text.find(word.text) + len(word.text)].split("\n")[-1][-40:]
        if word.bare in known.plans and before[-1:] and before[-1] in ("his", "her") and "or" not in before:
            return f"{words[place - 1].text} {word.text}"
    return ""


_RULES: tuple[Callable[[_Sentence], str], ...] = (
    _first_name,
    _name_that_is_a_word,
    _any_name,
    _initials,
    _one_student,
)
