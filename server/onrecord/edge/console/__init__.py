"""The console listener's REST side and pages."""
