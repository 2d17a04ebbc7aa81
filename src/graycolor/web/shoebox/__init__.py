"""A folder of this machine as a wall of photographs: what was said of each lies beside it, and is found again."""
