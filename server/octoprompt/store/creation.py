"""Making an empty database ours: its schema, and which one it is."""

from sqlalchemy import Connection, text

from octoprompt.store import schema
from octoprompt.store.entities import new_id
from octoprompt.store.place import APPLICATION_ID


def create_schema(connection: Connection) -> str:
    """Create everything in the connection's transaction and give the new database's instance id."""
    schema.upgrade(connection)
    instance = new_id()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(
        text("INSERT INTO store_mark (name, value) VALUES ('instance', :value)"),
        {"value": instance},
    )
    return instance
