"""Who answers for a client, and who stands in."""
