"""Coverage-guided fuzzing of the parsers with atheris (the extra ``plnsim[fuzz]``): ``python -m tests.fuzz --seconds
60``.

Each target has a process of its own. What it ends with: 0, or the first input that raised anything but ``InputError``,
took longer than ten seconds or more than a gigabyte; that input is left in the folder that ``--out`` names.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from plnsim.simulation.engine.compile_cache import COMPILED_SOURCES, PACKAGE

HANG, MEMORY = 10, 1024
"""Seconds and megabytes that one input may take."""


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    options.add_argument("--seconds", type=int, default=60, help="seconds for each target (default: 60)")
    options.add_argument("--target", action="append", help="a target; may be repeated (default: all)")
    options.add_argument(
        "--out",
        type=Path,
        default=Path("fuzz-findings"),
        help="folder for inputs that were found (default: fuzz-findings)",
    )
    options.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.inside:
        _fuzz(asked.target[0], asked.seconds, asked.out)
    from tests.fuzz.targets import TARGETS

    asked.out.mkdir(parents=True, exist_ok=True)
    failed = [name for name in asked.target or TARGETS if not _passes(name, asked.seconds, asked.out)]
    raise SystemExit(f"found something: {', '.join(failed)} (inputs in {asked.out})" if failed else 0)


def _passes(name: str, seconds: int, out: Path) -> bool:
    command = [
        sys.executable,
        "-m",
        "tests.fuzz",
        "--inside",
        "--target",
        name,
        "--seconds",
        str(seconds),
        "--out",
        str(out),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said = (done.stdout + done.stderr).splitlines()
    coverage = next((line for line in reversed(said) if "cov:" in line), "").strip()
    print(f"{name}: {'nothing found' if done.returncode == 0 else 'FOUND'}; {coverage}")
    if done.returncode:
        print("\n".join(said[-40:]))
    return done.returncode == 0


def _compiled() -> list[str]:
    """The modules that Numba compiles, whose bytecode must stay as it is."""
    files = [
        path
        for name in COMPILED_SOURCES
        for path in ([PACKAGE / name] if name.endswith(".py") else (PACKAGE / name).rglob("*.py"))
    ]
    return [
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__") for path in files
    ]


def _fuzz(name: str, seconds: int, out: Path) -> None:
    """Fuzzes one target in this process; atheris ends the process."""
    import atheris

    with atheris.instrument_imports(include=["plnsim"], exclude=_compiled()):
        from tests.fuzz.targets import TARGETS, WORDS, parse

    corpus = Path(tempfile.mkdtemp(prefix="plnsim-fuzz-corpus-"))
    for number, seed in enumerate(TARGETS[name].seeds()):
        (corpus / str(number)).write_bytes(seed)
    words = corpus.with_suffix(".dict")
    words.write_text(
        "".join('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n' for word in WORDS), encoding="ascii"
    )
    longest = max(path.stat().st_size for path in corpus.iterdir())
    atheris.Setup(
        [
            sys.argv[0],
            str(corpus),
            f"-dict={words}",
            f"-max_total_time={seconds}",
            f"-timeout={HANG}",
            f"-rss_limit_mb={MEMORY}",
            f"-max_len={2 * longest}",
            f"-artifact_prefix={out}/{name.replace(' ', '-')}-",
        ],
        lambda data: parse(name, data),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
