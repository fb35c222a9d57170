"""NATS JetStream: each record is a message of a stream."""
