"""`python -m bench.proofs chaos|soak`: start an installation, prove something on it, say what was seen.

Ends with 0 if everything held, with 1 if anything did not.
"""

import argparse
import secrets
import sys
from importlib import import_module
from pathlib import Path

from bench.machine import commit, machine, server_settings
from bench.proofs.installation import PLACES, standing

CHAOS = {"phones": 200, "events": 200_000, "kills": 60, "minutes": 10.0}
CHAOS_SHORT = {"phones": 40, "events": 20_000, "kills": 14, "minutes": 1.5}
SOAK = {"phones": 200, "events": 100_000, "minutes": 10.0}


def main() -> int:
    """Also 130 after Ctrl-C."""
    options = _options()
    held: list[bool] = []
    with standing((options.place or PLACES / options.proof).resolve()) as installation:
        print(f"{machine()}\n{server_settings(installation.superuser_url)}\ncommit {commit()}", flush=True)
        # Models cannot be imported before the settings stand.
        held.append(import_module(f"bench.proofs.{options.proof}").holds(installation, options))
    return int(not held[0]) if held else 130


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.proofs", description=__doc__)
    proofs = parser.add_subparsers(dest="proof", required=True)
    chaos = proofs.add_parser("chaos", help="kill every part again and again; no result may be lost or doubled")
    chaos.add_argument("--short", action="store_true", help=f"the version of continuous integration: {CHAOS_SHORT}")
    soak = proofs.add_parser("soak", help="an evening's load; nothing may grow or stay open")
    for one, sizes in ((chaos, CHAOS), (soak, SOAK)):
        for name, value in sizes.items():
            one.add_argument(f"--{name}", type=type(value), help=f"default {value:,}")
        one.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="default: a new one, printed")
        one.add_argument("--place", type=Path, help="emptied at the start (default: .local/chaos or .local/soak)")
    options = parser.parse_args()
    sizes = SOAK if options.proof == "soak" else CHAOS_SHORT if options.short else CHAOS
    for name, value in sizes.items():
        if getattr(options, name) is None:
            setattr(options, name, value)
    return options


if __name__ == "__main__":
    sys.exit(main())
