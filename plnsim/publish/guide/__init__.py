"""The guide as one static site: the pages of ``docs``, and a reference that is generated where facts are declared."""
