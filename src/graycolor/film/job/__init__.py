"""One film's work: frames by segments, and what a person said of its moments."""
