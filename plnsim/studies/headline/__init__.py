"""The headline study: which conditions drive sustained scale-up, and is the barrier that is named the actual one."""
