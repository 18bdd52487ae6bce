"""The programme: which schools form networks, who holds a seat in them, and who meets whom across schools."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from plnsim.common.elementary import exps
from plnsim.common.parameter import AnyParameter, Choice, Parameter, Value
from plnsim.common.streams import uniforms
from plnsim.model.values import integer_of, number_of
from plnsim.model.world.ties import Pairs, Ties, to_csr

Seats = tuple[np.ndarray, np.ndarray]
"""A network's posts and the rank of their school in it, in the order in which schools join."""

PARAMETERS: tuple[AnyParameter, ...] = (
    Parameter(
        "participation",
        default=0.4,
        unit="share of schools",
        range=(0.2, 0.8),
        meaning="Share of schools that take part from the start.",
        group="policy",
        structural=True,
    ),
    Parameter(
        "schools_a_network",
        default=5.0,
        unit="schools",
        range=(3.0, 10.0),
        meaning="Mean schools of a network at the start.",
        group="collaboration",
        source="eef-rlc",
        bounds=(1.0, 1000.0),
        structural=True,
    ),
    Parameter(
        "schools_at_most",
        default=8,
        unit="schools",
        range=(5, 12),
        meaning="Schools that a network grows to at most.",
        group="collaboration",
        bounds=(1, 1000),
        integer=True,
        structural=True,
    ),
    Parameter(
        "delegates",
        default=2,
        unit="teachers a school",
        range=(1, 6),
        meaning="Teachers of a school who hold a seat in its network.",
        group="mobilisation",
        source="eef-rlc",
        bounds=(1, 100),
        integer=True,
        structural=True,
    ),
    Parameter(
        "support_years",
        default=3.0,
        unit="years",
        range=(1.0, 5.0),
        meaning="Years of outside support.",
        group="policy",
        bounds=(0.0, 60.0),
        structural=True,
    ),
    Parameter(
        "follow_up_years",
        default=4.0,
        unit="years",
        range=(2.0, 20.0),
        meaning="Years followed after support has ended.",
        group="analysis",
        bounds=(0.0, 60.0),
        structural=True,
    ),
    Parameter(
        "networks_a_facilitator",
        default=1.0,
        unit="networks",
        range=(1.0, 40.0),
        meaning="Networks that share one facilitator, and the same partners.",
        group="inquiry",
        bounds=(0.1, 1e6),
        shape="log-uniform",
        structural=True,
    ),
    Choice(
        "selection",
        options={
            "formal role": "those with a formal role, as far as there are such",
            "central in advice": "those to whom most colleagues turn",
            "willing": "those who believe in it most",
            "spread over departments": "one of each department in turn",
            "random": "anybody",
            "first posts": "the first posts, of one department",
        },
        meaning="Whom a school sends to its network.",
        group="mobilisation",
        structural=True,
    ),
    Choice(
        "grouping",
        options={
            "anywhere": "networks form without regard to place",
            "nearby": "networks form of neighbouring schools",
            "alike": "networks form of schools alike in disadvantage",
        },
        meaning="Which schools form a network.",
        group="collaboration",
        structural=True,
    ),
    Choice(
        "reach",
        options={
            "any schools": "schools take part whatever their disadvantage",
            "disadvantaged first": "the most disadvantaged take part",
            "advantaged first": "the least disadvantaged take part",
        },
        meaning="Which schools take part.",
        group="collaboration",
        structural=True,
    ),
    Parameter(
        "themes",
        default=1,
        unit="themes",
        range=(1, 4),
        meaning="Themes of the programme, each with networks of its own; the practice belongs to the first.",
        group="focus",
        bounds=(1, 20),
        integer=True,
        structural=True,
    ),
    Parameter(
        "founded_over",
        default=0.0,
        unit="years",
        range=(0.0, 5.0),
        meaning="Years over which the networks are founded, evenly; 0: all at the start.",
        group="policy",
        bounds=(0.0, 60.0),
        structural=True,
    ),
    Choice(
        "topology",
        options={
            "clique": "every member exchanges with all others of her network",
            "hub": "members exchange with those of the lead school",
            "clustered": "schools exchange with their two neighbours in the network",
            "random": "members exchange with members of any network, each with as many as by distance",
            "distance": "members exchange with members of schools within travel time",
            "network of networks": "cliques, whose lead schools and collective knowledge are linked",
        },
        meaning="Who exchanges with whom across schools.",
        group="collaboration",
        structural=True,
    ),
    Parameter(
        "cross_ties",
        default=3.5,
        unit="ties",
        range=(1.0, 8.0),
        meaning="Mean ties to other schools of a member, where they are random or by distance.",
        group="collaboration",
        source="daly-carolan",
        bounds=(0.0, 50.0),
        structural=True,
    ),
    Parameter(
        "travel",
        default=30.0,
        unit="minutes",
        range=(15.0, 60.0),
        meaning="Travel time over which cross-school ties thin out to about a third.",
        group="collaboration",
        source="berwick-2011",
        bounds=(0.1, 1000.0),
        shape="log-uniform",
        structural=True,
    ),
    Parameter(
        "links",
        default=2,
        unit="networks",
        range=(1, 6),
        meaning="Networks that each network is linked with in a network of networks.",
        group="collaboration",
        bounds=(0, 100),
        integer=True,
        structural=True,
    ),
)

