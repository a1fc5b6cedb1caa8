"""Plays MIDI files with a soundfont, as more music to train on.

    python scripts/render_midi.py --midi midi.csv --soundfont TimGM6mb.sf2 --out FOLDER

Writes FLAC files and a manifest tracks.csv that the training reads. Files that name instruments
keep them, and their composer. A folk tune names none: each is given one of the ensembles below in
turn, and the ensemble is its collection, as an album has one band. Needs the extra `demo` and
fluidsynth.
"""

import argparse
import csv
import random
import subprocess
import tempfile
from pathlib import Path

import mido
from rich.progress import track as shown

LENGTH_S = 50.0
SAMPLE_RATE_HZ = 22_050
SEED = 2016
TICKS_PER_BEAT = 480
MICROSECONDS_PER_BEAT = 500_000
CHANGES_OF_TEMPO = (0.8, 0.9, 1.0, 1.15, 1.3)

# Name of an ensemble: General MIDI programs, from 0, of tune and accompaniment.
ENSEMBLES = {
    "grand piano": (0, 0),
    "electric piano": (4, 4),
    "harpsichord": (6, 6),
    "music box and celesta": (10, 8),
    "marimba and vibraphone": (12, 11),
    "church organ": (19, 19),
    "drawbar organ": (16, 16),
    "accordion": (21, 21),
    "nylon guitar": (24, 24),
    "steel guitar and fiddle": (40, 25),
    "jazz guitar": (26, 26),
    "distorted guitars": (30, 29),
    "violin and cello": (40, 42),
    "string section": (48, 48),
    "plucked strings": (45, 46),
    "choir": (52, 52),
    "trumpet and brass": (56, 61),
    "horn and trombone": (60, 57),
    "saxophones": (65, 66),
    "clarinet and bassoon": (71, 70),
    "flute and guitar": (73, 24),
    "whistle and banjo": (78, 105),
    "square waves": (80, 80),
    "saw waves": (81, 81),
    "synthetic pads": (88, 89),
    "sitar": (104, 104),
}
COLUMNS = ("path", "split", "title", "collection", "source", "licence", "style_group")


def main() -> None:
    """Render the first files of each source, as many as asked for."""
    arguments = _parser().parse_args()
    with open(arguments.midi, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    chosen = _chosen(rows, arguments.at_most)
    arguments.out.mkdir(parents=True, exist_ok=True)
    described = []
    for number, row in enumerate(shown(chosen, description="rendering")):
        target = arguments.out / f"{number:04d}.flac"
        source = arguments.midi.parent / row["path"]
        ensemble = "" if _names_instruments(source) else list(ENSEMBLES)[number % len(ENSEMBLES)]
        if not target.exists():
            _render(_shortened(source, ensemble, number), arguments.soundfont, target)
        described.append(_description(row, target, ensemble))
    with open(arguments.out / "tracks.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(described)


def _chosen(rows: list[dict[str, str]], at_most: int) -> list[dict[str, str]]:
    """The same drawing every time: at most so many files of each source."""
    drawn = random.Random(SEED).sample(rows, len(rows))
    kept: dict[str, list[dict[str, str]]] = {}
    for row in drawn:
        kept.setdefault(row["source"], []).append(row)
    return [row for source in sorted(kept) for row in kept[source][:at_most]]


def _names_instruments(path: Path) -> bool:
    midi = mido.MidiFile(path, clip=True)
    return any(message.type == "program_change" for track in midi.tracks for message in track)


def _shortened(path: Path, ensemble: str, number: int) -> mido.MidiFile:
    """The first seconds of a file; with an ensemble, at one of five tempi and in its voices."""
    midi = mido.MidiFile(path, clip=True)
    speed = CHANGES_OF_TEMPO[number % len(CHANGES_OF_TEMPO)] if ensemble else 1.0
    if ensemble:
        for channel, (notes, program) in enumerate(
            zip(_tracks_with_notes(midi), ENSEMBLES[ensemble], strict=False)
        ):
            for message in notes:
                if hasattr(message, "channel"):
                    message.channel = channel
            notes.insert(0, mido.Message("program_change", channel=channel, program=program))
    return _first_seconds(midi, speed)


def _first_seconds(midi: mido.MidiFile, speed: float) -> mido.MidiFile:
    """One track at the tempo that files have where none is named, with every note ended."""
    short = mido.MidiTrack()
    passed_s = written_s = 0.0
    for message in midi:  # in playing order, with times in seconds
        passed_s += message.time / speed
        if passed_s > LENGTH_S:
            break
        if not message.is_meta:
            short.append(message.copy(time=_ticks(passed_s - written_s)))
            written_s = passed_s
    rest = _ticks(min(passed_s, LENGTH_S) - written_s)
    for channel in range(16):  # a note that sounds on would never let the player end
        short.append(
            mido.Message("control_change", channel=channel, control=120, value=0, time=rest)
        )
        rest = 0
    return mido.MidiFile(type=0, ticks_per_beat=TICKS_PER_BEAT, tracks=[short])


def _ticks(time_s: float) -> int:
    ticks: float = mido.second2tick(time_s, TICKS_PER_BEAT, MICROSECONDS_PER_BEAT)
    return round(ticks)


def _tracks_with_notes(midi: mido.MidiFile) -> list[mido.MidiTrack]:
    return [t for t in midi.tracks if any(message.type == "note_on" for message in t)]


def _render(midi: mido.MidiFile, soundfont: Path, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        score, partial = Path(folder) / "score.mid", Path(folder) / "sound.flac"
        midi.save(score)
        command = ["fluidsynth", "-n", "-i", "-q", "-r", str(SAMPLE_RATE_HZ), "-g", "0.5"]
        command += ["-T", "flac", "-F", str(partial), str(soundfont), str(score)]
        subprocess.run(command, check=True, capture_output=True)
        target.write_bytes(partial.read_bytes())


def _description(row: dict[str, str], target: Path, ensemble: str) -> dict[str, str]:
    return {
        "path": target.name,
        "split": "train",
        "title": row["title"],
        "collection": f"ensemble: {ensemble}" if ensemble else _composer(row),
        "source": f"{row['source']} (MIDI)",
        "licence": row["licence"],
        "style_group": "",
    }


def _composer(row: dict[str, str]) -> str:
    return f"{row['collection']}: {row['artist']}" if row["artist"] else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Play MIDI files as music to train on.")
    parser.add_argument("--midi", type=Path, required=True, help="manifest of the MIDI files")
    parser.add_argument("--soundfont", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--at-most", type=int, default=120, help="files of each source")
    return parser


if __name__ == "__main__":
    main()
