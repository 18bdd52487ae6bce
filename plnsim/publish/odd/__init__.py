"""The description of the model by the ODD+D protocol: generated where facts are declared, written by hand where it is
thought.
"""
