"""The database: engines, the one writer, the schema, and how a statement is written."""
