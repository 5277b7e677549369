"""What the interface reads of a capture, and when: questions in workers, what is new, rows wherever they are."""
