"""`segue similar`: the songs most like some others, printed, kept as a playlist or exported."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.output import clock, print_json, print_line, print_table, tell, track_fields
from app.cli.session import (
    AsJson,
    DataDir,
    Debug,
    Encoder,
    open_library,
)
from library.records import Match, TrackId

if TYPE_CHECKING:
    from app.filters import Filters
    from app.similar import Seed


@dataclass(frozen=True, slots=True)
class Years:
    """A range of years, both included; None is open."""

    first: int | None
    last: int | None


def parse_length(text: str) -> float:
    """Seconds from "200" or "3:20"."""
    try:
        seconds = 0.0
        for part in text.split(":"):
            seconds = 60 * seconds + float(part)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no length such as 200 or 3:20") from None
    if not 0 <= seconds < float("inf"):
        raise typer.BadParameter(f"{text!r} is no length such as 200 or 3:20")
    return seconds


def parse_years(text: str) -> Years:
    """A range from "1975", "1970-1979", "1970-" or "-1979"."""
    first, dash, last = text.partition("-")
    if not (first or last) or not (first + last).isdecimal():
        raise typer.BadParameter(f"{text!r} is no range of years such as 1970-1979")
    start = int(first) if first else None
    return Years(start, (int(last) if last else None) if dash else start)


Length = Annotated[float | None, typer.Option(parser=parse_length, metavar="LENGTH")]


def similar(
    ctx: typer.Context,
    *,
    seeds: Annotated[
        list[str], typer.Argument(metavar="SEED", help="A file, a track's number, or words.")
    ],
    unlike: Annotated[
        list[str] | None, typer.Option(metavar="SEED", help="Keep away from this. Repeatable.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="How many songs.")] = 20,
    per_artist: Annotated[
        int | None, typer.Option(min=0, help="At most so many of one artist; 0: any number.")
    ] = None,
    per_album: Annotated[
        int | None, typer.Option(min=0, help="At most so many of one album; 0: any number.")
    ] = None,
    keep_versions: Annotated[
        bool, typer.Option("--keep-versions", help="List other versions of a song too.")
    ] = False,
    min_length: Length = None,
    max_length: Length = None,
    year: Annotated[
        Years | None, typer.Option(parser=parse_years, metavar="A-B", help="Years, inclusive.")
    ] = None,
    genre: Annotated[
        list[str] | None, typer.Option(help="Only this genre. Repeatable: any of them.")
    ] = None,
    not_genre: Annotated[list[str] | None, typer.Option(help="Not this. Repeatable.")] = None,
    not_this: Annotated[
        list[int] | None, typer.Option(metavar="ID", help="Not this track. Repeatable.")
    ] = None,
    no_filters: Annotated[
        bool, typer.Option("--no-filters", help="Begin without any filter.")
    ] = False,
    why: Annotated[
        bool, typer.Option("--why", help="Say which passages and tags are alike.")
    ] = False,
    save: Annotated[
        str | None, typer.Option(metavar="NAME", help="Keep the list as a playlist.")
    ] = None,
    export: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the list as a playlist file.")
    ] = None,
    encoder: Encoder = None,
    as_json: AsJson = False,
    data: DataDir = None,
    debug: Debug = False,
) -> None:
    """List the songs that sound most like some others.

    A SEED is a file (of the library or not), the number that `segue search` shows, or words that
    mean one track.
    """
    from app.cli.exchange import export_tracks
    from app.cli.seeds import find_seeds
    from app.filters import Filters, usual_filters
    from app.similar import similar_tracks

    with open_library(ctx, readonly=save is None, encoder=encoder) as services:
        found = find_seeds(services, [*seeds, *(unlike or ())])
        wanted, unwanted = found[: len(seeds)], found[len(seeds) :]
        filters = Filters() if no_filters else usual_filters(services.settings)
        filters = replace(
            _with_limits(filters, per_artist, per_album),
            versions=None if keep_versions else filters.versions,
            min_length_s=min_length,
            max_length_s=max_length,
            first_year=year.first if year else None,
            last_year=year.last if year else None,
            genres=frozenset(genre or ()),
            not_genres=frozenset(not_genre or ()),
            not_these=frozenset(map(TrackId, not_this or ())),
        )
        matches = similar_tracks(
            services.catalog,
            wanted,
            unwanted=unwanted,
            filters=filters,
            count=count,
            tags=services.encoder.tags,
        )
        _show(wanted, unwanted, matches, as_json=as_json, why=why)
        tracks = [match.track for match in matches]
        if len(matches) < count:
            tell(_shortfall(len(matches), count))
        if save is not None:
            services.catalog.playlists.create(save, [track.id for track in tracks])
            tell(f"Kept as the playlist {save}.")
        if export is not None:
            export_tracks(services.catalog, tracks, export, name=save or "")


def _with_limits(filters: "Filters", per_artist: int | None, per_album: int | None) -> "Filters":
    """The filters with other numbers per artist and album: None leaves them, 0 lifts them."""
    if per_artist is not None:
        filters = replace(filters, per_artist=per_artist or None)
    if per_album is not None:
        filters = replace(filters, per_album=per_album or None)
    return filters


def _shortfall(n_found: int, count: int) -> str:
    if not n_found:
        return "No other track of the library passes the filters."
    return f"Only {n_found} of {count}: no other track of the library passes the filters."


def _show(
    wanted: "list[Seed]", unwanted: "list[Seed]", matches: list[Match], *, as_json: bool, why: bool
) -> None:
    if as_json:
        print_json(
            {
                "seeds": [_seed_fields(seed) for seed in wanted],
                "unlike": [_seed_fields(seed) for seed in unwanted],
                "matches": [_match_fields(match) for match in matches],
            }
        )
        return
    print_line("Like " + ", ".join(seed.label for seed in wanted))
    if unwanted:
        print_line("Unlike " + ", ".join(seed.label for seed in unwanted))
    if matches:
        print_table(
            ("similarity", "id", "title", "artist", "album", "length", *(("why",) * why)),
            [_row(match, why=why) for match in matches],
        )


def _row(match: Match, *, why: bool) -> tuple[object, ...]:
    tags = match.track.tags
    row = (f"{match.similarity:.3f}", match.track.id, match.track.title, tags.artist, tags.album)
    return (*row, clock(match.track.duration_s), *((_reasons(match),) * why))


def _reasons(match: Match) -> str:
    """Where and in what it is like them: "1:20 is like 0:35 of Heroes (0.91); shared: jazz"."""
    passages = [
        f"{clock(pair.match_start_s)} is like {clock(pair.seed_start_s)} of {pair.seed} "
        f"({pair.similarity:.2f})"
        for pair in match.reasons
    ]
    shared = ["shared: " + ", ".join(match.shared_tags)] if match.shared_tags else []
    return "; ".join([*passages, *shared])


def _seed_fields(seed: "Seed") -> dict[str, object]:
    return {"label": seed.label, "id": seed.track_id, "duration_s": seed.song.duration_s}


def _match_fields(match: Match) -> dict[str, object]:
    return {
        **track_fields(match.track),
        "similarity": match.similarity,
        "reasons": [
            {
                "seed": pair.seed,
                "seed_start_s": pair.seed_start_s,
                "match_start_s": pair.match_start_s,
                "similarity": pair.similarity,
            }
            for pair in match.reasons
        ],
        "shared_tags": list(match.shared_tags),
    }
