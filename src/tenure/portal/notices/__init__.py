"""What ends and when, who was told, which notices somebody wants, and their calendar."""
