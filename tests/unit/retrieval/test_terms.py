"""Terms: how text and names are split, stemmed, counted and packed."""

from collections import Counter
from time import process_time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from octoprompt.index import terms, vocabulary
from octoprompt.index.retrieval.kinds import kind_of
from octoprompt.index.retrieval.runs import definition_run, text_run
from octoprompt.index.terms import Definition, expand, stem, term_key
from octoprompt.index.texts import Text, measured


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("QuerySet", ["query", "set", "queryset"]),
        ("get_prefetch_queryset", ["get", "prefetch", "queryset", "get_prefetch_queryset"]),
        ("HTTPServerError", ["http", "server", "error", "httpservererror"]),
        ("caching", ["cach"]),
        ("utf8", ["utf", "utf8"]),
        ("größe", ["gr", "öß", "größe"]),
        ("self", []),
    ],
)
def test_an_identifier_is_split_stemmed_and_kept_whole(identifier, expected):
    """Parts find their words in other spellings; the whole finds the very identifier."""
    assert expand(identifier) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [("caches", "cache"), ("queries", "query"), ("removed", "remove"), ("renaming", "rename")],
)
def test_forms_of_a_word_share_a_stem(one, other):
    """A task says `queries` where the code says `query`."""
    assert stem(one) == stem(other)


def record_of(path, source):
    """Make the record of a text alone."""
    return measured([Text(path, source, "")])[0].record


def decoded(path, text):
    """Unpack the record of one file."""
    run = text_run([7], [record_of(path, text.encode("utf-8", "replace"))])
    return run.layout, run.postings


def test_a_text_record_counts_terms_by_passage():
    """A passage goes from one definition to the next, and is at least eight lines long."""
    body = "    total = total + tax\n" * 9
    text = f"def price(cart):\n{body}def discount(cart):\n{body}"
    layout, postings = decoded("shop.py", text)
    assert layout.documents.tolist() == [7]
    assert layout.lines.tolist() == [1, 11]
    (units, counts), (only, once) = postings.of(
        np.array([term_key("total"), term_key("discount")], np.uint32)
    )
    assert units.tolist() == [0, 1]
    assert counts.tolist() == [18, 18]
    assert (only.tolist(), once.tolist()) == ([1], [1])


def test_short_definitions_share_a_passage():
    """One-line functions would make passages that say nothing."""
    layout, _ = decoded("short.py", "def a(): pass\n" * 7)
    assert layout.lines.tolist() == [1]


def test_counts_stop_at_255():
    """A count is one byte."""
    _, postings = decoded("long.py", "word " * 1000)
    assert postings.counts.tolist() == [255]


@pytest.mark.parametrize("text", ["", "\n\n", "\0\1\2", "\ud800 lone", "—“—”", "1 2 3"])
def test_odd_text_makes_a_record(text):
    """Nothing that a file may hold breaks the worker."""
    layout, postings = decoded("odd.py", text)
    assert len(layout.lines) == 1
    assert len(postings.keys) <= 2


