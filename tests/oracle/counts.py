"""Observation (9): what is counted, and the outcomes."""

import math

from tests.oracle.calendar import SCHOOL_WEEKS, end_of_support, week_facts
from tests.oracle.formulas import FIXED_POINT_SCALE, benefit, to_fixed_point

BARRIERS = ("time", "leadership", "focus")
COUNTS = (
    "staff",
    "users",
    "home",
    "home_users",
    "applied",
    "named_time",
    "named_leadership",
    "named_focus",
    "members",
    "members_learnt",
    "members_tried",
    "members_mobilised",
    "home_reached",
    "home_tried",
    "attended",
    "facilitated",
    "mobilising",
    "covered",
)
TALLIES = ("depth", "knowledge", "belief", "fidelity", "adaptation", "habit", "benefit", "time", "leadership", "focus")
NAN = float("nan")


def count_school(v, supported, school, staff, networks):
    """Counts one school after one week (9.1)."""
    row = dict.fromkeys(COUNTS + TALLIES, 0)
    for teacher in staff:
        row["staff"] += 1
        for name in ("knowledge", "belief", "time"):
            row[name] += to_fixed_point(teacher[name])
        for name in ("leadership", "focus"):
            row[name] += to_fixed_point(school[name])
        row["mobilising"] += teacher["mobilises"]
        if teacher["network"] < 0:
            row["home"] += 1
            row["home_users"] += teacher["uses"]
            row["home_reached"] += teacher["reached"]
            row["home_tried"] += teacher["tried"]
        if teacher["member"]:
            row["members"] += 1
            row["members_tried"] += teacher["tried"]
            row["members_mobilised"] += teacher["mobilised"]
            row["covered"] += supported
            row["members_learnt"] += teacher["knowledge"] > v["barrier.ready_knowledge"]
        if teacher["quality"] > 0.0:
            row["attended"] += 1
            row["facilitated"] += networks[teacher["network"]]["facilitated"]
        row["applied"] += teacher["applied"] > 0
        if teacher["barrier"]:
            row["named_" + BARRIERS[teacher["barrier"] - 1]] += 1
        if teacher["uses"]:
            row["users"] += 1
            row["depth"] += to_fixed_point(math.sqrt(teacher["knowledge"] * teacher["belief"]) * teacher["fidelity"])
            for name in ("fidelity", "adaptation", "habit"):
                row[name] += to_fixed_point(teacher[name])
            row["benefit"] += to_fixed_point(
                benefit(v, teacher["knowledge"], teacher["fidelity"], teacher["adaptation"])
            )
    return row


class RunCounts:
    """Holds the counts of a run, week by week and school by school, and relates them to each other (9.1, 9.2)."""

    def __init__(self, world, states):
        """Counts all weeks."""
        self.values, self.states, self.length = world["values"], states, len(states)
        self.support_ends = end_of_support(world)
        self.schools = range(len(world["schools"]))
        self.rows, self.parameter_sets = [], []  # counts, and parameters in force, by week
        for number, state in enumerate(states):
            week, v = week_facts(world, number)
            self.parameter_sets.append(v)
            self.rows.append(
                [
                    count_school(
                        v,
                        week.supported,
                        school,
                        state["teachers"][school["first_teacher"] : school["after_last_teacher"]],
                        state["networks"],
                    )
                    for school in state["schools"]
                ]
            )
        self.halves = [int(school["disadvantage"] >= 0.5) for school in world["schools"]]
        self.last_year = range(max(0, self.length - SCHOOL_WEEKS), self.length)
        end = max(1, min(self.support_ends, self.length))
        self.support_window = range(max(0, end - self.values["measure.window"]), end)
        self.years = [
            range(begin, min(begin + SCHOOL_WEEKS, self.length)) for begin in range(0, self.length, SCHOOL_WEEKS)
        ]

    def total(self, name, when=None, schools=None):
        """Adds a count up over some weeks and schools, exactly; a tally is turned back at the end."""
        when = range(self.length) if when is None else when
        schools = self.schools if schools is None else schools
        whole = sum(self.rows[week][school][name] for week in when for school in schools)
        return whole / FIXED_POINT_SCALE if name in TALLIES else whole

    def ratio(self, name, of, when=None, schools=None):
        """Relates a count to another; NaN where there is nothing to relate to."""
        under = self.total(of, when, schools)
        return self.total(name, when, schools) / under if under > 0 else NAN

    def by_school(self, name, of, year=-1):
        """Relates a count to another for each school over one year."""
        return [self.ratio(name, of, self.years[year], [school]) for school in self.schools]

    def half(self, number):
        """Gives the schools of the less (0) or the more (1) disadvantaged half."""
        return [school for school in self.schools if self.halves[school] == number]

    def active(self, week):
        """Gives how many networks are active after a week."""
        return sum(network["active"] for network in self.states[week]["networks"])

    def taking_part(self, week):
        """Gives how many schools the active networks have after a week (9.1)."""
        return sum(network["schools"] for network in self.states[week]["networks"] if network["active"])

    def in_force(self, week, name):
        """Gives a parameter as it is in force in a week, by the calendar (3.1)."""
        return self.parameter_sets[week][name]