NEAREST_SCHOOLS = 24
MAX_ROUNDS = 64
SWAPS_A_TIE = 4
"""How often each tie is offered for a swap."""
NEIGHBOURS = 6
"""Schools nearest by that a school looks at when it decides on taking part."""
SMALL_MAP = 150
"""Schools up to which all distances are compared, in less time than SciPy's tree takes to load."""


def form_networks(
    schools: np.ndarray, values: Mapping[str, Value], key: int, theme: int = 0
) -> tuple[list[np.ndarray], list[int]]:
    """The schools of each network of a theme in the order in which they may join, and how many take part at the start.

    Participating schools are the first in a keyed order, or by disadvantage; the others are dealt out as candidates.
    """
    order = np.argsort(uniforms(key, "network rank", schools["name"], theme), kind="stable")
    if values["programme.reach"] != "any schools":
        downward = -1.0 if values["programme.reach"] == "disadvantaged first" else 1.0
        order = order[np.argsort(downward * schools["disadvantage"][order], kind="stable")]
    taking_part = round(number_of(values, "programme.participation") * len(schools))
    if taking_part == 0:
        return [], []
    number = max(1, round(taking_part / number_of(values, "programme.schools_a_network")))
    inside, outside = order[:taking_part], order[taking_part:]
    if values["programme.grouping"] == "nearby":
        inside = inside[np.argsort(_morton_order(schools["east"][inside], schools["north"][inside]), kind="stable")]
    elif values["programme.grouping"] == "alike":
        inside = inside[np.argsort(schools["disadvantage"][inside], kind="stable")]
    groups = [list(group) for group in np.array_split(inside, number)]
    members = [len(group) for group in groups]
    at_most = integer_of(values, "programme.schools_at_most")
    for place, school in enumerate(outside):
        group = groups[place % number]
        if len(group) < at_most:
            group.append(school)
    return [np.array(group, dtype=np.int64) for group in groups], members


def order_of_delegates(
    teachers: np.ndarray,
    turned_to: np.ndarray,
    known: Mapping[str, np.ndarray],
    values: Mapping[str, Value],
    key: int,
) -> np.ndarray:
    """All posts, school by school, in the order in which schools send their holders to networks.

    ``turned_to`` says for each post how many colleagues turn to it, ``known`` what is known of a real population. Else
    belief and formal role go by the draws from which they begin: the highest belief has the highest draw, and those
    have a formal role whose draw is lowest.
    """
    posts, school, department = teachers["name"], teachers["school"], teachers["department"]
    chance = uniforms(key, "delegate", posts)
    selection = values["programme.selection"]
    rank = np.zeros(len(teachers))
    if selection == "first posts":
        chance = posts
    elif selection == "central in advice":
        rank = -turned_to
    elif selection == "willing":
        rank = -known.get("belief", uniforms(key, "initial belief", posts))
    elif selection == "formal role":
        rank = 1.0 - known["formal"] if "formal" in known else uniforms(key, "formal role", posts)
    elif selection == "spread over departments":
        in_turn = np.lexsort((chance, department, school))
        starts = np.flatnonzero(np.diff(school[in_turn], prepend=-1) | np.diff(department[in_turn], prepend=-1))
        rank[in_turn] = np.arange(len(in_turn)) - np.repeat(starts, np.diff(np.append(starts, len(in_turn))))
    return np.lexsort((chance, rank, school))


