"""The chat listener's REST side and pages."""
