"""Use cases of a conversation, one verb a file, and the Protocols that they need fulfilled."""
