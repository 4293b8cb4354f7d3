"""A retrieval engine over a real database, told files in words."""

from dataclasses import dataclass, field

from octoprompt.database.access import Access
from octoprompt.database.engine import open_engine, sqlite_url
from octoprompt.index import rows
from octoprompt.index.model import SuggestQuery
from octoprompt.index.retrieval import tables
from octoprompt.index.retrieval.engine import Retrieval
from octoprompt.index.retrieval.writing import Change, Removed
from octoprompt.index.terms import Definition, definition_record
from octoprompt.index.texts import Text, measured


def change(path, text, *names):
    """Make the records of a file; `names` are `name:line:end` or a name on line 1."""
    symbols = []
    for name in names:
        word, _, lines = name.partition(":")
        line, _, end = lines.partition(":")
        symbols.append(Definition(word, "function", int(line or 1), int(end or line or 1)))
    record = measured([Text(path, text.encode(), "")])[0].record
    return Change(path=path, text=record, definitions=definition_record(symbols))


@dataclass
class Corpus:
    """An engine that can be told and asked."""

    access: Access
    engine: Retrieval = field(default_factory=Retrieval)

    def write(self, *changes: Change | Removed):
        update = self.access.write_now(lambda c: self.engine.apply(c, changes))
        self.engine.publish(update)

    def tidy(self):
        while (update := self.access.write_now(self.engine.maintain)) is not None:
            self.engine.publish(update)

    def remember(self, git):
        update = self.engine.read_history(git)
        self.access.write_now(lambda c: self.engine.apply_history(c, update))
        self.engine.publish_history(update)

    def make_anew(self, meanwhile=lambda: None):
        def begin(connection):
            state = rows.make_anew(connection, self.engine)
            meanwhile()
            return state

        self.engine.publish_anew(self.access.write_now(begin))

    def reopened(self):
        again = Corpus(self.access)
        self.access.read_now(again.engine.load)
        return again

    def suggest(self, text, **more):
        query = SuggestQuery(text=text, **more)
        return self.access.read_now(lambda c: self.engine.suggest(c, query))[0]

    def paths(self, text, **more):
        return [one.path for one in self.suggest(text, **more)]

    def note(self, text):
        return self.access.read_now(lambda c: self.engine.suggest(c, SuggestQuery(text=text)))[1]


def new_corpus(path):
    """Make an empty engine over a new database file."""
    access = Access(open_engine(sqlite_url(path), "NORMAL"), "test")
    access.write_now(lambda c: [c.exec_driver_sql(statement) for statement in tables.DDL])
    return Corpus(access).reopened()
