"""The tests; a package, so that one of the same name that another library installs is not taken for it."""
