"""Who somebody is: people, credentials, sessions, tickets, tokens; one verb a file."""
