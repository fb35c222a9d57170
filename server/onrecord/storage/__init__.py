"""The database: the journal's two transactions, what people read, the schema. All SQL is here."""
