"""Observation (9): what is counted, and the outcomes."""

import itertools
import math

from tests.oracle.calendar import SCHOOL_WEEKS, end_of_support, week_facts
from tests.oracle.formulas import FIXED_POINT_SCALE, MICROHOURS, benefit, to_fixed_point
from tests.oracle.parts import share_of_parts
from tests.oracle.updates import AFTER_MEMBER, FOLLOWED, GAVE_UP

BARRIERS = ("time", "leadership", "focus")
COUNTS = (
    "staff",
    "users",
    "tried",
    "schools",
    "schools_tried",
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
    "took_up",
    "gave_up",
    "left_using",
    "followed",
    "followed_gave_up",
)
HOURS = ("network_hours", "uncovered_hours", "colleague_hours", "hours_left")
TALLIES = (
    "depth",
    "in_use",
    "knowledge",
    "belief",
    "fidelity",
    "adaptation",
    "habit",
    "benefit",
    "time",
    "leadership",
    "focus",
)
STEADY_YEARS = 3
SURVIVAL_YEARS = (1, 2, 3, 5, 10, 20)
NAN = float("nan")


def count_school(v, supported, school, staff, networks):
    """Counts one school after one week (9.1)."""
    row = dict.fromkeys(COUNTS + HOURS + TALLIES, 0)
    for teacher in staff:
        row["staff"] += 1
        for name in ("knowledge", "belief", "time"):
            row[name] += to_fixed_point(teacher[name])
        for name in ("leadership", "focus"):
            row[name] += to_fixed_point(school[name])
        for name in HOURS:
            row[name] += teacher[name]
        count_change(teacher, row)
        row["mobilising"] += teacher["mobilises"]
        row["tried"] += teacher["tried"]
        row["followed"] += teacher["followed"] == FOLLOWED
        row["followed_gave_up"] += teacher["followed"] == GAVE_UP
        if teacher["network"] < 0:
            row["home"] += 1
            row["home_users"] += teacher["uses"]
            row["home_reached"] += teacher["reached"]
            row["home_tried"] += teacher["tried"]
        if teacher["member"] or teacher["new"] == AFTER_MEMBER:
            row["covered"] += supported
        if teacher["member"]:
            row["members"] += 1
            row["members_tried"] += teacher["tried"]
            row["members_mobilised"] += teacher["mobilised"]
            row["members_learnt"] += teacher["knowledge"] > v["barrier.ready_knowledge"]
        if teacher["quality"] > 0.0:
            row["attended"] += 1
            row["facilitated"] += networks[teacher["network"]]["facilitated"]
        row["applied"] += teacher["applied"] > 0
        if teacher["barrier"]:
            row["named_" + BARRIERS[teacher["barrier"] - 1]] += 1
        if teacher["uses"]:
            count_user(v, school, teacher, row)
    row["schools"] = 1
    row["schools_tried"] = int(row["tried"] > 0)
    return row


def count_change(teacher, row):
    """Counts who took it up, gave it up, and left while using it (Lasting)."""
    before, now, new = teacher["used_before"], teacher["uses"], teacher["new"]
    row["took_up"] += bool(now and (new or not before))
    row["gave_up"] += bool(before and not now and not new)
    row["left_using"] += bool(before and new)


def count_user(v, school, teacher, row):
    """Counts what a user uses, and how well (9.1)."""
    in_use = share_of_parts(v, teacher["in_use"])
    row["users"] += 1
    row["in_use"] += to_fixed_point(in_use)
    row["depth"] += to_fixed_point(math.sqrt(in_use * teacher["belief"]) * teacher["fidelity"])
    for name in ("fidelity", "adaptation", "habit"):
        row[name] += to_fixed_point(teacher[name])
    row["benefit"] += to_fixed_point(benefit(v, in_use, teacher["fidelity"], teacher["adaptation"], school["fit"]))


def count_networks(networks):
    """Counts the networks after one week, and what active ones know and trust on average (9.1)."""
    active = [network for network in networks if network["active"]]
    row = {name: sum(network[name] for network in networks) for name in ("meets", "facilitated")}
    row["meetings"] = row.pop("meets")
    row["active"], row["schools"] = len(active), sum(network["schools"] for network in active)
    for name in ("knowledge", "trust"):
        total = 0.0
        for network in active:
            total = total + network[name]
        row[name] = total / len(active) if active else 0.0
    return row