@pytest.mark.parametrize(
    "unit",
    ["x", "a(", "(", "{", "fn ", "pub ", "\n\t", "\na(", "\nx(y{", "#", "=", "\u20ac", "\na ("],
)
@pytest.mark.parametrize("path", ["a.py", "a.rs", "a.md"])
def test_hostile_text_is_read_in_linear_time(path, unit):
    """A megabyte of anything takes a worker less than two seconds."""
    began = process_time()
    record_of(path, unit.encode() * (1_000_000 // len(unit)))
    assert process_time() - began < 2


def test_words_divided_by_foreign_signs_are_divided():
    """Text is cut at ASCII first; other punctuation must not glue words together."""
    _, postings = decoded("notes.md", "cache—eviction „Größe“")
    wanted = np.array([term_key(word) for word in ("cach", "eviction", "größe")], np.uint32)
    assert [len(units) for units, _ in postings.of(wanted)] == [1, 1, 1]


@given(texts=st.lists(st.text("aBsz09_é中İ-. \n", max_size=60), max_size=5))
def test_texts_are_measured_together_as_each_alone(texts):
    """What lies beside a text changes nothing; its terms are those of the plain way, in order."""
    batch = [Text(f"notes{n}.md", text.encode(), "") for n, text in enumerate(texts)]
    together = measured(batch)
    assert together == [measured([text])[0] for text in batch]
    for text, one in zip(texts, together, strict=True):
        run = text_run([0], [one.record])
        expected = sorted(Counter(map(term_key, terms.words(text))).items())
        postings = run.postings
        assert list(zip(postings.keys.tolist(), postings.counts.tolist(), strict=True)) == expected
        assert run.layout.lengths.tolist() == [sum(n for _, n in expected)]


def test_a_vocabulary_forgets_and_goes_on(monkeypatch):
    """More words than it may remember change nothing but the time."""
    words = " ".join(f"word{n} wordsThatAre{n}Long" for n in range(300))
    batch = [Text(f"{n}.md", f"{words} number{n}".encode(), "") for n in range(4)]
    expected = [measured([text]) for text in batch]
    monkeypatch.setattr(vocabulary, "LIMIT", 100)
    assert [measured([text]) for text in batch] == expected


def test_words_that_find_no_slot_are_known_all_the_same():
    """With few slots most words are among the others, and still have keys of their own."""
    words = [f"w{n}".encode() for n in range(500)]
    buffer = b" ".join((*words, vocabulary.MARGIN))
    lengths = np.array([len(word) for word in words], np.int64)
    ends = np.cumsum(lengths + 1) - 1
    starts = ends - lengths
    known = vocabulary.Vocabulary(lambda word: (int(word[1:]), 7), bits=6)
    for _ in range(2):
        numbers = known.numbers(buffer, starts, ends)
        meaning = known.meaning()
        assert meaning.keys[meaning.first[numbers]].tolist() == list(range(500))
        assert set(meaning.n_keys[numbers].tolist()) == {2}


def test_only_the_head_of_a_catalogue_counts():
    """Its tokens are those of the whole, its terms those of the first thousand letters."""
    text = "\n".join(f"word{n}" for n in range(1000))
    paths = ("a.md", "locale/de/LC_MESSAGES/django.po")
    whole, made = (measured([Text(path, text.encode(), "")])[0] for path in paths)
    assert whole.tokens == made.tokens
    keys = text_run([0], [made.record]).postings.keys
    assert term_key("word5") in keys
    assert term_key("word999") not in keys


@given(text=st.text("aBsz09_é中İ-. ", max_size=40))
def test_the_quick_way_to_keys_is_the_plain_one(text):
    """Counting by remembered words and parts gives the keys of the terms, one for one."""
    assert terms.count_keys(text) == Counter(map(term_key, terms.words(text)))


def test_definitions_survive_packing():
    """Names, kinds and lines come back; names are found by term and exactly."""
    symbols = [Definition("QuerySet", "class", 3, 90), Definition("filter", "method", 10, 20)]
    record = terms.definition_record(symbols)
    assert terms.definitions_of(terms.definition_text(record)).rows() == symbols
    run = definition_run([1], [record])
    keys = np.array([term_key("query"), terms.name_key("QuerySet"), terms.name_key("queryset")])
    found = run.postings.of(keys.astype(np.uint32))
    assert [len(units) for units, _ in found] == [1, 1, 0]
    assert not terms.definitions_of(terms.definition_text(terms.definition_record([]))).rows()


def test_a_namespace_that_is_a_path_defines_nothing():
    """It holds the whole file, and its folder says the same; a plain one is a name like others."""
    paths = [
        Definition("Shop.Cart.Items", "namespace", 1, 90),
        Definition(r"Shop\Cart", "namespace", 1, 1),
    ]
    kept = [Definition("URI", "namespace", 3, 90), Definition("Items.Cart", "class", 4, 9)]
    record = terms.definition_record([*paths, *kept])
    assert terms.definitions_of(terms.definition_text(record)).rows() == kept
    assert terms.definition_record(paths) == terms.definition_record([])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("django/db/models/query.py", "source"),
        ("django/test/client.py", "source"),
        ("tests/queries/tests.py", "test"),
        ("test/parallel/test-fs.js", "test"),
        ("src/test/java/org/x/FooTest.java", "test"),
        ("spring/src/main/java/org/test/context/Cache.java", "source"),
        ("src/main/java/org/mockito/mock/MockName.java", "source"),
        ("core/src/main/kotlin/app/integration/Sync.kt", "source"),
        ("crates/ide/src/target_spec.rs", "source"),
        ("packages/core/__tests__/a.spec.ts", "test"),
        ("pkg/server_test.go", "test"),
        ("src/latest.py", "source"),
        ("docs/ref/models.txt", "docs"),
        ("examples/todo/app.js", "docs"),
        ("README.md", "docs"),
        ("package-lock.json", "made"),
        ("web/pnpm-lock.yaml", "made"),
        ("go.sum", "made"),
        ("go.mod", "data"),
        ("Tests/VaporTests/Utilities/Server.swift", "test"),
        ("src/Shop.Tests/Builder.cs", "test"),
        ("src/Component/Form/Tests/Fixtures/Author.php", "test"),
        ("src/Component/Form/Test/FormBuilderInterface.php", "source"),
        ("src/CMakeLists.txt", "data"),
        ("requirements-dev.txt", "data"),
        ("include/config.h.in", "source"),
        ("sql/pgtap.sql.in", "source"),
        ("MANIFEST.in", "data"),
        ("libexec/core/exec-suite", "source"),
        ("bin/rails", "source"),
        ("bin/data.json", "data"),
        ("lib/view.slim", "source"),
        ("test/suite.bats", "test"),
        ("yarn.lock", "made"),
        ("vendor/jquery.js", "made"),
        ("app/locale/de/LC_MESSAGES/django.po", "made"),
        ("Makefile", "data"),
        ("shop/migrations/0001_initial.py", "made"),
        ("shop/migrations/__init__.py", "made"),
        ("database/migrations/2014_10_12_000000_create_users.php", "made"),
        ("prisma/migrations/20240101_init/migration.sql", "made"),
        ("Data/Migrations/AppModelSnapshot.cs", "made"),
        ("django/db/migrations/loader.py", "source"),
        ("django/db/migrations/operations/base.py", "source"),
        ("langs/i18n/translationProvider.go", "source"),
        ("conf/locale/__init__.py", "source"),
        ("conf/locale/de_CH/formats.py", "made"),
        ("web/locales/timeago.ar.js", "made"),
        ("i18n/messages.json", "made"),
        ("packages/runtime/types/jsx.d.ts", "source"),
        ("src/typings/git.d.ts", "made"),
        ("docs/topics/i18n/translation.txt", "docs"),
        ("Server/Migrations/Routines/20260723120000_Recompute.cs", "source"),
        ("integration/coroutines-guava/src/Future.kt", "source"),
        ("integration/suite.py", "test"),
    ],
)
def test_a_path_tells_the_kind_of_a_file(path, kind):
    """Tests, prose, data and generated files stand behind source."""
    assert kind_of(path) == kind
