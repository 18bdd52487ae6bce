"""The questions that a leader answers before a network is founded, each with five verbal anchors.

A question moves one declared parameter. Its anchors stand at 0, 1/4, 1/2, 3/4 and 1 of that parameter's plausible
range, from least to most. They are words for orientation: no score of a survey is claimed to lie behind them.
"""

from __future__ import annotations

from dataclasses import dataclass

ANCHORS = 5


@dataclass(frozen=True)
class Question:
    """A question: its key in a file of answers, the factor's name in a sentence, the parameter it moves, its text and
    its anchors.
    """

    key: str
    factor: str
    parameter: str
    text: str
    anchors: tuple[str, str, str, str, str]


QUESTIONS: tuple[Question, ...] = (
    Question(
        "vision",
        "vision",
        "leadership.vision",
        "What place does this work have in what the heads want for their schools?",
        (
            "None: it is somebody else's project.",
            "It is mentioned now and then, after other things.",
            "It is one of several priorities of the year.",
            "It is among the first priorities and serves the school's own goals.",
            "It is at the heart of the school's long-term vision, which staff helped to shape.",
        ),
    ),
    Question(
        "support",
        "the heads' support",
        "leadership.support",
        "How well do the heads know the practice, and how far do they back it?",
        (
            "They do not know it and leave it to those who take part.",
            "They have heard of it and let it happen.",
            "They know the outline and ask about it now and then.",
            "They know it well, follow it and clear the way.",
            "They know it from the inside, take part themselves and stand up for it.",
        ),
    ),
    Question(
        "distributed",
        "distributed leadership",
        "leadership.distributed",
        "Who may lead, and decide in matters of teaching?",
        (
            "The head alone.",
            "The head and the deputies; teachers carry it out.",
            "Middle leaders, each in their own field.",
            "Teachers, too: they often lead work for the whole school.",
            "Whoever knows most: teachers set how the school works together, as a matter of course.",
        ),
    ),
    Question(
        "time",
        "time",
        "time.hours",
        "How long does a teacher have in a normal week for developing her own practice?",
        (
            "About 20 minutes.",
            "About three quarters of an hour.",
            "About 70 minutes.",
            "About 95 minutes.",
            "About two hours.",
        ),
    ),
    Question(
        "focus",
        "a shared focus",
        "focus.alignment",
        "How well does the theme of the network fit what the schools themselves want to work on?",
        (
            "Hardly: it was chosen elsewhere.",
            "A little: it touches one goal among many.",
            "Partly: some of the schools share it.",
            "Well: most of the schools had it on their list.",
            "Fully: the schools chose it together, from what their pupils need.",
        ),
    ),
    Question(
        "commitment",
        "teachers' commitment",
        "norms.first_belief",
        "What do the teachers expect of the practice, before it begins?",
        (
            "Most doubt that it helps pupils.",
            "There is more doubt than hope.",
            "They are open: half doubt and half hope.",
            "There is more hope than doubt.",
            "Most are convinced that it helps pupils.",
        ),
    ),
    Question(
        "trust",
        "trust between the schools",
        "meeting.first_trust",
        "How well do those who would meet in the network know and trust each other?",
        (
            "They have never met, or their schools compete for pupils.",
            "They know each other by name.",
            "Some have worked together before.",
            "Most have worked together and speak openly.",
            "They have worked together for years and show each other what went wrong.",
        ),
    ),
    Question(
        "collaboration",
        "collaboration at home",
        "advice.ask",
        "How often do colleagues of one school ask each other how they teach?",
        (
            "Hardly ever: once or twice a year.",
            "About once a month.",
            "Every second week.",
            "In three weeks of four.",
            "Every week.",
        ),
    ),
    Question(
        "inquiry",
        "facilitated inquiry",
        "inquiry.facilitation",
        "Who leads the meetings, and how well do experiences become shared knowledge?",
        (
            "Nobody in particular: people tell each other stories.",
            "A volunteer, without preparation.",
            "A prepared facilitator; some meetings get to the reasons.",
            "An experienced facilitator, who works with pupils' work and a protocol.",
            "An expert: every meeting questions practice and ends with something to try in class.",
        ),
    ),
    Question(
        "sharing",
        "bringing it home",
        "mobilisation.awareness",
        "Do those who take part know that they are to bring it home to their colleagues?",
        (
            "No: they take part for themselves.",
            "A few of them see it as their task.",
            "About half of them do.",
            "Most of them do, and it has been talked about.",
            "All of them do, and it is agreed when and how.",
        ),
    ),
    Question(
        "promise",
        "the length of support",
        "programme.support_years",
        "For how long is outside support (money, facilitation) promised?",
        ("One year.", "Two years.", "Three years.", "Four years.", "Five years."),
    ),
    Question(
        "policy",
        "a steady policy",
        "policy.coherence",
        "How steady is the policy around the schools?",
        (
            "Every year something new pulls in another direction.",
            "Changes come often, and few fit together.",
            "Some demands compete with this work, some fit it.",
            "It is mostly steady, and little competes with this work.",
            "It has been steady for years and points the same way as this work.",
        ),
    ),
)

BY_KEY: dict[str, Question] = {question.key: question for question in QUESTIONS}
