"""The first list: what ranks above what, and how it is explained."""

import pytest

from octoprompt.index.model import SuggestQuery
from octoprompt.index.retrieval import ranking
from octoprompt.index.retrieval.query import analyse
from support.retrieval import change

SHOP = (
    change("shop/cart.py", "class Cart:\n    def add(self, item): ...\n", "Cart:1:2", "add:2:2"),
    change("shop/price.py", "def discount(cart):\n    return cart.total\n", "discount:1:2"),
    change("shop/mail.py", "def send(order):\n    smtp.send(order)\n", "send:1:2"),
    change("shop/tax.py", "RATE = 7\n", "RATE"),
    change(
        "tests/test_price.py", "def test_discount():\n    assert discount(cart)\n", "test_discount"
    ),
    change("docs/discount.md", "# Discount\nHow a discount works\n"),
)


@pytest.fixture
def shop(corpus):
    """Give an engine that knows a small shop."""
    corpus.write(*SHOP)
    return corpus


def test_a_definition_ranks_above_a_mention(shop):
    """The file that defines what the task names comes first."""
    assert shop.paths("discount is wrong for an empty cart")[:2] == [
        "shop/price.py",
        "shop/cart.py",
    ]


def test_the_path_speaks(shop):
    """A file whose name the task says comes first even when its text does not say it."""
    assert shop.paths("tax is rounded down")[0] == "shop/tax.py"


@pytest.mark.parametrize(
    "name", ["shop/mail.py", "mail.py", "SHOP\\\\mail.py", "/home/x/work/shop/mail.py"]
)
def test_a_file_that_the_task_names_comes_first(shop, name):
    """Stack traces and reports name files, whole, in part, or from the top of another disk."""
    first = shop.suggest(f"it fails in {name}, line 7")[0]
    assert first.path == "shop/mail.py"
    assert "the task names it" in first.reasons


def test_a_file_that_is_no_program_is_found_by_its_name(corpus):
    """The path counts where it is all that there is, also when no source has such a path."""
    corpus.write(
        change("Dockerfile", "FROM scratch\n"),
        change("run.py", "import tools\n\ntools.read('the dockerfile')\n"),
        *(change(f"x{i}.py", "other\n") for i in range(9)),
    )
    assert corpus.paths("slim the Dockerfile")[0] == "Dockerfile"


def test_of_a_trace_the_innermost_call_counts_most(corpus):
    """The first frame of most languages, the last one of Python."""
    files = ("app/main.x", "app/loop.x", "app/parse.x")
    corpus.write(*(change(path, "def run():\n    return 1\n", "run") for path in files))
    frames = [f"app/{name}.x" for name in ("parse", "loop", "main")]
    others = "it crashes\n" + "".join(f"  at run ({frame}:1)\n" for frame in frames)
    assert corpus.paths(others) == frames
    python = "it crashes\n" + "".join(f'  File "{frame}", line 1\n' for frame in frames[::-1])
    assert corpus.paths(python) == frames


def test_a_path_that_only_ends_alike_is_not_named(shop):
    """`email.py` is not `mail.py`, and another folder's file is another file."""
    for name in ("email.py", "lib/mail.py"):
        reasons = [r for one in shop.suggest(f"it fails in {name}") for r in one.reasons]
        assert "the task names it" not in reasons


def test_tests_and_docs_stand_behind_source_unless_asked_for(shop):
    """People rarely mean the test when they describe a fault."""
    assert shop.paths("discount")[0] == "shop/price.py"
    assert shop.paths("test for discount is flaky")[0] == "tests/test_price.py"
    assert shop.paths("docs for discount are wrong")[0] == "docs/discount.md"
    assert shop.paths("how a discount works is not documented")[0] == "docs/discount.md"


def test_what_builds_and_checks_a_project_competes_when_the_task_is_about_it(corpus):
    """The words for it bring it to the front; else it stands behind source, but near."""
    corpus.write(
        change(".github/workflows/checks.yml", "steps:\n  - cache: browser\n"),
        change("tools/start.py", "def start():\n    return open(browser, cache)\n", "start"),
    )
    assert corpus.paths("ci: keep the browser cache")[0] == ".github/workflows/checks.yml"
    source, data = corpus.suggest("keep the browser cache")
    assert (source.path, data.path) == ("tools/start.py", ".github/workflows/checks.yml")
    assert data.score > 0.5


