"""What a generated network speaks: texts about themes, whose words come as often as words do.

Frequencies follow Zipf and Mandelbrot: the word of rank r comes 1/(r + 2.7)^1.05 as often as the first would. Real
words lead; the rest, by far the most different ones, are invented and can be pronounced. A text about a theme takes
words from all of these, and some again and again, as talk does.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cop.demo.content import FOLDER

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

SEED = 1873
INVENTED = 52_000
"""Different invented words, the rarest of which a large network has a few times."""
EXPONENT, OFFSET = 1.05, 2.7
FIRST_THEME_RANK, LAST_THEME_RANK = 300, 9_000
"""Between these ranks of all talk lie the words of the themes: they come up elsewhere too, but seldom."""
OF_THEME = 500
"""Invented words that a theme has for its own."""
OF_FOCUS = 10
"""Words that somebody, or a community, comes back to."""
SHARES = (0.25, 0.42, 0.20, 0.13)
"""Which words of a text are function words, of all talk, of its theme, and of its focus."""
SENTENCE = (6, 22)
SENTENCES_OF_PARAGRAPH = 5

_ONSETS = "b br c ch cl d dr f fl g gr h j k l m n p pl pr r s sh sl st t th tr v w b d l m n r s t".split()
_VOWELS = "a a a e e e i i o o o u ai ea ee oa oo".split()
_CODAS = "b ck d ft g ld lk lm lt m mp n nd nk nt p rb rd rk rm rn rt sk sp st t th".split()


def read_content() -> dict[str, Any]:
    """The words, names and places that are not invented."""
    return tomllib.loads((FOLDER / "scale.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Chances:
    """Things to draw from, by number, each with its chance."""

    numbers: Ints
    sums: Floats

    def at(self, points: Floats) -> Ints:
        """Those at some points between 0 and 1."""
        return self.numbers[np.searchsorted(self.sums, points, side="right")]


def ranked(numbers: Sequence[int] | Ints, exponent: float = EXPONENT, offset: float = OFFSET) -> Chances:
    """Things in the order of their ranks."""
    return weighted(numbers, 1 / (np.arange(1, len(numbers) + 1) + offset) ** exponent)


def weighted(numbers: Sequence[int] | Ints, weights: Floats) -> Chances:
    """Things by their weights."""
    sums = np.cumsum(weights)
    sums /= sums[-1]
    sums[-1] = 1.0 + 1e-9  # no point lies beyond the last
    return Chances(np.asarray(numbers, np.int64), sums)


@dataclass(frozen=True)
class Theme:
    """A subject of talk."""

    name: str
    real: Ints
    """Its words that are not invented, by number: what somebody would look for."""
    invented: Ints
    words: Chances


@dataclass(frozen=True)
class Voice:
    """What a text is about: a theme, and what it comes back to."""

    theme: Theme
    focus: Chances


class Language:
    """All words, and texts made of them."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._chance = chance
        content = read_content()
        function, general = content["function_words"].split(), content["general_words"].split()
        named = {name: words.split() for name, words in content["themes"].items()}
        of_themes = list(dict.fromkeys(word for words in named.values() for word in words))
        known = dict.fromkeys([*function, *general, *of_themes])
        self.words = [*known, *self._invented(INVENTED, known)]
        self._lengths = np.array([len(word) for word in self.words], np.int64)
        number = {word: at for at, word in enumerate(self.words)}
        self._function = ranked([number[word] for word in function])
        self._all_talk = ranked(self._by_rank(len(dict.fromkeys([*function, *general])), len(known)))
        self.themes = [self._theme(name, [number[word] for word in words]) for name, words in named.items()]

    def _by_rank(self, leading: int, known: int) -> Ints:
        """All words by their rank: the words of themes lie scattered among the invented ones."""
        count = len(self.words)
        ranks = np.arange(count, dtype=np.float64)
        last = min(LAST_THEME_RANK, count)
        ranks[leading:known] = self._chance.uniform(FIRST_THEME_RANK, last, known - leading)
        return np.argsort(ranks, kind="stable")

    def _invented(self, count: int, known: dict[str, None]) -> list[str]:
        """Words that do not exist, the frequent ones short."""
        found: dict[str, None] = {}
        while len(found) < count:
            word = self.name(2 if len(found) < count // 2 else 3)
            if word not in known:
                found.setdefault(word)
        return list(found)

    def name(self, syllables: int) -> str:
        """A word that can be pronounced, in small letters."""
        points = self._chance.random(2 * syllables + 1)
        kinds = [*(_ONSETS, _VOWELS) * syllables, _CODAS]
        return "".join(kind[int(point * len(kind))] for kind, point in zip(kinds, points, strict=True))

    def _theme(self, name: str, real: list[int]) -> Theme:
        """The words of a theme, the real ones first; among the invented, it has its own."""
        first = len(self.words) - INVENTED
        invented = first + self._chance.choice(INVENTED, OF_THEME, replace=False)
        words = np.concatenate((np.array(real, np.int64), invented))
        return Theme(name, np.array(real, np.int64), invented, ranked(words, 0.9, 5))

    def focus(self, theme: Theme) -> Chances:
        """Some words of a theme that talk comes back to: three that are real, and its own."""
        real = self._chance.permutation(theme.real)[:3]
        own = self._chance.choice(theme.invented, OF_FOCUS - len(real), replace=False)
        return ranked(np.concatenate((real, own)), 0.7, 1)

    # Texts

    def text(self, voice: Voice, characters: int) -> str:
        """Paragraphs about something, of about so many characters."""
        drawn = self._draw(voice, characters)
        sizes = self._chance.integers(*SENTENCE, size=len(drawn) // SENTENCE[0] + 1)
        sentences, start = [], 0
        for size in sizes:
            if start >= len(drawn):
                break
            sentences.append(_sentence([self.words[at] for at in drawn[start : start + size]]))
            start += size
        paragraphs = range(0, len(sentences), SENTENCES_OF_PARAGRAPH)
        return "\n\n".join(" ".join(sentences[at : at + SENTENCES_OF_PARAGRAPH]) for at in paragraphs)

    def title(self, voice: Voice) -> str:
        """A line of a few words."""
        count = int(self._chance.integers(2, 5))
        focused = voice.focus.at(self._chance.random(count))
        others = self._all_talk.at(self._chance.random(count))
        drawn = self._chance.permutation(np.concatenate((focused, others)))
        line = " ".join(self.words[at] for at in dict.fromkeys(map(int, drawn)))
        return line[:1].upper() + line[1:] + ("?" if self._chance.random() < 0.5 else "")

    def _draw(self, voice: Voice, characters: int) -> Ints:
        """The words of a text by number, cut where it is as long as wanted."""
        count = characters // 3 + 2
        source = np.searchsorted(np.cumsum(SHARES[:-1]), self._chance.random(count), side="right")
        points = self._chance.random(count)
        drawn = np.empty(count, np.int64)
        for at, words in enumerate((self._function, self._all_talk, voice.theme.words, voice.focus)):
            chosen = source == at
            drawn[chosen] = words.at(points[chosen])
        reached = np.cumsum(self._lengths[drawn] + 1)
        return drawn[: max(3, int(np.searchsorted(reached, characters)))]


def _sentence(words: list[str]) -> str:
    line = " ".join(words)
    return f"{line[:1].upper()}{line[1:]}."
