"""The guide as one static site: the pages of ``plnsim/guide``, and a reference that is generated where facts are declared."""
