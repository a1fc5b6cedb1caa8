"""The vectors of files that are evaluated, made now, with how far it is."""

import time
from collections.abc import Iterator, Sequence

from app.encoder_choice import EncoderChoice
from app.events import Progress
from app.pace import Pace
from app.pipeline import Refused, Result
from app.services import embed_files


def hear(
    encoder: EncoderChoice, paths: Sequence[bytes], *, n_decoders: int
) -> Iterator[tuple[Result, Progress]]:
    """What becomes of each file, as it is ready, and how far the work is then.

    Raises:
        WorkerFailure: the encoder cannot be opened, or fails for one track after the other.
    """
    pace = Pace(time.monotonic)
    n_failed = 0
    for n_done, result in enumerate(embed_files(encoder, paths, n_decoders=n_decoders), start=1):
        pace.one_done()
        n_failed += isinstance(result, Refused)
        rate_per_s = pace.rate_per_s()
        yield (
            result,
            Progress(
                n_found=len(paths),
                n_unchanged=0,
                n_done=n_done,
                n_total=len(paths),
                n_failed=n_failed,
                rate_per_min=60 * rate_per_s,
                time_left_s=(len(paths) - n_done) / rate_per_s if rate_per_s else None,
                device="",
                paused=False,
            ),
        )
