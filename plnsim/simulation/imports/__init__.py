"""Populations made of what others keep: school registers as downloaded, and networks as network people store them."""
