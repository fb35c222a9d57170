"""Kafka: each record is a message of a topic."""
