import random

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from octoprompt.index.letters import Rows
from octoprompt.index.names import (
    EXACT,
    INITIALS,
    INSIDE,
    PREFIX,
    SUBSEQUENCE,
    Names,
    initials_rank,
    rank,
)

NAMES = [
    *("URLResolver", "url_resolver", "urlresolvers", "get_urlconf", "UrlPattern"),
    *("curl_request_less", "Resolver", "URLRoute", "url", "reverse_lazy_url"),
]


def found(query, limit=10):
    """Give the names found, best first."""
    return [name for *_, name in rank(query, NAMES, limit)]


def test_exact_then_prefix_then_initials_then_inside_then_letters_in_order():
    """Each way to match stands before the next."""
    kinds = [kind for kind, *_ in rank("url", NAMES, 10)]
    assert kinds == sorted(kinds)
    assert found("url")[0] == "url"
    assert kinds[0] == EXACT
    assert {PREFIX, INSIDE} < set(kinds)


def test_letters_that_go_word_by_word_find_a_class():
    """`urlres` and `URLR` mean `URLResolver`."""
    assert found("URLR")[:2] == ["URLRoute", "URLResolver"]
    assert "URLResolver" in found("urlres")[:2]
    assert found("ur")[0] in ("url", "UrlPattern", "URLRoute")


def test_words_left_out_count_against_a_name():
    """`gu` goes through `get_urlconf` with no word left out."""
    assert initials_rank("gu", "get_urlconf") == 0
    assert initials_rank("g", "get_urlconf") == 1
    assert initials_rank("uc", "get_urlconf") is None


def test_going_back_in_a_word_when_letters_run_out():
    """`rel` through `RelEdgeLabel` must not take all of `Rel` first and then fail on `lab`."""
    assert initials_rank("rellab", "RelEdgeLabel") == 1
    assert initials_rank("reedla", "RelEdgeLabel") == 0


def test_letters_in_order_come_last():
    """A subsequence matches when nothing better does."""
    (kind, *_, name) = rank("rlzurl", NAMES, 1)[0]
    assert (kind, name) == (SUBSEQUENCE, "reverse_lazy_url")
    assert rank("zzz", NAMES, 5) == []


def test_initials_stand_before_a_match_inside():
    """Initials are meant more often than a stretch in the middle."""
    kinds = {name: kind for kind, *_, name in rank("ur", ["UserRole", "hour"], 5)}
    assert kinds == {"UserRole": INITIALS, "hour": INSIDE}


class Known:
    """Names as an index has them."""

    def __init__(self, names):
        self.names = Names()
        self.connection = create_engine("sqlite://").connect()
        self.connection.exec_driver_sql("CREATE TABLE symbol (name TEXT)")
        rows = [(name,) for name in names]
        if rows:
            self.connection.exec_driver_sql("INSERT INTO symbol VALUES (?)", rows)

    def find(self, query, limit):
        """Rank them."""
        return self.names.find(self.connection, query, limit)


LETTERS = st.text("abAB_1é.", min_size=1, max_size=7)


@given(names=st.lists(LETTERS, max_size=30), query=LETTERS, limit=st.integers(1, 6))
def test_names_in_rows_are_ranked_as_one_by_one(names, query, limit):
    """What is left out to be quick is nothing that belongs to the best."""
    assert Known(names).find(query, limit) == rank(query, set(names), limit)


@given(
    seed=st.integers(0, 1000),
    query=st.text("abcdeABC", min_size=1, max_size=4),
    limit=st.sampled_from([1, 10, 50]),
)
@settings(max_examples=60)
def test_many_names_in_rows_are_ranked_as_one_by_one(seed, query, limit):
    """With so many that each kind can fill the limit."""
    dice = random.Random(seed)  # noqa: S311 - names, not secrets
    words = ("".join(dice.choices("abcde", k=dice.randint(1, 5))) for _ in range(1500))
    names = {
        dice.choice(("_", "")).join(dice.choice((w.title(), w)) for w in pair)
        for pair in zip(words, words, words, strict=False)
    }
    assert Known(names).find(query, limit) == rank(query, names, limit)


def test_names_that_fit_no_row_are_found_too():
    """Long ones, and those in other scripts."""
    long = "a_very_long_name_that_goes_on_and_on_until_nobody_reads_it"
    names = Known([long, "größe", "short"])
    assert [name for *_, name in names.find("avlnt", 5)] == [long]
    assert [name for *_, name in names.find("GRÖ", 5)] == ["größe"]
    assert names.find("x" * 60, 5) == []


def test_names_that_come_later_are_found():
    """In rows that grow."""
    names = Known(["first"])
    assert len(names.find("f", 5)) == 1
    names.names.add(f"name_{n}" for n in range(10_000))
    names.names.add(["first", "last"])
    assert [name for *_, name in names.find("last", 5)] == ["last"]
    assert [name for *_, name in names.find("first", 5)] == ["first"]
    assert len(names.find("n9999", 5)) == 1


def test_a_query_is_not_found_across_two_names():
    """The widest name fills its row, and the next one begins right behind it."""
    rows = Rows()
    rows.add(["a_b" + "x" * 36 + "a", "bab", "a_b"])
    assert rows.through("ab", 9).holding.tolist() == [False, True, False]
