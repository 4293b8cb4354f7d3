"""A task in words, as weighted terms."""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np

from octoprompt.index.retrieval.runs import F32, U32
from octoprompt.index.terms import STOP, WORD, WORD_BYTES, expand, spellings, stem, term_key, words

MAX_TERMS = 96
"""Of a longer task the terms that come first and often are kept."""
BODY_WEIGHT = 0.4
"""A term that stands only below the first line weighs so much."""
_PATH = re.compile(r"\b[\w.@-]{1,100}(?:[/\\][\w.@-]{1,100})+|\b[\w-]{1,100}\.[A-Za-z]\w{0,5}\b")
_ACCENTED = re.compile(r"\b(?=\w*[\u00c0-\u024f])[^\W\d]\w*")
_SCRIPTS = re.compile(
    r"(?<=[\u2e80-\uffef])(?=[A-Za-z_])|(?<=\w)(?<![\u2e80-\uffef])(?=[\u2e80-\uffef])"
)
"""Where a name stands in a text whose script has no spaces."""
_SCAFFOLD = re.compile(
    r"^[ \t]*Traceback \(most recent call last\):|^During handling of the above exception.*"
    r"|^The above exception was the direct cause.*|(?<=\"), line \d+(?:, in)?"
    r"|(?:[/\\]|\b[A-Z]:)[^\s\"'()]{0,200}[/\\](?:site-packages|dist-packages|node_modules)[/\\]",
    re.MULTILINE,
)
"""What every stack trace says, and where packages stand on somebody's machine."""
_ERROR = re.compile(r"^[ \t]*(?:Caused by: )?(?:[\w$]+\.)*\w*(?:Error|Exception)\b.*", re.MULTILINE)
_PYTHON_FRAME = re.compile(r"^[ \t]*File \"", re.MULTILINE)
ERRORS = 3
"""So many lines below the first that name an error say as much as the first."""
_TESTY = re.compile(r"\b(tests?|testing|specs?|fixtures?|testsuite)\b", re.IGNORECASE)
_DOCSY = re.compile(
    r"\b(docs?|documentation|document(ed|ing)|readme|change ?logs?|release notes?|contributing"
    r"|examples?|tutorials?)\b",
    re.IGNORECASE,
)
_DATAY = re.compile(
    r"\b(ci|workflows?|github actions?|dependenc(y|ies)|deps|devdependencies|lock ?files?"
    r"|gitignore|gitattributes|editorconfig|dockerfiles?|makefiles?|pre-commit|dependabot|renovate"
    r"|manifests?)\b",
    re.IGNORECASE,
)
"""What people call the files that hold no program: how it is built, checked and put together."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """Terms with their keys and weights; `words[i]` is how a person wrote term i."""

    terms: tuple[str, ...]
    words: tuple[str, ...]
    keys: U32
    weights: F32
    names: tuple[str, ...]
    """Words that may be exact definition names, as written."""
    is_compound: tuple[bool, ...]
    """Which terms are whole identifiers of several parts."""
    paths: tuple[str, ...]
    """What looks like a path or file name, the likeliest first."""
    wants_tests: bool
    wants_docs: bool
    wants_data: bool


def analyse(text: str) -> Query:
    """Turn a task into a query."""
    text = _SCRIPTS.sub(" ", _SCAFFOLD.sub(" ", text[:20_000]))
    first, _, rest = text.strip().partition("\n")
    errors: list[str] = _ERROR.findall(rest)[-ERRORS:]
    is_frame = bool(errors) and first.startswith('File "')
    in_first = set(_terms("\n".join(errors if is_frame else [first, *errors])))
    counts = Counter(term for term in _terms(text) if len(term) > 1 and not _is_stop(term))
    kept = sorted(counts, key=lambda term: (term not in in_first, -counts[term]))[:MAX_TERMS]
    spelled = _spellings(text)
    weights = [min(2, counts[term]) * (1.0 if term in in_first else BODY_WEIGHT) for term in kept]
    names = dict.fromkeys(
        word
        for word in WORD.findall(text)
        if 2 < len(word) <= WORD_BYTES and word.lower() not in STOP
    )
    return Query(
        terms=tuple(kept),
        words=tuple(spelled.get(term, term) for term in kept),
        keys=np.array([term_key(term) for term in kept], np.uint32),
        weights=np.array(weights, np.float32),
        names=tuple(names)[:200],
        is_compound=tuple(term in spelled and _has_parts(spelled[term]) for term in kept),
        paths=_paths(text)[:50],
        wants_tests=bool(_TESTY.search(first)),
        wants_docs=bool(_DOCSY.search(first)),
        wants_data=bool(_DATAY.search(first)),
    )


def _paths(text: str) -> tuple[str, ...]:
    """List what looks like a path; Python's traces end with the innermost call, others begin so."""
    found: list[str] = _PATH.findall(text)
    return tuple(dict.fromkeys(reversed(found) if _PYTHON_FRAME.search(text) else found))


def _terms(text: str) -> list[str]:
    """List the terms of a text; a word with accents is one, not what stands between them."""
    plain = words(_ACCENTED.sub(" ", text))
    return plain + [word.lower() for word in _ACCENTED.findall(text) if len(word) <= WORD_BYTES]


def _is_stop(term: str) -> bool:
    return term in STOP or stem(term) in STOP


def _spellings(text: str) -> dict[str, str]:
    """Give how each term is written: by itself when it is, else as part of a longer name."""
    alone: dict[str, str] = {}
    inside: dict[str, str] = {}
    for word in dict.fromkeys(WORD.findall(text)):
        if len(word) <= WORD_BYTES:
            found = spellings(word)
            where = alone if len(found) == 1 else inside
            for term, spelled in found.items():
                (alone if term == word.lower() else where).setdefault(term, spelled)
    return {**inside, **alone}


def _has_parts(word: str) -> bool:
    return len(expand(word)) > 1
