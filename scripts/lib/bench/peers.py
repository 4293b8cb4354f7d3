"""Other ways to name the files of a task, re-implemented: keyword counts, BM25F, history."""

import math
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.tasks import WORD, Commit, counts, git
from octoprompt.index.extract import extract
from octoprompt.index.languages import language_of
from octoprompt.index.terms import STOP, expand, stem, words

NEWEST = 12_000
MOST_FILES = 30
"""A commit that touches more files says little about each."""
BODY, NAMES, PATH = 1.0, 4.0, 6.0
HALF_LIFE = 90 * 86_400
Scores = dict[str, float]


@dataclass(frozen=True, slots=True)
class Text:
    """A file as the peers see it."""

    lower: str
    body: Counter[str]
    names: Counter[str]


@dataclass
class Peers:
    """Ranks the files of a tree as it stands; texts are read once for each content."""

    root: Path
    _texts: dict[str, Text] = field(default_factory=dict[str, Text])
    _past: list[tuple[str, int, str, list[str]]] = field(
        default_factory=list[tuple[str, int, str, list[str]]]
    )
    """Sha, time, subject and files of each commit, newest first."""

    def rank(self, tree: Path, commit: Commit) -> dict[str, list[str]]:
        """Give the files by each method, best first."""
        files = self._files(tree)
        terms = Counter(t for t in words(commit.message) if t not in STOP and stem(t) not in STOP)
        fields = _fields(files, terms)
        past, recency = self._history(commit, set(files), terms)
        fusion = {
            path: scaled + 0.6 * past.get(path, 0) + 0.15 * recency.get(path, 0)
            for path, scaled in {**dict.fromkeys(past, 0.0), **fields}.items()
        }
        return {
            "keyword count": _order(_keywords(files, commit.message)),
            "BM25F": _order(fields),
            "past subjects": _order(past),
            "fusion": _order(fusion),
        }

    def _files(self, tree: Path) -> dict[str, Text]:
        listed = [line.split("\t") for line in git(tree, "ls-files", "-s").splitlines()]
        found: dict[str, Text] = {}
        for head, path in listed:
            blob = head.split()[1]
            if not counts(path) or not (tree / path).is_file():
                continue
            if blob not in self._texts:
                self._texts[blob] = _read(tree / path)
            found[path] = self._texts[blob]
        return found

    def _history(
        self, commit: Commit, files: set[str], terms: Counter[str]
    ) -> tuple[Scores, Scores]:
        if not self._past:
            self._past = _log(self.root)
        start = next((i + 1 for i, row in enumerate(self._past) if row[0] == commit.sha), 0)
        subjects: dict[str, Counter[str]] = {}
        recency: Scores = {}
        now = self._past[start][1] if start < len(self._past) else 0
        for _, time, subject, touched in self._past[start:]:
            said = Counter(words(subject))
            for path in files.intersection(touched):
                subjects.setdefault(path, Counter()).update(said)
                age = max(0, now - time)
                recency[path] = recency.get(path, 0) + 0.5 ** (age / HALF_LIFE)
        score = _bm25(subjects, terms)
        return _scaled(score), _scaled({path: math.log1p(n) for path, n in recency.items()})


def _log(root: Path) -> list[tuple[str, int, str, list[str]]]:
    log = git(
        root, "log", f"-{NEWEST}", "--no-merges", "--name-only", "--no-renames", "--topo-order",
        "--format=%x01%H%x02%ct%x02%s",
    )  # fmt: skip
    rows: list[tuple[str, int, str, list[str]]] = []
    for record in log.split("\x01")[1:]:
        head, _, names = record.partition("\n")
        sha, time, subject = head.split("\x02", 2)
        touched = names.strip().splitlines()
        rows.append((sha, int(time), subject, touched if len(touched) <= MOST_FILES else []))
    return rows


def _read(path: Path) -> Text:
    data = path.read_bytes()
    text = data.decode("utf-8", "replace")
    language = language_of(path.name)
    symbols = () if language is None else extract(language, data).symbols
    names = Counter(term for symbol in symbols for term in expand(symbol.name))
    return Text(lower=text.lower(), body=Counter(words(text)), names=names)


def _keywords(files: dict[str, Text], message: str) -> Scores:
    """Count distinct words of the task in each file, as one would with ripgrep; then all hits."""
    asked = set(WORD.findall(message.lower()))
    scores: Scores = {}
    for path, text in files.items():
        hits = [text.lower.count(word) for word in asked]
        scores[path] = sum(n > 0 for n in hits) + 1e-6 * sum(hits)
    return scores


def _idf(n: int, df: int) -> float:
    return math.log(1 + (n - df + 0.5) / (df + 0.5))


def _fields(files: dict[str, Text], terms: Counter[str]) -> Scores:
    """BM25F over body, definition names and path."""
    n = len(files) or 1
    body = max(1.0, sum(text.body.total() for text in files.values()) / n)
    names = max(1.0, sum(text.names.total() for text in files.values()) / n)
    weights: dict[str, dict[str, float]] = {}
    df: Counter[str] = Counter()
    for path, text in files.items():
        stemmed = path.rpartition(".")[0]
        in_path = Counter(words(stemmed)) + Counter(words(stemmed.rpartition("/")[2]))
        found = {
            term: BODY * text.body[term] / (0.25 + 0.75 * text.body.total() / body)
            + NAMES * text.names[term] / (0.4 + 0.6 * text.names.total() / names)
            + PATH * in_path[term]
            for term in terms
            if text.body[term] or text.names[term] or in_path[term]
        }
        weights[path] = found
        df.update(found.keys())
    return _scaled(
        {
            path: sum(_idf(n, df[t]) * f / (f + 1.2) * min(2, terms[t]) for t, f in found.items())
            for path, found in weights.items()
        }
    )


def _bm25(texts: dict[str, Counter[str]], terms: Counter[str]) -> Scores:
    n = len(texts) or 1
    average = max(1.0, sum(text.total() for text in texts.values()) / n)
    df = Counter(term for text in texts.values() for term in terms if text[term])
    return {
        path: sum(
            _idf(n, df[t]) * text[t] * 2.2
            / (text[t] + 1.2 * (0.5 + 0.5 * text.total() / average)) * min(2, k)
            for t, k in terms.items()
        )
        for path, text in texts.items()
    }  # fmt: skip


def _scaled(scores: Scores) -> Scores:
    top = max(scores.values(), default=0) or 1
    return {path: score / top for path, score in scores.items()}


def _order(scores: Scores) -> list[str]:
    return sorted((p for p in scores if scores[p] > 0), key=lambda p: (-scores[p], len(p), p))
