"""What people hand in as files, and what becomes of it before anybody sees it. No I/O."""