def share_of(conditions):
    """Gives the share of cases in which a condition holds; NaN of none."""
    conditions = list(conditions)
    return sum(1 for holds in conditions if holds) / len(conditions) if conditions else NAN


def over(value, threshold):
    """Gives a value as a share of its threshold; 1 where no threshold is set, 0 where the value is not defined
    (9.2).
    """
    if math.isnan(value):
        return 0.0
    return value / threshold if threshold > 0 else 1.0


def spread_outcomes(run):
    """Gives the outcomes of spread and depth (9.2)."""
    last, window, always = run.last_year, run.support_window, run.schools
    took_part = [school for school in always if run.total("members", None, [school]) > 0]
    return {
        "use": run.ratio("users", "staff", last),
        "home_use": run.ratio("home_users", "home", last),
        "use_when_support_ends": run.ratio("users", "staff", window),
        "home_use_when_support_ends": run.ratio("home_users", "home", window),
        "use_where_taking_part": run.ratio("users", "staff", run.years[-1], took_part),
        "schools_half": share_of(share >= 0.5 for share in run.by_school("users", "staff")),
        "depth": run.ratio("depth", "users", last),
        "deep_use": run.ratio("depth", "staff", last),
        "fidelity": run.ratio("fidelity", "users", last),
        "adaptation": run.ratio("adaptation", "users", last),
    }


