"""What is known from published studies, and whether the model shows it: patterns, their trial runs, and the
scoreboard.
"""
