"""Writes the numbers and figures of all lessons anew: ``python -m plnsim.publish.lessons``."""

from plnsim.publish.lessons import sobol, time

if __name__ == "__main__":
    print(time.write())
    print(sobol.write())