def test_a_repository_of_playbooks_has_playbooks_for_source(corpora):
    """What it is made of counts in full; a few such files beside a program do not."""
    script = change("run.sh", "start() {\n  pull widget image\n}\n", "start")
    plays = [
        change(f"roles/r{number}/main.yml", f"tasks:\n  - role {number}: x\n")
        for number in range(8)
    ]
    widget = change("roles/widget/main.yml", "tasks:\n  - pull: widget\n")
    few, many = corpora(), corpora()
    few.write(script, widget)
    many.write(script, widget, *plays)
    first = [corpus.suggest("widget is pulled twice") for corpus in (few, many)]
    places = [[one.path for one in found].index("roles/widget/main.yml") for found in first]
    score = [found[place].score for found, place in zip(first, places, strict=True)]
    assert score[1] > score[0]
    assert places[1] == 0


def test_files_that_share_nothing_with_the_task_are_left_out(shop):
    """A list of everything helps nobody."""
    assert "shop/mail.py" not in shop.paths("discount")
    assert shop.paths("zebra") == []
    assert shop.paths("") == []


def test_scores_fall_from_one(shop):
    """The best file has 1, the others less, in order."""
    scores = [one.score for one in shop.suggest("discount cart")]
    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_the_limit_holds(shop):
    """No more files than asked for."""
    assert len(shop.paths("discount cart", limit=1)) == 1


def test_an_empty_index_says_so(corpus):
    """An empty list needs a reason."""
    assert corpus.suggest("anything") == []
    assert corpus.note("anything") == "nothing is indexed yet"


def test_a_missing_history_is_said(shop):
    """Without git the ranking works, and says what it lacks."""
    assert shop.note("discount") == "no git history: ranked by text alone"


def test_reasons_name_what_is_true(shop):
    """Each reason can be checked in the file."""
    first = shop.suggest("discount ignores the cart total")[0]
    assert first.path == "shop/price.py"
    assert "defines `discount`" in first.reasons
    assert sum("`discount`" in reason for reason in first.reasons) == 1
    assert "path says `tax`" in shop.suggest("tax is rounded down")[0].reasons


def test_words_are_shown_as_the_task_writes_them():
    """People do not read stems."""
    query = analyse("Taxes of get_rounded_values")
    assert dict(zip(query.terms, query.words, strict=True)) == {
        "taxe": "Taxes",
        "get": "get",
        "round": "rounded",
        "valu": "values",
        "get_rounded_values": "get_rounded_values",
    }


def test_a_passage_is_the_definition_that_matches(corpus):
    """In a long file the part that matters is pointed at, with its full name."""
    filler = "".join(f"    value_{i} = compute({i})\n" for i in range(20))
    text = f"class Store:\n  def load(self):\n{filler}"
    text += f"  def evict(self):\n    # cache eviction\n{filler}"
    corpus.write(
        change("store.py", text, "Store:1:45", "load:2:22", "evict:23:44"),
        change("other.py", "def other(): ...\n", "other"),
    )
    (found,) = [one for one in corpus.suggest("cache eviction") if one.path == "store.py"]
    assert (found.passages[0].symbol, found.passages[0].line, found.passages[0].end_line) == (
        "Store.evict",
        23,
        44,
    )


def test_before_definitions_are_known_passages_have_lines(corpus):
    """Stage 1 alone gives useful answers."""
    corpus.write(change("store.py", "def evict():\n    cache.clear()\n"))
    corpus.write(change("b.py", "x = 1\n"))
    (found,) = corpus.suggest("cache")
    assert [(p.symbol, p.line) for p in found.passages] == [("", 1)]


def test_an_open_file_wins_a_tie(corpus):
    """What is open is a weak hint."""
    corpus.write(change("a.py", "cache\n"), change("b.py", "cache\n"), change("c.py", "x\n"))
    assert corpus.paths("cache") == ["a.py", "b.py"]
    assert corpus.paths("cache", open_paths=("b.py",)) == ["b.py", "a.py"]


