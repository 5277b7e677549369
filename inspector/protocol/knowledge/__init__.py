"""What rules know beside the frame at hand: what stations taught them, what the standards' tables say, what follows."""