def nearest_schools(schools: np.ndarray) -> Ties:
    """For each school those nearest to it by travel time, as (first, to)."""
    number = min(NEIGHBOURS, len(schools) - 1)
    if number == 0:
        return to_csr(len(schools), np.zeros(0, np.int64), np.zeros(0, np.int64))
    if len(schools) <= SMALL_MAP:
        squares = sum((axis[:, None] - axis) ** 2 for axis in (schools["east"], schools["north"]))
        near = squares <= np.partition(squares, number, axis=1)[:, number, None]  # the nearest is the school itself
        np.fill_diagonal(near, False)
        if (near.sum(axis=1) == number).all():  # none are equally far where only one of them counts
            return to_csr(len(schools), *np.nonzero(near))
    from scipy.spatial import cKDTree

    place = np.column_stack([schools["east"], schools["north"]])
    _, nearest = cKDTree(place).query(place, k=number + 1)
    others = nearest != np.arange(len(schools))[:, None]
    others[others.all(axis=1), -1] = False  # where several are in one place, a school need not find itself
    return to_csr(len(schools), np.repeat(np.arange(len(schools)), number), nearest[others])


def _morton_order(east: np.ndarray, north: np.ndarray) -> np.ndarray:
    """Places in an order in which neighbours on the map are mostly neighbours (Morton order, 1024 by 1024)."""
    span = max(float(np.ptp(east)), float(np.ptp(north)), 1e-9) if len(east) else 1.0
    grid = (
        [((axis - axis.min()) / span * 1023).astype(np.int64) for axis in (east, north)] if len(east) else [east, north]
    )
    order = np.zeros(len(east), np.int64)
    for bit in range(10):
        order |= ((grid[0] >> bit) & 1) << (2 * bit) | ((grid[1] >> bit) & 1) << (2 * bit + 1)
    return order


def cross_ties(world_size: int, schools: np.ndarray, seats: list[Seats], values: Mapping[str, Value], key: int) -> Ties:
    """Ties between members of different schools, as (first, to), for the seats of each network."""
    topology = values["programme.topology"]
    if sum(len(posts) for posts, _ in seats) < 2:
        return to_csr(world_size, np.zeros(0, np.int64), np.zeros(0, np.int64))
    pairs: list[Pairs] = []
    if topology in ("random", "distance"):
        pairs += _ties_across_networks(schools, seats, values, key)
    else:
        for posts, rank in seats:
            source, to = np.meshgrid(np.arange(len(posts)), np.arange(len(posts)), indexing="ij")
            apart = np.abs(rank[source] - rank[to])
            if topology == "hub":
                tied = (apart > 0) & ((rank[source] == 0) | (rank[to] == 0))
            elif topology == "clustered":
                last = rank.max() if len(rank) else 0
                tied = (apart == 1) | ((apart == last) & (last > 1))
            else:
                tied = apart > 0
            pairs.append((posts[source[tied]], posts[to[tied]]))
    if topology == "random":
        pairs = [_rewired(np.concatenate(pairs, axis=1), schools, key)]
    if topology == "network of networks":
        links = linked_networks(len(seats), integer_of(values, "programme.links"))
        pairs += [_lead_school_ties(schools, seats[network], seats[linked]) for network, linked in links]
    return to_csr(world_size, np.concatenate([source for source, _ in pairs]), np.concatenate([to for _, to in pairs]))