def test_unknown_paths_are_ignored(shop):
    """What the editor has open may be outside the index."""
    assert shop.paths("discount", open_paths=("gone.py",), selected_paths=("gone.py",))


def test_a_chosen_file_brings_those_that_use_it(corpus):
    """The second step follows names from file to file."""
    corpus.write(
        change("ledger.py", "def post_entry(entry): ...\n", "post_entry"),
        change("bank.py", "from ledger import post_entry\npost_entry(1)\n"),
        change("noise.py", "unrelated = 1\n"),
    )
    (bank,) = corpus.suggest("rounding", selected_paths=("ledger.py",))
    assert bank.path == "bank.py"
    assert "uses `post_entry` from `ledger.py`" in bank.reasons


def test_what_goes_with_a_chosen_file_leads_where_the_task_does_not_mean_it(corpus):
    """The less a task says of a chosen file, the more the files around it count."""
    corpus.write(
        change("ledger.py", "def post_entry(entry): ...\n", "post_entry"),
        change("bank.py", "from ledger import post_entry\npost_entry(1)\n"),
        change("rounding.py", "def round_off(n): ...\n", "round_off"),
        change("sums.py", "round_off(2)\n"),
        change("rounding/modes.py", "rounding rounding up\n"),
    )
    assert corpus.paths("rounding", selected_paths=("ledger.py",))[:2] == ["bank.py", "rounding.py"]
    assert corpus.paths("rounding", selected_paths=("rounding.py",))[:2] == [
        "rounding/modes.py",
        "sums.py",
    ]


def test_a_chosen_file_that_the_task_means_displaces_little(corpus):
    """What the task says of other files holds against what merely goes with the chosen one."""
    corpus.write(
        change("rounding.py", "def round_off(n): ...\n", "round_off"),
        change("rounding/modes.py", "rounding rounding up\n"),
        change("sums.py", "round_off(2)\n"),
        *(change(f"x{i}.py", f"other{i}\n", f"f{i}") for i in range(9)),
    )
    scores = {
        one.path: one.score
        for one in corpus.suggest("rounding up", selected_paths=("rounding.py",))
    }
    assert scores["rounding/modes.py"] == 1
    assert 0 < scores["sums.py"] < 0.65


def test_a_test_does_not_flatten_what_goes_with_a_file(corpus):
    """However alike a file's own test is, source is measured against source."""
    words = " ".join(f"word{chr(97 + i)}{chr(97 + j)}" for i in range(9) for j in range(9))
    corpus.write(
        change("ledger.py", f"ledger posting {words}\n", "post"),
        change("tests/test_ledger.py", f"ledger posting {words}\n", "test_post"),
        change("bank.py", "ledger posting\n" + "interest rates\n" * 20, "bank"),
        change("task.py", "rounding\n", "rounding"),
        *(change(f"x{i}.py", f"other{i}\n", f"f{i}") for i in range(9)),
    )

    def score(**more):
        return {one.path: one.score for one in corpus.suggest("rounding", **more)}

    assert score() == {"task.py": 1}
    after = score(selected_paths=("ledger.py",))
    assert after["bank.py"] == 1
    assert 0 < after["tests/test_ledger.py"] < 0.7


def test_open_files_bring_less_than_chosen_ones(corpus):
    """Without a selection, what goes with open files counts half, and they stay in the list."""
    corpus.write(
        change("ledger.py", "def post_entry(entry): ...\n", "post_entry"),
        change("bank.py", "from ledger import post_entry\npost_entry(1)\n"),
        change("task.py", "rounding\n", "rounding"),
    )

    def score(**more):
        return {one.path: one.score for one in corpus.suggest("rounding", **more)}

    assert score() == {"task.py": 1}
    chosen, opened = score(selected_paths=("ledger.py",)), score(open_paths=("ledger.py",))
    assert 0 < opened["bank.py"] < chosen["bank.py"]
    assert score(open_paths=("task.py",))["task.py"] == 1
    both = score(selected_paths=("ledger.py",), open_paths=("bank.py",))
    assert both["bank.py"] >= chosen["bank.py"]


