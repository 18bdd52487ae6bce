"""Sets of parts of the practice (Parts): words of 64 bits, in which the bit of value 2^i is part i."""

DIGITS = 16


def without(parts, others):
    """Gives the parts of a set that are not in another."""
    return parts & ~others


def all_parts(v):
    """Gives the set of all parts of the practice."""
    return (1 << v["parts.count"]) - 1


def share_of_parts(v, parts):
    """Gives which share of all parts a set has: knowledge."""
    return parts.bit_count() / v["parts.count"]


def draw_parts(sim, parts, rate, stream, entity_id):
    """Draws some parts of a set, each with the rate as its chance: one among all where at most one is to be expected,
    else by a random binary number for each, compared with the rate digit by digit from the highest on.
    """
    if not parts or rate <= 0.0:
        return 0
    if rate >= 1.0:
        return parts
    count = sim.v["parts.count"]
    expected = rate * count
    if expected <= 1.0:
        if sim.chance(stream, entity_id) >= expected:
            return 0
        return parts & 1 << int(sim.chance(stream, entity_id, 1) * count)
    digits, drawn, equal_so_far = int(rate * 2.0**DIGITS), 0, parts
    for place in range(DIGITS):
        noughts = equal_so_far & sim.random_bits(stream, entity_id, 2 + place)
        if digits >> DIGITS - 1 - place & 1:
            drawn |= noughts
            equal_so_far = without(equal_so_far, noughts)
        else:
            equal_so_far = noughts
        if not equal_so_far:
            break
    return drawn


def first_parts(sim, school, number):
    """Gives so many parts in an order of the school's, those first that it can find by itself."""
    order = []
    for part in range(sim.v["parts.count"]):
        place = sim.chance("order of parts", school.name, part)
        order.append((place if school.own_parts >> part & 1 else place + 1.0, part))
    known = 0
    for _, part in sorted(order)[:number]:
        known |= 1 << part
    return known


def known_parts(sim, teacher, knowledge):
    """Gives the parts that a teacher knows who knows such a share of all, rounded by chance to whole parts."""
    count = sim.v["parts.count"]
    number = int(knowledge * count + sim.chance("parts rounded", teacher.name))
    return first_parts(sim, sim.schools[teacher.school], min(number, count))


def learn(sim, teacher, parts):
    """Adds parts to what a teacher knows (Learning)."""
    if without(parts, teacher.parts):
        teacher.parts |= parts
        teacher.knowledge = share_of_parts(sim.v, teacher.parts)


def forget(sim, teacher, parts):
    """Takes parts from what a teacher knows (Learning)."""
    if parts:
        teacher.parts = without(teacher.parts, parts)
        teacher.knowledge = share_of_parts(sim.v, teacher.parts)
