"""Ablations in files: the page of the guide, and the tables behind it."""
