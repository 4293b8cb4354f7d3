"""The tables of the index database. Disposable: other code means a new file, see `version`."""

from octoprompt.index.retrieval import tables as retrieval

APPLICATION_ID = 0x0C701D8
DDL: tuple[str, ...] = (
    """
    CREATE TABLE file (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        size INTEGER NOT NULL,
        changed_ns INTEGER NOT NULL,
        hash TEXT NOT NULL,
        tokens INTEGER NOT NULL,
        stage INTEGER NOT NULL,
        n_symbols INTEGER NOT NULL,
        skipped TEXT NOT NULL,
        failed TEXT NOT NULL,
        language TEXT NOT NULL
    )
    """,
    "CREATE TABLE grams (file INTEGER PRIMARY KEY, bits BLOB NOT NULL)",
    # The imports first: who wants them alone need not read the rest, which is much longer.
    "CREATE TABLE parsed (file INTEGER PRIMARY KEY, imports BLOB NOT NULL, data BLOB NOT NULL)",
    """
    CREATE TABLE symbol (
        file INTEGER NOT NULL,
        position INTEGER NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        line INTEGER NOT NULL,
        end_line INTEGER NOT NULL,
        container TEXT,
        PRIMARY KEY (file, position)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX symbol_name ON symbol (name)",
    "CREATE TABLE quarantine (hash TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID",
    "CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID",
    "INSERT INTO meta VALUES ('generation', 0), ('open', 0)",
    *retrieval.DDL,
)
TABLES = ("file", "parsed", "symbol", "grams", "quarantine", "meta")
