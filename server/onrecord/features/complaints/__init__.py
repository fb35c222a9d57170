"""Complaints: filed in a conversation, answered or taken back."""