class RunCounts:
    """Holds the counts of a run, week by week and school by school, and relates them to each other (9.1, 9.2)."""

    def __init__(self, world, states):
        """Counts all weeks."""
        self.values, self.length = world["values"], len(states)
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
        self.networks = [count_networks(state["networks"]) for state in states]
        self.measure = {
            name.partition(".")[2]: value for name, value in self.values.items() if name.startswith("measure.")
        }
        self.in_routine = [school["routine"] >= self.measure["routine_level"] for school in states[-1]["schools"]]
        self.halves = [int(school["disadvantage"] >= 0.5) for school in world["schools"]]
        self.last_year = range(max(0, self.length - SCHOOL_WEEKS), self.length)
        end = max(1, min(self.support_ends, self.length))
        self.support_window = range(max(0, end - self.values["measure.window"]), end)
        self.outlasts = self.support_ends < self.length
        self.years = [
            range(begin, min(begin + SCHOOL_WEEKS, self.length)) for begin in range(0, self.length, SCHOOL_WEEKS)
        ]

    def total(self, name, when=None, schools=None):
        """Adds a count up over some weeks and schools, exactly; tallies and hours are turned back at the end."""
        when = range(self.length) if when is None else when
        schools = self.schools if schools is None else schools
        whole = sum(self.rows[week][school][name] for week in when for school in schools)
        return whole / (FIXED_POINT_SCALE if name in TALLIES else MICROHOURS if name in HOURS else 1)

    def by_week(self, name):
        """Gives a count week by week for the less and the more disadvantaged half of schools (9.1)."""
        return [[self.total(name, [week], self.half(number)) for number in (0, 1)] for week in range(self.length)]

    def ratio(self, name, of, when=None, schools=None):
        """Relates a count to another; NaN where there is nothing to relate to."""
        under = self.total(of, when, schools)
        return self.total(name, when, schools) / under if under > 0 else NAN

    def by_school(self, name, of, year=-1):
        """Relates a count to another for each school over one year."""
        return [self.ratio(name, of, self.years[year], [school]) for school in self.schools]

    def took_part(self):
        """Gives the schools that ever had members."""
        return [school for school in self.schools if self.total("members", None, [school]) > 0]

    def supported_year(self):
        """Gives the place of the year in which support ended; of the last year, when the run ends earlier (9.2)."""
        return min(max(0, min(self.support_ends, self.length) - 1) // SCHOOL_WEEKS, len(self.years) - 1)

    def half(self, number):
        """Gives the schools of the less (0) or the more (1) disadvantaged half."""
        return [school for school in self.schools if self.halves[school] == number]

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
    last, window, took_part = run.last_year, run.support_window, run.took_part()
    return {
        "use": run.ratio("users", "staff", last),
        "home_use": run.ratio("home_users", "home", last),
        "use_when_support_ends": run.ratio("users", "staff", window),
        "home_use_when_support_ends": run.ratio("home_users", "home", window),
        "use_where_taking_part": run.ratio("users", "staff", run.years[-1], took_part),
        "schools_half": share_of(share >= 0.5 for share in run.by_school("users", "staff")),
        "depth": run.ratio("depth", "users", last),
        "deep_use": run.ratio("depth", "staff", last),
        "parts_in_use": run.ratio("in_use", "users", last),
        "schools_fully_implementing": share_of(
            run.ratio("in_use", "staff", run.years[-1], [school]) >= run.values["measure.full_implementation"]
            for school in took_part
        ),
        "fidelity": run.ratio("fidelity", "users", last),
        "adaptation": run.ratio("adaptation", "users", last),
    }


def kaplan_meier(followed, events):
    """Gives the survival of those followed at the start and after each step, with the events of each step; NaN from
    where nobody is followed, unless it came down to 0 before (9.2).
    """
    curve = [1.0 if followed[0] > 0 else NAN]
    for at_risk, having_it in zip(followed, events, strict=False):
        share = curve[-1]
        if share != 0.0:
            share = share * (1.0 - having_it / at_risk) if at_risk > 0 else NAN
        curve.append(share)
    return curve


def survival_of_teachers(run):
    """Gives, week by week, the survival of use among those who used it in the last week of support (9.2)."""
    if not run.outlasts:
        return []
    weeks = range(max(0, run.support_ends - 1), run.length)
    followed, gave_up = ([run.total(name, [week]) for week in weeks] for name in ("followed", "followed_gave_up"))
    return kaplan_meier(followed, gave_up[1:])


def survival_of_schools(run):
    """Gives, by whole years, the survival of use among schools that had spread it in the year in which support ended
    (9.2).
    """
    last, whole = run.supported_year(), run.length // SCHOOL_WEEKS
    if not run.outlasts or last >= whole:
        return []
    use = run.by_school("users", "staff", last)
    keeps = [school for school in run.schools if use[school] >= run.values["measure.fate_from"] and use[school] > 0.0]
    followed = [len(keeps)]
    for year in range(last + 1, whole):
        use = run.by_school("users", "staff", year)
        keeps = [school for school in keeps if use[school] >= run.values["measure.method_use"]]
        followed.append(len(keeps))
    return kaplan_meier(followed, [before - after for before, after in itertools.pairwise(followed)])


def turnover_of_users(run):
    """Gives how many took it up less those who gave it up, and how many users left, in the last years after support
    (9.2).
    """
    after = max(0, run.length - run.support_ends)
    when = range(run.length - (min(STEADY_YEARS, after // SCHOOL_WEEKS) * SCHOOL_WEEKS or after), run.length)
    return run.total("took_up", when) - run.total("gave_up", when), run.total("left_using", when)


def fates_of_schools(run):
    """Gives in how many schools the method or the goal was kept (Tappel's end states), and how much of the use that
    they had when support ended (9.2).
    """
    measure = run.measure
    now, then = run.by_school("users", "staff"), run.by_school("users", "staff", run.supported_year())
    spread = [s for s in run.schools if then[s] >= measure["fate_from"] and then[s] > 0.0] if run.outlasts else []
    kept = [now[school] / then[school] for school in spread]
    fidelity, belief = run.by_school("fidelity", "users"), run.by_school("belief", "staff")
    ends = []  # of the schools that ever had members: method kept, goal kept
    for school in run.took_part():
        faithful = (0.0 if math.isnan(fidelity[school]) else fidelity[school]) >= measure["method_fidelity"]
        goal = belief[school] >= measure["goal_belief"] or run.in_routine[school]
        ends.append((now[school] >= measure["method_use"] and faithful, goal))
    return {
        "schools_sustained": share_of(k >= 0.8 for k in kept),
        "schools_partial": share_of(0.2 <= k < 0.8 for k in kept),
        "schools_collapsed": share_of(k < 0.2 for k in kept),
        "method_and_goal": share_of(end == (True, True) for end in ends),
        "method_only": share_of(end == (True, False) for end in ends),
        "goal_only": share_of(end == (False, True) for end in ends),
        "neither": share_of(end == (False, False) for end in ends),
    }


def survival_outcomes(run):
    """Gives retention, survival of teachers and schools, and reproduction (9.2)."""
    before = run.ratio("users", "staff", run.support_window)
    kept = min(3.0, run.ratio("users", "staff", run.last_year) / before) if run.outlasts and before >= 0.02 else NAN
    gained, left = turnover_of_users(run)
    found = {"retention": kept, "reproduction": gained / left if left > 0 else NAN}
    for who, curve, steps in (
        ("teacher", survival_of_teachers(run), SCHOOL_WEEKS),
        ("school", survival_of_schools(run), 1),
    ):
        for years in SURVIVAL_YEARS:
            found[f"{who}_survival_{years}"] = curve[years * steps] if years * steps < len(curve) else NAN
    return found


def ownership_outcomes(run):
    """Gives routines and networks that go on by themselves at the end (9.2); networks are compared with those alive in
    the week before the last of support, or the most at once since.
    """
    active = [week["active"] for week in run.networks]
    started = max(active[max(0, run.support_ends - 2) :]) if run.outlasts else 0
    alone = active[-1] / started if started else NAN
    now = run.by_school("users", "staff")
    using = [run.in_routine[school] for school in run.schools if now[school] >= run.measure["fate_from"]]
    routine = share_of(using) if using else 0.0
    return {
        "schools_in_routine": share_of(run.in_routine),
        "networks_alone": alone,
        "ownership": routine if math.isnan(alone) else (routine + alone) / 2.0,
    }


def scale_up_outcomes(run, known):
    """Gives sustained and retained scale-up (9.2), from the outcomes known so far."""
    if not run.outlasts:
        return dict.fromkeys(("sustained_scale_up", "retained_scale_up", "scale_up_index"), NAN)
    measure = run.measure
    spread = min(over(known["use"], measure["spread"]), over(known["schools_half"], measure["schools_half"]))
    deep = over(known["depth"], measure["depth"])
    gained, left = turnover_of_users(run)
    if left == 0:
        lasts = 1.0 if gained >= 0 else 0.0
    else:
        lasts = max(0.0, over(gained / left, measure["reproduction"]))
    owned = max(
        over(known["schools_in_routine"], measure["schools_in_routine"]),
        over(known["networks_alone"], measure["networks_alone"]),
    )
    index = 1.0
    for part in (spread, deep, lasts, owned):
        index = index * min(1.0, part)
    return {
        "sustained_scale_up": int(min(spread, deep, lasts, owned) >= 1.0),
        "retained_scale_up": int(min(spread, deep, over(known["retention"], measure["retention"]), owned) >= 1.0),
        "scale_up_index": math.sqrt(math.sqrt(index)),
    }


def pupil_outcomes(run):
    """Gives what practice and pupils gain, overall and between the halves of schools (9.2)."""
    gains = [
        run.values["practice.practice_gain"] * run.ratio("benefit", "staff", run.last_year, schools)
        for schools in (None, run.half(0), run.half(1))
    ]
    everybody, less, more = (run.values["practice.pupil_ratio"] * gain for gain in gains)
    return {"practice_gain": gains[0], "pupil_effect": everybody, "equity_gap": less - more}


def paid_units(run):
    """Gives the units of each item that is paid for, with the name of its price (9.2)."""
    v = run.values
    weeks = range(run.length)
    supported = range(max(0, min(run.support_ends, run.length)))

    def over(those, count, name):
        return math.fsum(run.total(count, [week]) * run.in_force(week, name) for week in those)

    shared = [max(1.0, run.in_force(week, "programme.networks_a_facilitator")) for week in weeks]
    partners = [run.networks[week]["active"] * run.in_force(week, "partners.a_network") for week in weeks]
    visits = [run.networks[week]["schools"] * run.in_force(week, "mobilisation.visits") for week in supported]
    protected = [max(0.0, run.in_force(week, "time.hours") - v["prices.own_hours"]) for week in weeks]
    return {
        "protected_time": (math.fsum(run.total("staff", [week]) * protected[week] for week in weeks), "teacher_hour"),
        "cover": (over(weeks, "covered", "time.cover"), "teacher_hour"),
        "meetings": (run.total("uncovered_hours"), "teacher_hour"),
        "helping": (run.total("colleague_hours"), "teacher_hour"),
        "facilitation": (
            math.fsum(run.networks[week]["facilitated"] / shared[week] for week in weeks),
            "facilitation",
        ),
        "partners": (math.fsum(partners[week] / shared[week] for week in weeks) / 39, "partner"),
        "leadership": (over(weeks, "schools", "conditions.leadership_shift") / 39, "leadership"),
        "focus": (
            max(run.total("schools", [week]) * run.in_force(week, "conditions.focus_shift") for week in weeks),
            "focus",
        ),
        "mailings": (over(supported, "staff", "mobilisation.mailing"), "mailing"),
        "visits": (math.fsum(visits), "visit"),
    }


def cost_outcomes(run, use, deep_use):
    """Gives hours, what each item costs over the whole run, and whom it reaches; every hour is paid for once (9.2)."""
    v, units = run.values, paid_units(run)
    costs = {f"cost_{name}": number * v[f"prices.{price}"] for name, (number, price) in units.items()}
    teachers = run.total("staff", [run.length - 1])
    return {
        "hours": run.total("network_hours") + run.total("colleague_hours"),
        "cover_hours": units["cover"][0],
        **costs,
        "cost": math.fsum(costs.values()),
        "sustained_adopters": deep_use * teachers,
        "pupils": teachers * v["measure.pupils_a_teacher"],
        "pupils_reached": use * teachers * v["measure.pupils_a_teacher"],
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


def outcomes(run):
    """Gives all outcomes of the table in 9.2 from the counts of a run; none is left out.

    Not defined is NaN. Counts and tallies are added up exactly and divided once, and what is weighed by values in
    force is rounded once when added up over the weeks, so an outcome may differ in its last digits from a program that
    adds weeks up one after another. Every parameter that a rule of 9.2 names is the scenario's own, but cover and the
    chances of mailings and visits, which are those in force in their week.
    """
    values = spread_outcomes(run)
    values.update(survival_outcomes(run))
    values.update(fates_of_schools(run))
    values.update(ownership_outcomes(run))
    values.update(scale_up_outcomes(run, values))
    values.update(pupil_outcomes(run))
    values.update(cost_outcomes(run, values["use"], values["deep_use"]))
    values.update(stage_outcomes(run))
    return values
