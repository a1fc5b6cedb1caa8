"""Scan and analysis of folders, as one generator of events.

Every result is committed before its event is given out, so that a run which is cancelled, killed or
cut off goes on where it stopped: what is finished is known by its stamp, the rest is still pending.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from app.control import Control
from app.encoder_choice import EncoderChoice
from app.events import (
    Event,
    Failed,
    Finished,
    FolderMissing,
    Kept,
    NotScanned,
    Progress,
    Report,
)
from app.index_process import IndexProcess
from app.order import WorkQueue
from app.pace import Pace
from app.pipeline import Analysed, Pipeline, Refused, Result
from library.catalog import Catalog
from library.files import Skipped, find
from library.files import stamp as read_stamp
from library.records import FileState, Recording, Stamp

_STEP_S = 0.25
_FIND_FIRST_S = 2.0
_FIND_STEP_S = 0.05
_FIND_CHUNK = 500
_INDEX_EVERY_S = 300.0
_MAX_READS = 3
_SEPARATOR = os.fsencode(os.sep)

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class AnalysisPlan:
    """What a run is to do.

    roots: folders to scan, absolute.
    wanted: files and folders that are analysed before the rest.
    retry_failed: read files again that failed before, even if they have not changed.
    retry: read these again, if they are among them.
    """

    roots: tuple[bytes, ...]
    wanted: tuple[bytes, ...] = ()
    retry_failed: bool = False
    retry: frozenset[bytes] = frozenset()


def analyse(
    catalog: Catalog,
    encoder: EncoderChoice,
    plan: AnalysisPlan,
    control: Control,
    *,
    n_decoders: int,
) -> Iterator[Event]:
    """Bring the catalog up to date with some folders.

    Args:
        catalog: opened for writing by this thread, with the encoder's key.
        encoder: makes the vectors.
        plan: which folders, in which order.
        control: pauses, cancels and hurries the run from another thread.
        n_decoders: how many files are decoded at once.

    Yields:
        Events as they happen, `Progress` at least about four times a second, `Finished` at the end.

    Raises:
        LibraryError: the catalog cannot be written, or at the end the index cannot be saved. What
            was kept before stays.
        WorkerFailure: the encoder cannot be opened, or fails for one track after the other.
    """
    run = _Run(catalog, plan, control)
    yield from run.leave_missing_folders()
    with closing(IndexProcess(catalog)) as index:
        with Pipeline(
            encoder, n_decoders=n_decoders, needs_embedding=run.needs_embedding
        ) as pipeline:
            yield from run.until_done(pipeline, index)
        if not control.cancelled:
            run.mark_absent()
        yield from run.until_indexed(pipeline.device, index)
    yield Finished(run.report(pipeline.device))


class _Run:
    """One run's bookkeeping: what was found, what waits, what came of it."""

    def __init__(self, catalog: Catalog, plan: AnalysisPlan, control: Control) -> None:
        self._catalog = catalog
        self._plan = plan
        self._control = control
        self._roots = tuple(root for root in plan.roots if _is_listable(root))
        self._known = catalog.files.known()
        self._found = find(self._roots)
        self._listing = True
        self._seen: set[bytes] = set()
        self._out_of_reach: list[bytes] = []
        self._queue = WorkQueue(plan.wanted)
        self._in_work: dict[bytes, Stamp] = {}
        self._n_reads: dict[bytes, int] = {}
        self._pace = Pace(time.monotonic)
        self._started_at_s = time.monotonic()
        self._indexed_at_s = self._started_at_s
        self._n_unchanged = 0
        self._n_kept = 0
        self._n_failed = 0
        self._n_not_scanned = 0

    def leave_missing_folders(self) -> Iterator[Event]:
        """Mark what lies under folders that are not there as missing."""
        for root in self._plan.roots:
            if root not in self._roots:
                yield FolderMissing(root, self._catalog.files.mark_absent([root], set()))

    def until_done(self, pipeline: Pipeline, index: IndexProcess) -> Iterator[Event]:
        """List, hand out and collect until nothing is left or the run is cancelled."""
        yield from self._list_first(pipeline)
        while (self._listing or self._queue or pipeline.busy) and not self._control.cancelled:
            yield from self._list_files(_FIND_STEP_S)
            self._hand_out(pipeline)
            if pipeline.busy:
                for result in pipeline.results(_STEP_S):
                    yield from self._settle(result)
            elif self._control.paused:
                self._control.wait_while_paused(_STEP_S)
                self._pace = Pace(time.monotonic)  # a rest says nothing of the speed
            yield self._progress(pipeline.device)
            self._index_now_and_then(index)

    def until_indexed(self, device: str, index: IndexProcess) -> Iterator[Event]:
        """Wait for the index; who cancels does not, for searches get along with an older one."""
        while not self._control.cancelled and not index.settled(_STEP_S):
            yield self._progress(device)

    def needs_embedding(self, recording: Recording) -> bool:
        """False where the catalog has what this encoder makes of the recording."""
        return not self._catalog.has_embedding(recording.digest)

    def mark_absent(self) -> None:
        """Files that were not found are missing now, unless they are where nobody could look."""
        folders = tuple(path + _SEPARATOR for path in self._out_of_reach)
        unknown = {path for path in self._known if path.startswith(folders)}
        self._catalog.files.mark_absent(self._roots, self._seen.union(unknown, self._out_of_reach))

    def report(self, device: str) -> Report:
        """What this run did."""
        return Report(
            n_found=len(self._seen),
            n_unchanged=self._n_unchanged,
            n_kept=self._n_kept,
            n_failed=self._n_failed,
            n_pending=len(self._seen) - self._n_unchanged - self._n_kept - self._n_failed,
            n_missing=self._catalog.files.counts().missing,
            n_not_scanned=self._n_not_scanned,
            duration_s=time.monotonic() - self._started_at_s,
            device=device,
            cancelled=self._control.cancelled,
        )

    def _list_first(self, pipeline: Pipeline) -> Iterator[Event]:
        """List alone for a while, so that the order of analysis is chosen among many files."""
        until_s = time.monotonic() + _FIND_FIRST_S
        while self._listing and time.monotonic() < until_s and not self._control.cancelled:
            yield from self._list_files(_FIND_STEP_S)
            yield self._progress(pipeline.device)

    def _list_files(self, for_s: float) -> Iterator[Event]:
        """Look for files for about `for_s`; decoders go on meanwhile."""
        until_s = time.monotonic() + for_s
        while self._listing and time.monotonic() < until_s:
            chunk = _chunk(self._found, until_s, time.monotonic)
            self._listing = bool(chunk)
            for skipped in (item for item in chunk if isinstance(item, Skipped)):
                if skipped.out_of_reach:
                    self._out_of_reach.append(skipped.path)
                yield self._pass_over(skipped.path, skipped.reason)
            self._note([item for item in chunk if isinstance(item, Stamp)])

    def _pass_over(self, path: bytes, reason: str) -> Event:
        self._n_not_scanned += 1
        return NotScanned(path, reason)

    def _note(self, stamps: Sequence[Stamp]) -> None:
        self._seen.update(stamp.path for stamp in stamps)
        self._catalog.files.register(stamps)
        for stamp in stamps:
            if self._is_finished(stamp):
                self._n_unchanged += 1
            else:
                self._queue.add(stamp)

    def _is_finished(self, stamp: Stamp) -> bool:
        known = self._known.get(stamp.path)
        if known is None or known[0] != stamp:
            return False
        return known[1] == FileState.ANALYSED or (
            known[1] == FileState.FAILED and not self._is_retried(stamp.path)
        )

    def _is_retried(self, path: bytes) -> bool:
        return self._plan.retry_failed or path in self._plan.retry

    def _hand_out(self, pipeline: Pipeline) -> None:
        for path in self._control.take_wanted():
            self._queue.want(path)
        while self._queue and pipeline.has_room and not self._control.paused:
            stamp = self._queue.next()
            self._in_work[stamp.path] = stamp
            pipeline.give(stamp.path)

    def _settle(self, result: Result) -> Iterator[Event]:
        """Commit one result, or read the file again if it changed while it was read."""
        stamp = self._in_work.pop(result.path)
        now = _stamp_or_none(result.path)
        if now != stamp:
            yield from self._read_again(stamp, now)
        elif isinstance(result, Analysed):
            yield self._keep(stamp, result)
        else:
            yield self._fail(stamp, result)

    def _read_again(self, old: Stamp, now: Stamp | None) -> Iterator[Event]:
        n_reads = self._n_reads[old.path] = self._n_reads.get(old.path, 1) + 1
        if now is None:
            # Not a failure: it is missing, and will be read when it is back.
            self._seen.discard(old.path)
            yield self._pass_over(old.path, "it went away before it was read")
        elif n_reads > _MAX_READS:
            yield self._fail(now, Refused(old.path, "it kept changing while it was read"))
        else:
            self._catalog.files.register([now])
            self._queue.add(now)

    def _keep(self, stamp: Stamp, result: Analysed) -> Event:
        track_id = self._catalog.keep(
            stamp,
            result.description.tags,
            result.description.recording,
            result.embedding,
            cover=result.description.cover,
        )
        self._n_kept += 1
        self._pace.one_done()
        return Kept(stamp.path, track_id, heard=result.embedding is not None)

    def _fail(self, stamp: Stamp, refused: Refused) -> Event:
        description = refused.description
        if description is None:
            self._catalog.fail(stamp, refused.reason)
        else:
            self._catalog.keep(
                stamp,
                description.tags,
                description.recording,
                None,
                reason=refused.reason,
                cover=description.cover,
            )
        self._n_failed += 1
        self._pace.one_done()
        return Failed(stamp.path, refused.reason)

    def _progress(self, device: str) -> Progress:
        n_done = self._n_kept + self._n_failed
        n_left = len(self._queue) + len(self._in_work)
        rate_per_s = self._pace.rate_per_s()
        known_end = rate_per_s > 0 and not self._listing
        return Progress(
            n_found=len(self._seen),
            n_unchanged=self._n_unchanged,
            n_done=n_done,
            n_total=n_done + n_left,
            n_failed=self._n_failed,
            rate_per_min=60 * rate_per_s,
            time_left_s=n_left / rate_per_s if known_end else None,
            device=device,
            paused=self._control.paused,
        )

    def _index_now_and_then(self, index: IndexProcess) -> None:
        if time.monotonic() - self._indexed_at_s > _INDEX_EVERY_S:
            index.refresh()
            self._indexed_at_s = time.monotonic()


def _chunk(found: Iterator[Item], until_s: float, clock_s: Callable[[], float]) -> list[Item]:
    """Some of what is found by `until_s`; at least one item, unless there are no more."""
    chunk: list[Item] = []
    for item in found:
        chunk.append(item)
        if len(chunk) == _FIND_CHUNK or clock_s() >= until_s:
            break
    return chunk


def _is_listable(root: bytes) -> bool:
    try:
        with os.scandir(root) as entries:
            return next(entries, None) is not None
    except OSError:
        return False


def _stamp_or_none(path: bytes) -> Stamp | None:
    try:
        return read_stamp(path)
    except OSError:
        return None
