"""dashboard.freshness: from the answer to an upload until the dashboard's page shows its voters, over real HTTP.

granian, a Celery worker and beat run as in an installation; nothing else does.
"""

import random
import re
import sys
import time

from bench import scene
from bench.figure import Bound, Figure, Limit, percentile, spread
from bench.ground import Ground, Scale
from bench.site import Session, answers, upload
from coklit import clock
from coklit.localservices.ports import HOST
from coklit.localservices.processes import Child
from voters import devices
from voters.access import territory
from voters.models import Assignment, Change, Election, Voter
from voters.placement import new_id

EVENTS = 5
_LOOK_SECONDS = 0.05
_PATIENCE = 60.0


def figures(ground: Ground, scale: Scale) -> list[Figure]:
    """The figure; the processes are stopped again, however it ends."""
    election = scene.loaded_election(ground, scale.voters)
    scene.invent_results(ground, election)
    assignments = _with_unvisited(election, scale.uploads)
    user = scene.account(scene.AREA[:2])
    scene.command("collectstatic", interactive=False)
    scene.command("rebuild_progress")
    children = _started(ground)
    try:
        browser = Session(ground.base_url)
        browser.sign_in(user.username, scene.PASSWORD)
        page = f"/dasbor/{election.slug}/{scene.AREA[:2]}/"
        seconds = [_seconds(ground, browser, page, one) for one in assignments]
    finally:
        for child in reversed(children):
            child.stop()
    note = (
        f"{len(seconds)} uploads of {EVENTS} results, p95 told, all {spread(seconds)} s; province page looked at every"
        f" {_LOOK_SECONDS * 1000:.0f} ms"
    )
    return [
        Figure("dashboard.freshness", percentile(seconds, 0.95), "s", None, None, note, Limit(Bound.AT_MOST, 5)),
    ]


def _with_unvisited(election: Election, number: int) -> list[Assignment]:
    """Assignments to TPS that have voters without a result, evenly over the area."""
    with territory(scene.AREA):
        served = Voter.objects.filter(kabkota_id=scene.AREA, election=election, results__isnull=True)
        tps = sorted(set(served.values_list("tps_id", flat=True)))
        found = Assignment.objects.filter(kabkota_id=scene.AREA, tps__in=tps[:: max(len(tps) // number, 1)][:number])
        return list(found.select_related("pantarlih"))


def _started(ground: Ground) -> list[Child]:
    python, celery = sys.executable, [sys.executable, "-m", "celery", "--app", "coklit"]
    web = [python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(ground.web_port), "--workers",
           "2", "--blocking-threads", "4", "--no-ws", "coklit.wsgi:application"]  # fmt: skip
    beat = ["beat", "--schedule", str(ground.place / "beat-schedule"), "--pidfile", "", "--loglevel", "WARNING"]
    children = [
        ground.stack.start("web", web, ready=lambda: answers(ground.base_url)),
        ground.stack.start("worker", [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING"]),
        ground.stack.start("beat", [*celery, *beat]),
    ]
    _wait_until_counted()
    return children


def _wait_until_counted() -> None:
    """Until the worker has worked off the first marks: it is up, and the machine idle."""
    mark = Assignment.objects.filter(kabkota_id=scene.AREA)[:1].get()
    Change.objects.create(kabkota_id=scene.AREA, tps_id=mark.tps_id, marked_at=clock.now())
    deadline = time.monotonic() + _PATIENCE
    while Change.objects.filter(kabkota_id=scene.AREA).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"The worker recounted nothing for {_PATIENCE:.0f} s; see its log.")
        time.sleep(_LOOK_SECONDS)


def _seconds(ground: Ground, browser: Session, page: str, assignment: Assignment) -> float:
    with territory(scene.AREA):
        token = devices.issue(pantarlih=assignment.pantarlih, now=clock.now())
    # At any moment between two recounts.
    time.sleep(1 + random.random())
    visited = _visited(browser.page(page))
    batch = _batch(assignment)
    answer = upload(ground.base_url, token, batch)
    answered = time.perf_counter()
    accepted = sum(result["status"] == "accepted" for result in answer["results"])
    if accepted != EVENTS:
        raise RuntimeError(f"Only {accepted} of {EVENTS} results were accepted: {answer}")
    while _visited(browser.page(page)) < visited + EVENTS:
        if time.perf_counter() - answered > _PATIENCE:
            raise TimeoutError(f"The dashboard did not move for {_PATIENCE:.0f} s after an upload.")
        time.sleep(_LOOK_SECONDS)
    return time.perf_counter() - answered


def _batch(assignment: Assignment) -> dict[str, object]:
    with territory(scene.AREA):
        unvisited = Voter.objects.filter(kabkota_id=scene.AREA, tps=assignment.tps_id, results__isnull=True)
        voters = list(unvisited.values_list("pk", flat=True)[:EVENTS])
    at = clock.now().isoformat()
    events = [{"id": str(new_id()), "voter": str(voter), "code": "0", "at": at} for voter in voters]
    return {"batch": str(new_id()), "tps": str(assignment.tps_id), "sent_at": at, "events": events}


def _visited(page: str) -> int:
    """The numerator of the coverage, as printed under it."""
    found = re.search(r'data-figure="coverage".*?<p>([\d.]+)\s', page, re.DOTALL)
    if found is None:
        raise RuntimeError("The page shows no coverage.")
    return int(found[1].replace(".", ""))
