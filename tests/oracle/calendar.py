"""The calendar (3.1): what each week is, and the values in force in it."""

import math

from tests.oracle.chance import run_key, week_key

SCHOOL_WEEKS = 39


class Record:
    """Holds named values as attributes: a teacher, a school, a network (2.1-2.3) or a week (2.5)."""

    def __init__(self, fields):
        self.__dict__.update(fields)


def end_of_support(world):
    """Gives the first week without outside support (3.1): as planned, or earlier where the calendar says so."""
    end = round(world["values"]["programme.support_years"] * SCHOOL_WEEKS)
    for entry in world["calendar"]:
        if entry["event"] == "end support":
            end = min(end, entry["week"])
    return end


def values_in_force(world, number):
    """Gives the parameters in force in a week: the scenario's own under every entry of the calendar that holds
    (3.1).
    """
    values = dict(world["values"])
    for entry in world["calendar"]:
        if entry["week"] <= number and (entry["until"] is None or number < entry["until"]):
            values.update(entry["values"])
    return values


def meeting_due(of_year, a_year):
    """Tells whether one of a_year meetings, spread evenly over the year, falls into this week of the year (3.1)."""
    return int(math.floor((of_year + 1) * a_year / SCHOOL_WEEKS) > math.floor(of_year * a_year / SCHOOL_WEEKS))


def week_facts(world, number):
    """Gives what the steps know of time in one week (2.5), and the parameters in force in it."""
    v = values_in_force(world, number)
    end, of_year, new_head, tune_up = end_of_support(world), number % SCHOOL_WEEKS, 0.0, 0
    for entry in world["calendar"]:
        if entry["week"] == number and entry["event"] == "new head":
            new_head = entry["share"]
        if entry["week"] == number and entry["event"] == "tune-up":
            tune_up = 1
    return Record(
        {
            "key": week_key(run_key(world["seed"], world["replicate"]), number + 1),
            "number": number,
            "of_year": of_year,
            "ends_year": int(of_year == SCHOOL_WEEKS - 1),
            "supported": int(number < end),
            "support_over": int(number + 1 >= end),
            "meets": meeting_due(of_year, v["meeting.a_year"]),
            "meets_alone": meeting_due(of_year, v["meeting.a_year"] * v["meeting.alone_share"]),
            "new_head": new_head,
            "tune_up": tune_up,
        }
    ), v