def _rewired(ties: np.ndarray, schools: np.ndarray, key: int) -> Pairs:
    """As many ties for each member as before, with whom is left to chance: pairs of ties swap their ends.

    ``ties`` has two rows, every tie in both directions. A swap that would tie a school to itself, or two members twice,
    is left out (Maslov & Sneppen 2002).
    """
    places = _school_of(schools, ties[0])
    school = dict(zip(ties[0].tolist(), places.tolist(), strict=True))
    edges = [(first, second) for first, second in ties.T.tolist() if first < second]
    present = set(edges)
    draws = np.arange(SWAPS_A_TIE * len(edges))
    for draw, u in enumerate(uniforms(key, "rewired tie", draws).tolist()):
        one, other = draw % len(edges), int(u * len(edges))
        (a, b), (c, d) = edges[one], edges[other] if draw % 2 else edges[other][::-1]
        swapped = [(min(a, d), max(a, d)), (min(b, c), max(b, c))]
        if (
            school[a] == school[d]
            or school[b] == school[c]
            or swapped[0] == swapped[1]
            or present.intersection(swapped)
        ):
            continue
        present.difference_update((edges[one], edges[other]))
        present.update(swapped)
        edges[one], edges[other] = swapped
    first, second = np.array(edges, dtype=np.int64).reshape(-1, 2).T
    return np.concatenate([first, second]), np.concatenate([second, first])


def linked_networks(number: int, links: int) -> list[tuple[int, int]]:
    """Which networks are linked, both ways: each with its neighbours on a ring, so that all hang together.

    The last one of an odd number of links is with the network opposite, which leaves one without where networks are
    odd too.
    """
    pairs = [(network, (network + step) % number) for network in range(number) for step in range(1, links // 2 + 1)]
    if links % 2:
        pairs += [(network, network + number // 2) for network in range(number // 2)]
    return sorted({pair for here, there in pairs if here != there for pair in ((here, there), (there, here))})


def _lead_school_ties(schools: np.ndarray, seats: Seats, others: Seats) -> Pairs:
    """The delegates of the lead schools of two networks, each tied to each of the other; none where one school leads
    both.
    """
    mine, theirs = seats[0][seats[1] == 0], others[0][others[1] == 0]
    first, second = np.repeat(mine, len(theirs)), np.tile(theirs, len(mine))
    apart = _school_of(schools, first) != _school_of(schools, second)
    return first[apart], second[apart]


def _school_of(schools: np.ndarray, posts: np.ndarray) -> np.ndarray:
    """The places of the schools of posts."""
    places: np.ndarray = np.searchsorted(schools["first_teacher"], posts, side="right") - 1
    return places


def _ties_across_networks(
    schools: np.ndarray, seats: list[Seats], values: Mapping[str, Value], key: int
) -> list[Pairs]:
    """Ties by distance: members draw partners at other schools until there are as many as declared."""
    posts = np.concatenate([of_network for of_network, _ in seats])
    school = _school_of(schools, posts)
    draw_partners = _partner_sampler(schools, school, posts, values, key)
    wanted = round(number_of(values, "programme.cross_ties") * len(posts) / 2)
    pairs = np.zeros(0, np.int64)
    for draw_index in range(MAX_ROUNDS):
        if len(pairs) >= wanted:
            break
        partner = draw_partners(draw_index)
        lower, upper = np.minimum(np.arange(len(posts)), partner), np.maximum(np.arange(len(posts)), partner)
        drawn = np.concatenate([pairs, (lower * len(posts) + upper)[school[lower] != school[upper]]])
        pairs = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    lower, upper = np.divmod(pairs[:wanted], len(posts))
    return [(posts[lower], posts[upper]), (posts[upper], posts[lower])]


def _partner_sampler(
    schools: np.ndarray, school: np.ndarray, posts: np.ndarray, values: Mapping[str, Value], key: int
) -> Callable[[int], np.ndarray]:
    """A function that draws a partner for every member, the likelier the nearer the school."""
    from scipy.spatial import cKDTree

    place = np.column_stack([schools["east"], schools["north"]])[school]
    k = min(len(posts), NEAREST_SCHOOLS * integer_of(values, "programme.delegates"))
    nearest = cKDTree(place).query(place, k=k)[1]
    east, north = (place[nearest, axis] - place[:, None, axis] for axis in (0, 1))
    minutes = np.sqrt(east * east + north * north)
    reach = np.cumsum(
        exps(-minutes / number_of(values, "programme.travel")) * (school[nearest] != school[:, None]), axis=1
    )

    def draw_partners(draw_index: int) -> np.ndarray:
        goal = uniforms(key, "cross tie", posts, draw_index)[:, None] * reach[:, -1:]
        nth = np.minimum((reach < goal).sum(axis=1), nearest.shape[1] - 1)
        partner: np.ndarray = nearest[np.arange(len(posts)), nth]
        return partner

    return draw_partners