def lasting_outcomes(run, known):
    """Gives the outcomes of sustainability, ownership and sustained scale-up (9.2), from those known so far."""
    measure = {name.split(".")[1]: value for name, value in run.values.items() if name.startswith("measure.")}
    outlasts = run.support_ends < run.length
    now, routine = run.by_school("users", "staff"), [school["routine"] for school in run.states[-1]["schools"]]
    in_routine = [level >= measure["routine_level"] for level in routine]
    before = known["use_when_support_ends"]
    retention = min(3.0, known["use"] / before) if outlasts and before >= 0.02 else NAN

    supported_year = min(max(0, min(run.support_ends, run.length) - 1) // SCHOOL_WEEKS, len(run.years) - 1)
    then = run.by_school("users", "staff", supported_year)
    kept = (
        [now[s] / then[s] for s in run.schools if then[s] >= measure["fate_from"] and then[s] > 0.0] if outlasts else []
    )

    fidelity, belief = run.by_school("fidelity", "users"), run.by_school("belief", "staff")
    ends = []  # Tappel's end states of the schools that ever had members: method kept, goal kept
    for school in run.schools:
        if run.total("members", None, [school]) > 0:
            faithful = (0.0 if math.isnan(fidelity[school]) else fidelity[school]) >= measure["method_fidelity"]
            ends.append(
                (
                    now[school] >= measure["method_use"] and faithful,
                    belief[school] >= measure["goal_belief"] or in_routine[school],
                )
            )

    # the mended document: those alive in the week before the last of support, or the most at once since
    started = max(run.active(week) for week in range(max(0, run.support_ends - 2), run.length)) if outlasts else 0
    alone = run.active(run.length - 1) / started if started else NAN
    using = [in_routine[school] for school in run.schools if now[school] >= measure["fate_from"]]
    using_in_routine = share_of(using) if using else 0.0
    schools_in_routine = share_of(in_routine)

    dimensions = [
        min(over(known["use"], measure["spread"]), over(known["schools_half"], measure["schools_half"])),
        over(known["depth"], measure["depth"]),
        over(retention, measure["retention"]),
        max(over(schools_in_routine, measure["schools_in_routine"]), over(alone, measure["networks_alone"])),
    ]
    index = 1.0
    for part in dimensions:
        index = index * min(1.0, part)
    return {
        "retention": retention,
        "schools_sustained": share_of(k >= 0.8 for k in kept),
        "schools_partial": share_of(0.2 <= k < 0.8 for k in kept),
        "schools_collapsed": share_of(k < 0.2 for k in kept),
        "method_and_goal": share_of(end == (True, True) for end in ends),
        "method_only": share_of(end == (True, False) for end in ends),
        "goal_only": share_of(end == (False, True) for end in ends),
        "neither": share_of(end == (False, False) for end in ends),
        "schools_in_routine": schools_in_routine,
        "networks_alone": alone,
        "ownership": using_in_routine if math.isnan(alone) else (using_in_routine + alone) / 2.0,
        "sustained_scale_up": int(min(dimensions) >= 1.0) if outlasts else NAN,
        "scale_up_index": index**0.25 if outlasts else NAN,
    }


def pupil_outcomes(run):
    """Gives what practice and pupils gain, overall and between the halves of schools (9.2)."""
    gains = [
        run.values["practice.practice_gain"] * run.ratio("benefit", "staff", run.last_year, schools)
        for schools in (None, run.half(0), run.half(1))
    ]
    everybody, less, more = (run.values["practice.pupil_ratio"] * gain for gain in gains)
    return {"practice_gain": gains[0], "pupil_effect": everybody, "equity_gap": less - more}


def hours_spent(run):
    """Gives the hours of meetings, travel and sharing, each meeting by the share in person in force in its week
    (9.2).
    """
    v = run.values
    met = math.fsum(
        run.total("attended", [week])
        * (v["measure.meeting_hours"] + run.in_force(week, "meeting.in_person") * v["measure.travel_hours"])
        for week in range(run.length)
    )
    return met + run.total("mobilising") * v["measure.sharing_hours"]


def hours_covered(run):
    """Gives the hours of paid cover, by the cover in force in each week (9.2)."""
    return math.fsum(run.total("covered", [week]) * run.in_force(week, "time.cover") for week in range(run.length))


def outreach(run):
    """Gives the cost of mailings to all and of visits to schools that take part, by their chances in force while
    support runs (9.2).
    """
    supported = range(max(0, min(run.support_ends, run.length)))
    mailings = math.fsum(run.total("staff", [week]) * run.in_force(week, "mobilisation.mailing") for week in supported)
    visits = math.fsum(run.taking_part(week) * run.in_force(week, "mobilisation.visits") for week in supported)
    return mailings * run.values["measure.mailing_cost"] + visits * run.values["measure.visit_cost"]


def cost_outcomes(run, deep_use):
    """Gives hours, cost and cost for each sustained adopter over the whole run (9.2)."""
    v = run.values
    hours, cover = (
        hours_spent(run),
        hours_covered(run),
    )  # the mended document: by the values in force in their week, and with outreach
    facilitated = sum(network["facilitated"] for state in run.states for network in state["networks"])
    cost = (hours + cover) * v["measure.hour_cost"] + facilitated * v["measure.facilitation_cost"] + outreach(run)
    adopters = deep_use * run.total("staff", [run.length - 1])
    return {
        "hours": hours,
        "cover_hours": cover,
        "cost": cost,
        "sustained_adopters": adopters,
        "cost_per_adopter": cost / adopters if adopters >= 1.0 else NAN,
    }


def stage_outcomes(run):
    """Gives how far members and home colleagues had come when support ended, and what is named as in the way (9.2)."""
    stages = {
        "members_learnt": "members",
        "members_tried": "members",
        "members_mobilised": "members",
        "home_reached": "home",
        "home_tried": "home",
    }
    reached = {name: run.ratio(name, of, run.support_window) for name, of in stages.items()}
    named = {barrier: run.total("named_" + barrier) for barrier in BARRIERS}
    total = sum(named.values())
    return reached | {"names_" + barrier: named[barrier] / total if total else NAN for barrier in BARRIERS}


def outcomes(world, states):
    """Gives all 39 outcomes of the table in 9.2 from the states after every week; none is left out.

    Not defined is NaN. Left out is what 9.2 calls "followed week by week", which is a list of series and not of
    outcomes. Counts and tallies are added up exactly and divided once, and what is weighed by values in force is
    rounded once when added up over the weeks, so an outcome may differ in its last digits from a program that turns
    tallies back before it adds them up, or adds weeks up one after another. Assumed at first (questions.md), and in
    the document by now: run.support_ends is end_of_support (3.1), counts use the values in force in their week, and a
    last year that is not whole counts as a year. run.values are the scenario's own values without the calendar's;
    hours and costs take the share in person, the cover and the chances of mailings and visits as they are in force in
    their week. Assumed: every other parameter that a rule of 9.2 names, so all of measure, is the scenario's own even
    where a calendar sets it.
    """
    run = RunCounts(world, states)
    values = spread_outcomes(run)
    values.update(lasting_outcomes(run, values))
    values.update(pupil_outcomes(run))
    values.update(cost_outcomes(run, values["deep_use"]))
    values.update(stage_outcomes(run))
    return values
