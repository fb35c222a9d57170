"""What can be on the record of a conversation: each type of event, declared once."""
