"""The engine's tables in the index database, all named `retrieval_*`.

A field (`text`, `definitions`) is a set of segments: inverted lists in buckets by key, immutable
once written. What changed since the last segment waits in `retrieval_pending` and in memory. A
document is a path; the newest segment that names it holds it, and a pending record outranks all
segments.
"""

DDL = (
    """
    CREATE TABLE retrieval_document (
        id INTEGER PRIMARY KEY,
        path TEXT NOT NULL UNIQUE,
        forward BLOB NOT NULL DEFAULT x'',
        definitions BLOB NOT NULL DEFAULT x''
    )
    """,
    """
    CREATE TABLE retrieval_pending (
        field INTEGER NOT NULL,
        document INTEGER NOT NULL,
        record BLOB NOT NULL,
        PRIMARY KEY (field, document)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE retrieval_segment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        field INTEGER NOT NULL,
        sequence INTEGER NOT NULL,
        bits INTEGER NOT NULL,
        n_postings INTEGER NOT NULL,
        is_complete INTEGER NOT NULL,
        documents BLOB NOT NULL,
        sizes BLOB NOT NULL,
        lines BLOB NOT NULL,
        lengths BLOB NOT NULL
    )
    """,
    """
    CREATE TABLE retrieval_bucket (
        segment INTEGER NOT NULL,
        bucket INTEGER NOT NULL,
        data BLOB NOT NULL,
        PRIMARY KEY (segment, bucket)
    )
    """,
    """
    CREATE TABLE retrieval_state (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        version INTEGER NOT NULL,
        next_document INTEGER NOT NULL
    )
    """,
    "INSERT INTO retrieval_state VALUES (1, 0, 0)",
    """
    CREATE TABLE retrieval_commits (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        data BLOB NOT NULL
    )
    """,
)
