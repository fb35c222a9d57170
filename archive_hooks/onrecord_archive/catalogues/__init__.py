"""The sentences that people read: ICU messages in each language, and what renders them."""
