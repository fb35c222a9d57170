"""Search, pure: one analyser for what is indexed, asked and marked; one query for both indexes."""
