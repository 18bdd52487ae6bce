"""Writes the numbers and figures of all lessons anew: ``python -m plnsim.publish.lessons``."""

from plnsim.publish.lessons import sobol, time, variety

if __name__ == "__main__":
    print(time.write())
    print(variety.write())
    print(sobol.write())
