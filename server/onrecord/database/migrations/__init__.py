"""The schema's history: one file a step, numbered, the same steps for both databases."""
