"""A film as it comes: what it holds, its frames, their formats and shots."""
