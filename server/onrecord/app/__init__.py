"""The one place that joins settings and features to objects."""
