"""Records as a page to read: rows, sentences, HTML."""
