"""Reads rules, steps, schedule and streams back out of the description of the model and makes a run with them.

Nothing of the model's own text is used: each numbered line of the description is turned into a line of Python. So a
run that equals the model's own shows that the description is exact and leaves nothing out.
"""

import math
import re
import struct
from types import ModuleType, SimpleNamespace

YEAR = 39
BUILT_IN = {
    "sqrt": math.sqrt,
    "inf": math.inf,
    "nan": math.nan,
    "float_bits": lambda number: struct.unpack("<Q", struct.pack("<d", number))[0],
    "float_of_bits": lambda bits: struct.unpack("<d", struct.pack("<Q", bits))[0],
}
LINES = {
    r"end of this step$": "return",
    r"give (.*)$": r"return \1",
    r"else if (.*)$": r"elif \1",
    r"for (\w+) from (.*) to before (.*):$": r"for \1 in range(\2, \3):",
    r"repeat (.*) times:$": r"for _ in range(\1):",
    r"leave the loop$": "break",
}


class DescribedModel:
    """The weekly simulation as the description tells it."""

    def __init__(self, text: str):
        self.parameters = set(re.findall(r"^\| `((?!week\.)\w+\.\w+)` \|", text, re.MULTILINE))
        chance, submodels = (
            text[text.index(f"## {first} ") : text.index(f"## {after} ")] for first, after in ((8, 9), (7, 8))
        )
        self.streams = {
            name: int(number) for number, name in re.findall(r"\| (\d+) \| ([a-z][a-z' ]*?) (?=\|)", chance)
        }
        start = text[text.index("**Starting values.**") : text.index("**Line by line.**")]
        parts = re.split(r"^### 7\.\d+ (.*)$", submodels, flags=re.MULTILINE)
        self.sections = {
            title.lower(): self._read(title, body)
            for title, body in [("chance", chance), ("start", start), *zip(parts[1::2], parts[2::2], strict=True)]
        }
        for (
            section
        ) in self.sections.values():  # a name means that of the same section, else that of the section that has it
            for other in self.sections.values():
                vars(section).update({name: rule for name, rule in vars(other).items() if name not in vars(section)})
        self.built = {
            f"{entity.lower()}s": re.findall(
                r"^\| `(\w+)` \|.*\| set when the world is built \| \w+ \|$", table, re.MULTILINE
            )
            for entity, table in re.findall(
                r"^### 2\.\d (Teacher|School|Network)\n(.*?)(?=^### )", text, re.DOTALL | re.MULTILINE
            )
        }
        self.schedule = [
            (kind.partition("_")[0], kind, order.split(", "))
            for kind, order in re.findall(r"^\| \d \| `(\w+)` \| (.*) \|$", text, re.MULTILINE)
        ]

    def start(self, world: dict):
        """Teachers, schools and networks of a plain world as they begin: who is there is taken from the world, and all
        other state variables are given the starting values that the description tells.
        """
        entities = {
            kind: [
                SimpleNamespace(**{name: value if name in self.built[kind] else 0 for name, value in entity.items()})
                for entity in world[kind]
            ]
            for kind in ("teachers", "schools", "networks")
        }
        key = self.sections["chance"].week_key(self._run_key(world), 0)
        self._look_at(entities | self._ties(world), world["values"], SimpleNamespace(number=-1, key=key))
        for kind in ("networks", "schools", "teachers"):
            for entity in entities[kind]:
                getattr(self.sections["start"], f"start_{kind.removesuffix('s')}")(entity)
        return tuple(entities.values())

    def weeks(self, world: dict):
        """Runs a plain world and yields teachers, schools and networks after each of its weeks."""
        entities = {
            kind: [SimpleNamespace(**entity) for entity in world[kind]] for kind in ("teachers", "schools", "networks")
        }
        run = self._run_key(world)
        for number in range(world["weeks"]):
            values = dict(world["values"])
            for entry in world["calendar"]:
                if entry["week"] <= number and (entry["until"] is None or number < entry["until"]):
                    values.update(entry["values"])
            week = self._week(number, world, values, self.sections["chance"].week_key(run, number + 1))
            self._look_at(entities | self._ties(world), values, week)
            for kind, step, mechanisms in self.schedule:
                for entity in entities[f"{kind}s"]:
                    for mechanism in mechanisms:
                        getattr(self.sections[mechanism], step)(entity)
            yield tuple(entities.values())

    def _run_key(self, world: dict) -> int:
        return self.sections["chance"].run_key(world["seed"], world["replicate"])

    @staticmethod
    def _ties(world: dict) -> dict:
        return {name: value for name, value in world.items() if name == "seats" or name.endswith(("_first", "_to"))}

    def _look_at(self, everybody: dict, values: dict, week: SimpleNamespace) -> None:
        """Lets the rules of all sections read everybody, the parameters in force, the week and its chance."""

        def chance(stream, entity_id, draw_index=0):
            return self.sections["chance"].uniform(week.key, self.streams[stream], entity_id, draw_index)

        def random_bits(stream, entity_id, draw_index=0):
            return self.sections["chance"].random_word(week.key, self.streams[stream], entity_id, draw_index)

        for section in self.sections.values():
            vars(section).update(everybody, value_of=values, week=week, chance=chance, random_bits=random_bits)

    @staticmethod
    def _week(number: int, world: dict, values: dict, key: int) -> SimpleNamespace:
        """The fields of a week, as section 3.1 has them."""
        of_year, calendar = number % YEAR, world["calendar"]
        here = [entry for entry in calendar if entry["week"] == number]
        end = min(
            [
                round(world["values"]["programme.support_years"] * YEAR),
                *(entry["week"] for entry in calendar if entry["event"] == "end support"),
            ]
        )
        a_year = values["meeting.a_year"]

        def meeting(a_year):
            return int(math.floor((of_year + 1) * a_year / YEAR) > math.floor(of_year * a_year / YEAR))

        return SimpleNamespace(
            number=number,
            of_year=of_year,
            key=key,
            ends_year=int(of_year == YEAR - 1),
            supported=int(number < end),
            support_over=int(number + 1 >= end),
            meets=meeting(a_year),
            meets_alone=meeting(a_year * values["meeting.alone_share"]),
            new_head=[0.0, *(entry["share"] for entry in here if entry["event"] == "new head")][-1],
            tune_up=int(any(entry["event"] == "tune-up" for entry in here)),
        )

    def _read(self, title: str, body: str) -> ModuleType:
        """The rules and steps of a section as functions."""
        section = ModuleType(title)
        vars(section).update(BUILT_IN, yes=True, no=False)
        lines = [line for block in re.findall(r"```text\n(.*?)```", body, re.DOTALL) for line in self._lines(block)]
        exec(compile("\n".join(lines), title, "exec"), vars(section))
        return section

    def _lines(self, block: str) -> list[str]:
        """Heads, constants and numbered lines as Python, each in one piece; what a rule says of itself is left out."""
        without = re.sub(r'^ {4,}".*?"$', "", block, flags=re.DOTALL | re.MULTILINE)
        whole = re.sub(r"\n {5,}(?=\S)(?! {0,2}\d+ )", " ", without)
        return [self._line(line) for line in whole.splitlines() if line.strip() and not line.startswith("--")]

    def _line(self, line: str) -> str:
        line = re.sub(r"  -- .*", "", line)
        if head := re.match(r"(?:rule|step) (.*)", line):
            return f"def {head[1]}:"
        indent, line = re.match(r"(?: {0,2}\d+ ( *))?(.*)", line).groups()
        for said, python in LINES.items():
            line = re.sub(f"^{said}", python, line)
        line = line.replace(" ^ ", " ** ").replace(" xor ", " ^ ").replace(" <- ", " = ")
        line = re.sub(r' is not (?=")', " != ", re.sub(r' is (?=")', " == ", line))
        line = re.sub(
            r"\b[a-z]+\.\w+\b", lambda name: f'value_of["{name[0]}"]' if name[0] in self.parameters else name[0], line
        )
        return line if indent is None else f"    {indent}{line}"
