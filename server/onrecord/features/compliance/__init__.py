"""What compliance does: cases, search, transcript, export. Each look is on the record first."""