def test_files_that_define_what_a_chosen_file_uses_are_brought(corpora):
    """Names that it uses lead to where they are defined; without them, they do not."""
    corpus = corpora()
    corpus.write(
        change("bank.py", "x(1)\n", "bank"),
        change("ledger.py", "def post_entry(entry): ...\n", "post_entry"),
        change("task.py", "rounding\n", "rounding"),
    )
    query = SuggestQuery(text="rounding", selected_paths=("bank.py",))

    def paths(*uses):
        found, _ = corpus.access.read_now(lambda c: corpus.engine.suggest(c, query, uses))
        return {one.path for one in found}

    assert paths() == {"task.py"}
    assert paths("post_entry") == {"task.py", "ledger.py"}


def test_without_history_each_word_that_a_file_has_counts(corpus):
    """Twice the same word says less than two words; where commits speak, they tell it better."""
    corpus.write(
        change("both.py", "alpha beta\n"),
        change("once.py", "alpha alpha\n"),
        *(change(f"x{i}.py", "unrelated\n") for i in range(8)),
    )

    def covered(connection):
        state, links = corpus.engine.known(connection)
        asked = SuggestQuery(text="alpha beta")
        found = ranking.rank(connection, state, links, asked).columns["cover"]
        return {state.paths.path(i): float(score) for i, score in enumerate(found) if score}

    scores = corpus.access.read_now(covered)
    assert scores.keys() == {"both.py", "once.py"}
    assert scores["both.py"] == ranking.WITHOUT_HISTORY["cover"] > 2 * scores["once.py"]


def test_all_files_compete_when_asked(shop):
    """`all` brings tests and docs nearer to source than they stand otherwise."""

    def score(**more):
        return {one.path: one.score for one in shop.suggest("discount", **more)}

    for path in ("tests/test_price.py", "docs/discount.md"):
        assert score(all_files=True)[path] > score()[path]


@pytest.mark.parametrize(
    "text",
    ["\0", "x" * 50_000, "((((", "`" * 99, "é" * 400, " ".join(f"w{i}" for i in range(5000))],
)
def test_odd_tasks_are_answered(shop, text):
    """No task breaks the ranking."""
    assert isinstance(shop.suggest(text), list)


TRACE = """Traceback (most recent call last):
  File "/venv/lib/python3.11/site-packages/shop/views.py", line 12, in show
    cart.total()
shop.errors.PriceMissing: Cannot price voucher
ValueError: bad voucher
"""


def test_a_pasted_stack_trace_speaks_by_its_files_names_and_error():
    """What every trace says is no word of the task, and the error counts as the first line does."""
    query = analyse(TRACE)
    assert not {"most", "recent", "call", "last", "traceback", "line"} & set(query.terms)
    weights = dict(zip(query.terms, query.weights.tolist(), strict=True))
    assert weights["voucher"] > 1 > weights["total"]
    assert "shop/views.py" in query.paths
    assert not {"venv", "lib"} & set(query.terms)


@pytest.mark.parametrize(
    ("text", "has", "lacks"),
    [
        ("Das Löschen schlägt fehl", {"löschen", "schlägt"}, {"gt", "schl"}),
        ("上传文件时FileSystemStorage报错", {"filesystemstorage", "storag", "报错"}, set()),
        ("le café du naïveParser", {"café", "naïveparser"}, {"caf"}),
        ("ошибка в CartView", {"ошибка", "cartview", "cart"}, set()),
    ],
)
def test_words_of_other_languages_are_whole(text, has, lacks):
    """An accent does not cut a word, and a name is found inside a script without spaces."""
    terms = set(analyse(text).terms)
    assert has <= terms
    assert not lacks & terms


def test_reasons_name_what_tells_something(corpus):
    """Neither a constant at the head of a file nor the folder that all files are in."""
    corpus.write(
        change("shop/cart.py", "__all__ = ['x']\n" + "voucher rules\n" * 9, "__all__:1:1"),
        *(change(f"shop/x{i}.py", "other\n") for i in range(9)),
    )
    (first, *_) = corpus.suggest("shop voucher rules")
    assert first.path == "shop/cart.py"
    assert first.reasons == ("mentions `voucher`, `rules`, `shop`",)
