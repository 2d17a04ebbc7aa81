"""Training: batches of crops, losses, the loop and its checkpoints. Imports torch; the other rooms need not."""
