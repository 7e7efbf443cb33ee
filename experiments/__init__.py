"""Experiments: one script a question; ``python -m experiments`` runs what has changed."""
