"""Colors that hold through a shot."""
