"""Full-text search on PostgreSQL: a table beside each searched one, kept up by triggers.

Migrations use it, so what it makes for them never changes; another way gets another function.
Letters lose their accents and words end at every punctuation mark, as with FTS5 on SQLite.
"""

from collections.abc import Mapping

from alembic import op

MAX_CHARACTERS = 100_000
"""What is searched of a text: PostgreSQL refuses documents of over a megabyte of words."""
WORDS = rf"""
CREATE FUNCTION search_words(source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT regexp_replace(
    regexp_replace(normalize(left(source, {MAX_CHARACTERS}), NFKD), '[\u0300-\u036f]', '', 'g'),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f]+', ' ', 'g')
$$
"""


def create_words() -> None:
    """Create the function that splits a text into words, once for a database."""
    op.execute(WORDS)


def create_search(table: str, texts: Mapping[str, str]) -> None:
    """Create `<table>_search` (number, document) and what keeps it up to date.

    `texts` gives for each weight, `A` (the weightiest) to `D`, an SQL expression in which `one` is
    the record. Records that are there already are entered.
    """
    document = " || ".join(
        f"setweight(to_tsvector('simple', search_words({text})), '{weight}')"
        for weight, text in texts.items()
    )
    entry = f"INSERT INTO {table}_search (number, document) VALUES (one.number, {document})"  # noqa: S608  # our names
    statements = (
        f"""CREATE TABLE {table}_search (
        number integer PRIMARY KEY REFERENCES {table} (number) ON DELETE CASCADE,
        document tsvector NOT NULL)""",
        f"CREATE INDEX ix_{table}_search ON {table}_search USING gin (document)",
        f"""CREATE FUNCTION {table}_search_enter(one {table}) RETURNS void LANGUAGE plpgsql AS $$
        BEGIN {entry} ON CONFLICT (number) DO UPDATE SET document = excluded.document; END $$""",
        f"""CREATE FUNCTION {table}_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN PERFORM {table}_search_enter(NEW); RETURN NULL; END $$""",
        f"""CREATE TRIGGER {table}_search AFTER INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_search_follow()""",
        f"SELECT {table}_search_enter(t) FROM {table} t",  # noqa: S608  # our names
    )
    for statement in statements:
        op.execute(statement)


def follow_parts(part: str, whole: str) -> None:
    """Enter a record again whenever a part of it, a row of another table, changes."""
    again = f"SELECT * INTO owner FROM {whole} WHERE id = coalesce(NEW.{whole}_id, OLD.{whole}_id)"  # noqa: S608  # our names
    op.execute(
        f"""CREATE FUNCTION {part}_search_follow() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE owner {whole}; BEGIN {again};
        IF FOUND THEN PERFORM {whole}_search_enter(owner); END IF; RETURN NULL; END $$"""
    )
    op.execute(
        f"""CREATE TRIGGER {part}_search AFTER INSERT OR UPDATE OR DELETE ON {part}
        FOR EACH ROW EXECUTE FUNCTION {part}_search_follow()"""
    )
