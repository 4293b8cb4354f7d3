"""The tokens of a text, estimated: beside the real tokenizer, over our own sources."""

from pathlib import Path

import pytest
import tiktoken

from octoprompt.index import estimate
from octoprompt.index.texts import Text, measured
from octoprompt.llm.tokens import vocabularies

ROOT = Path(__file__).parents[3]
LANGUAGES = {".py": "python", ".ts": "typescript"}


@pytest.fixture
def count(monkeypatch):
    """The exact count."""
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(vocabularies()))
    encoding = tiktoken.get_encoding("o200k_base")
    return lambda text: len(encoding.encode_ordinary(text))


def _estimated(text, language=""):
    return measured([Text("", text.encode(), language)])[0].tokens


@pytest.mark.parametrize("suffix", LANGUAGES)
def test_an_estimate_is_near_the_count(count, suffix):
    """The sum is within 8 %, nine of ten files are within 15 %."""
    folders = (ROOT / "server" / "octoprompt", ROOT / "client-vscode" / "src")
    files = [path for folder in folders for path in folder.rglob(f"*{suffix}")]
    texts = [path.read_text("utf-8") for path in files[:120]]
    pairs = [(_estimated(text, LANGUAGES[suffix]), count(text)) for text in texts if text]
    total, exact = (sum(column) for column in zip(*pairs, strict=True))
    assert abs(total / exact - 1) < 0.08
    wrong = sorted(abs(a - b) / b for a, b in pairs if b >= 100)
    assert wrong[len(wrong) * 9 // 10] < 0.15


def test_a_long_text_is_estimated_as_well(count):
    """Many files as one are estimated as nearly as each."""
    files = sorted((ROOT / "server/octoprompt/index").rglob("*.py"))
    text = "".join(path.read_text("utf-8") for path in files)
    assert abs(_estimated(text, "python") / count(text) - 1) < 0.08


@pytest.mark.parametrize("text", ["", " ", "\n", "é", "x" * 100_000, "=" * 1000, "\u4e2d\u6587"])
def test_any_text_has_an_estimate(text):
    """Nothing is none, and a text has some."""
    assert (_estimated(text) > 0) == bool(text.strip() or "\n" in text)


def test_a_size_is_enough_for_a_first_estimate():
    """By language; what is no text has no tokens."""
    assert estimate.of_size("a.py", 4500, "python") == 1000
    assert estimate.of_size("a.unknown", 3900, "") == 1000
    assert estimate.of_size("picture.PNG", 4000, "") == 0
