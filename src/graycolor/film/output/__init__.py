"""A film as it goes: frames painted and encoded, segments kept, tracks copied."""
