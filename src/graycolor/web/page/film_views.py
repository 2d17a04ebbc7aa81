"""What can be seen of a film on its page: its shots, a preview, the result."""

SHOTS, PREVIEW, WHOLE = "shots", "preview", "whole"
VIEWS = {SHOTS: "Shots", PREVIEW: "Preview", WHOLE: "Result"}
"""What they are called."""
