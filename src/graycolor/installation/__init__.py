"""What works in this installation, told so that an error report can be understood, and a check that it colors."""
