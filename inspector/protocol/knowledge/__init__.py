"""What the rules know beside the frame at hand: what stations taught them, and what the standards' tables say."""
