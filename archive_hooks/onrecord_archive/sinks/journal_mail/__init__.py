"""Mail journaling: each record is a mail."""
