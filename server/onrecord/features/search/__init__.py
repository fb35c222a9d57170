"""Search: one analyser for what is indexed, asked and marked; the index and its questions."""
