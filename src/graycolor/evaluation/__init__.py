"""Judging colors: metrics by their definitions, trivial baselines, and one table for all."""
