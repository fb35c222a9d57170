"""What people read of conversations: lists, timelines, who has received what."""
