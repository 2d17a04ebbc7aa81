"""Films: what a file holds, color that does not flicker, and a result that differs from the source in nothing else."""
