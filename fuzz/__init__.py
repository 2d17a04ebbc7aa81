"""Damaged and hostile files for every decoder of graycolor's own; see README.md."""
