"""The practice itself: what it is worth for pupils, how hard it is to pass on, how well it fits from the start.

One practice spreads in a run. What it gives grows with what its user knows of it, shrinks with what is lost of its core, and
grows as she fits it to her classroom. Practice in standard deviations and pupils' gain keep the ratio that coaching
studies found (Kraft et al. 2018).
"""

from plnsim.common.parameter import Parameter

PARAMETERS = (
    Parameter("potency", 0.8, "share", (0.4, 1.0), "How much good the practice does at its best.", "practice"),
    Parameter("complexity", 0.5, "share", (0.1, 0.9), "How hard it is to understand and to pass on (stickiness).", "practice",
              direction="szulanski-1996"),
    Parameter("fit", 0.7, "share", (0.3, 1.0), "How well it fits a classroom before it is adapted.", "practice"),
    Parameter("half_benefit_knowledge", 0.15, "share", (0.05, 0.3), "Knowledge at which half of the benefit is reached.", "practice"),
    Parameter("practice_gain", 0.54, "SD of practice", (0.35, 0.6), "Gain in quality of practice of a teacher at full benefit.", "practice",
              source="kraft-2018", bounds=(0.0, 2.0), structural=True),
    Parameter("pupil_ratio", 0.37, "SD of pupils per SD of practice", (0.15, 0.45), "Pupils' gain for a gain in practice.", "practice",
              source="kraft-2018", structural=True),
)


def benefit(knowledge, fidelity, adaptation, p):
    """What pupils of a user gain, as a share (0..1) of the most that the practice can give."""
    half = p.practice.half_benefit_knowledge
    understood = (1.0 + half) * knowledge / (knowledge + half) if knowledge > 0.0 else 0.0
    fitted = p.practice.fit + (1.0 - p.practice.fit) * adaptation
    return p.practice.potency * understood * fidelity * fitted
