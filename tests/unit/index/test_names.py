from octoprompt.index.names import EXACT, INITIALS, INSIDE, PREFIX, SUBSEQUENCE, initials_rank, rank

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
