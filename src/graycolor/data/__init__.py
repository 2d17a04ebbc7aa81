"""Photographs on their way to a network: prepared sets, decoded stores, degradations."""
