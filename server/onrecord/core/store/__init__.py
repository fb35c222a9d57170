"""The statements of a message's path: journal, publication, heads, members."""
