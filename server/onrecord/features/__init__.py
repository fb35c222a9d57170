"""What the product can do: a folder each, with rules, service, statements and routes."""
