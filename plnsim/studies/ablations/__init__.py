"""Takes the processes of the theory away from the model, one at a time: which of them does it rest on?"""
