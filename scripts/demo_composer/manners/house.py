"""Four-on-the-floor: deep house with electric-piano stabs, and brighter house with wide saws."""

from functools import partial

import numpy as np

from demo_composer import drums
from demo_composer.mixing import duck, echo, place, reverberate, silence
from demo_composer.piece import Audio, Piece
from demo_composer.score import bars_lasting
from demo_composer.synth import (
    Signal,
    electric_piano,
    envelope,
    hertz,
    n_samples,
    plucked,
    saw,
    sine,
    swept_low_pass,
    times,
)
from demo_composer.theory import Chord, key, lead_voices, nearest_pitch

MANNER = "Four-on-the-floor"
BAR_BEATS = 4


def _kick_beats(n_bars: int, resting: range) -> list[int]:
    """The beats with a kick: all but those of the resting bars."""
    return [beat for beat in range(BAR_BEATS * n_bars) if beat // BAR_BEATS not in resting]


def _rhythm_section(
    rng: np.random.Generator, n_bars: int, beat_s: float, *, resting: range, bright: bool
) -> Audio:
    """Kick on each beat, clap on two and four, open hat off the beat, shaker in sixteenths."""
    mix = silence((BAR_BEATS * n_bars + 2) * beat_s)
    kick = drums.kick(pitch_hz=51 if bright else 48, drop_hz=200 if bright else 170)
    clap = drums.clap(rng)
    open_hat = drums.hat(rng, length_s=0.28 if bright else 0.24)
    closed_hat, shaker = drums.hat(rng, length_s=0.06), drums.shaker(rng)
    for beat in _kick_beats(n_bars, resting):
        place(mix, kick, beat * beat_s, 0.85)
    for beat in range(BAR_BEATS * n_bars):
        bar = beat // BAR_BEATS
        if beat % 2 == 1 and bar >= 2:
            place(mix, clap, beat * beat_s, 0.5, 0.05)
        if bar >= 1 and bar not in resting:
            place(mix, open_hat, (beat + 0.5) * beat_s, 0.42, 0.2)
        for sixteenth in range(4):
            late = 0.03 if sixteenth % 2 else 0.0
            at_s = (beat + sixteenth / 4 + late) * beat_s
            gain = (0.30, 0.16, 0.24, 0.20)[sixteenth] * rng.uniform(0.8, 1.1)
            place(mix, closed_hat if bar >= 4 else shaker, at_s, gain, -0.25)
    for bar in (resting.stop, 4):
        place(mix, drums.crash(rng), BAR_BEATS * bar * beat_s, 0.22)
    length_s = len(resting) * BAR_BEATS * beat_s
    place(mix, drums.riser(rng, length_s=length_s), resting.start * BAR_BEATS * beat_s, 0.25)
    return mix


def _bass(pitch: int, duration_s: float, *, bright: bool) -> Signal:
    at = times(duration_s)
    low = 0.7 * sine(hertz(pitch), duration_s)
    body = plucked(
        hertz(pitch),
        duration_s,
        n_partials=14 if bright else 6,
        decay=2.0,
        damping=0.9 if bright else 2.5,
    )
    return (low + 0.8 * body) * np.clip((duration_s - at) / 0.03, 0, 1) * np.clip(at / 0.004, 0, 1)


def _bass_line(
    mix: Audio, chords: list[Chord], beat_s: float, pattern: str, *, bright: bool
) -> None:
    """Letters of the pattern, one a sixteenth: r root, 8 octave, 5 fifth, 7 seventh."""
    intervals = {"r": 0, "8": 12, "5": 7, "7": 10}
    for bar, chord in enumerate(chords):
        if bar < 2:
            continue
        for sixteenth, letter in enumerate(pattern):
            if letter in intervals:
                pitch = nearest_pitch(chord.root, 34) + intervals[letter]
                wave = _bass(pitch, beat_s * 0.42, bright=bright)
                place(mix, wave, (BAR_BEATS * bar + sixteenth / 4) * beat_s, 0.36)


def _supersaw(rng: np.random.Generator, pitches: list[int], duration_s: float) -> Audio:
    """Seven detuned saws a note, spread over both sides."""
    wide = silence(duration_s)
    for pitch in pitches:
        for copy in range(7):
            frequency = hertz(pitch + (copy - 3) * 0.055)
            place(wide, saw(frequency, duration_s, float(rng.random())), 0.0, 0.14, (copy - 3) / 3)
    gain = envelope(duration_s, attack_s=0.03, decay_s=1.0, sustain=0.8, release_s=0.15)
    return wide * gain[:, None]


def _swept(mix: Audio, beats: list[tuple[float, float]], beat_s: float) -> Audio:
    """The mix through a low-pass whose cutoff follows (beat, hertz) points."""
    at = np.arange(len(mix)) / len(mix) * (len(mix) / n_samples(beat_s))
    points = np.array(beats)
    cutoff_hz = np.exp(np.interp(at, points[:, 0], np.log(points[:, 1])))
    return np.stack([swept_low_pass(mix[:, side], cutoff_hz) for side in range(2)], axis=1)


def deep_house(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    stabs: str,
    bass: str,
    motif: str,
) -> Audio:
    """Electric-piano ninths off the beat, a round bass, and a small pentatonic motif with echo."""
    home, beat_s = key(key_name), 60 / bpm
    n_bars = bars_lasting(31, bpm, BAR_BEATS)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    resting = range(n_bars - 6, n_bars - 4)
    rhythm = _rhythm_section(rng, n_bars, beat_s, resting=resting, bright=False)
    music, low = np.zeros_like(rhythm), np.zeros_like(rhythm)
    for bar, voicing in enumerate(lead_voices(chords, 4, 55, 74)):
        for sixteenth, letter in enumerate(stabs):
            if letter in "xo":
                at_s = (BAR_BEATS * bar + sixteenth / 4) * beat_s
                for pitch in voicing:
                    tone = electric_piano(hertz(pitch), beat_s * 0.9, brightness=1.3)
                    place(
                        music, tone, at_s, 0.14 if letter == "x" else 0.09, rng.uniform(-0.4, 0.4)
                    )
        pad = _supersaw(rng, voicing[:3], BAR_BEATS * beat_s)
        place(music, pad, BAR_BEATS * bar * beat_s, 0.11)
    _bass_line(low, chords, beat_s, bass, bright=False)
    _motif(rng, music, home.pitches(72, 90), beat_s, pattern=motif, bars=range(4, n_bars))
    end_s = BAR_BEATS * n_bars * beat_s
    for pitch in lead_voices(chords, 4, 55, 74)[0]:
        place(music, electric_piano(hertz(pitch), 2 * beat_s, brightness=1.3), end_s, 0.16)
    place(low, _bass(nearest_pitch(chords[0].root, 34), beat_s, bright=False), end_s, 0.36)
    opened = [(0.0, 500.0), (16.0, 6000.0), (4.0 * resting.start, 9000.0)]
    music = _swept(echo(music, delay_s=0.75 * beat_s, feedback=0.45, wet=0.3), opened, beat_s)
    kicks_s = [beat * beat_s for beat in _kick_beats(n_bars, resting)]
    pumped = duck(music + low, kicks_s, depth=0.6, recovery_s=0.85 * beat_s)
    return reverberate(rhythm + pumped, seconds=1.4, wet=0.12, tail_s=1.5)


def _motif(
    rng: np.random.Generator,
    mix: Audio,
    scale: list[int],
    beat_s: float,
    *,
    pattern: str,
    bars: range,
) -> None:
    """A pluck on each x of a two-bar pattern of sixteenths, the same pitches every time."""
    walk = np.clip(len(scale) // 2 + np.cumsum(rng.choice([-2, -1, 1, 2], 32)), 0, len(scale) - 1)
    for bar in bars:
        for sixteenth in range(16):
            step = 16 * (bar % 2) + sixteenth
            if pattern[step] == "x":
                pitch = scale[int(walk[step])]
                tone = plucked(hertz(pitch), 0.5, n_partials=12, decay=5.0, damping=1.6)
                place(mix, tone, (BAR_BEATS * bar + sixteenth / 4) * beat_s, 0.16, 0.3)


def bright_house(
    rng: np.random.Generator,
    *,
    key_name: str,
    bpm: float,
    numerals: str,
    bass: str,
    arpeggio: tuple[int, ...],
) -> Audio:
    """Wide saw chords that pump with the kick, an octave bass, an arpeggio in sixteenths."""
    home, beat_s = key(key_name), 60 / bpm
    n_bars = bars_lasting(31, bpm, BAR_BEATS)
    chords = (home.chords(numerals) * n_bars)[:n_bars]
    resting = range(n_bars - 6, n_bars - 4)
    rhythm = _rhythm_section(rng, n_bars, beat_s, resting=resting, bright=True)
    pads, plucks, low = (np.zeros_like(rhythm) for _ in range(3))
    voicings = lead_voices(chords, 4, 57, 77)
    for bar, voicing in enumerate(voicings):
        start_s = BAR_BEATS * bar * beat_s
        place(pads, _supersaw(rng, voicing, BAR_BEATS * beat_s), start_s, 0.24)
        for sixteenth in range(16 if bar >= 4 else 0):
            pitch = voicing[arpeggio[sixteenth % len(arpeggio)]] + 12
            tone = plucked(hertz(pitch), 0.3, n_partials=20, decay=6.0, damping=0.8)
            place(plucks, tone, start_s + sixteenth / 4 * beat_s, 0.13, 0.5 * (-1) ** sixteenth)
    _bass_line(low, chords, beat_s, bass, bright=True)
    end_s = BAR_BEATS * n_bars * beat_s
    place(pads, _supersaw(rng, voicings[0], 2 * beat_s), end_s, 0.24)
    place(low, _bass(nearest_pitch(chords[0].root, 34), beat_s, bright=True), end_s, 0.36)
    opened = [(0.0, 400.0), (16.0, 5000.0), (4.0 * resting.start, 1200.0)]
    opened += [(4.0 * resting.stop, 11000.0), (4.0 * n_bars, 9000.0)]
    music = _swept(pads, opened, beat_s)
    music += echo(plucks, delay_s=0.75 * beat_s, feedback=0.4, wet=0.35)
    kicks_s = [beat * beat_s for beat in _kick_beats(n_bars, resting)]
    pumped = duck(music + low, kicks_s, depth=0.7, recovery_s=0.9 * beat_s)
    return reverberate(rhythm + pumped, seconds=1.8, wet=0.14, tail_s=1.5)


PERGOLA = partial(Piece, MANNER, "Neon Pergola", "Vines & Voltage", 2017)
KIOSK = partial(Piece, MANNER, "Voltaire Kiosk", "Open All Candles", 2011)

PIECES = (
    PERGOLA(
        1,
        "Trellis Light",
        partial(
            deep_house,
            key_name="A minor pentatonic",
            bpm=120,
            numerals="i9 i9 iv9 v7",
            stabs="..x..x....x..o..",
            bass="r..r..r.8..r..5.",
            motif="x..x......x.....x..x....x.......",
        ),
    ),
    PERGOLA(
        2,
        "Condensation",
        partial(
            deep_house,
            key_name="F minor pentatonic",
            bpm=122,
            numerals="i9 bVImaj9 i9 bVII9",
            stabs="x..x..x...x.....",
            bass="..r...r...r.8.r.",
            motif="....x..x..x.........x..x........",
        ),
        "m4a",
    ),
    PERGOLA(
        3,
        "Courtyard After Two",
        partial(
            deep_house,
            key_name="D minor pentatonic",
            bpm=118,
            numerals="bVImaj7 v7 i9 i9",
            stabs="...x..x..o.x....",
            bass="r.....8.r..r..7.",
            motif="x.....x.....x...x.....x...x.....",
        ),
    ),
    PERGOLA(
        4,
        "Watered Glass",
        partial(
            deep_house,
            key_name="C minor pentatonic",
            bpm=124,
            numerals="iv9 v7 i9 bIIImaj7",
            stabs="..x...x..x....x.",
            bass="r..r....r..8.r..",
            motif="..x..x....x...x...x..x..........",
        ),
    ),
    KIOSK(
        1,
        "Candide Camera",
        partial(
            bright_house,
            key_name="E minor",
            bpm=128,
            numerals="i bVI bIII bVII",
            bass="..r...r...r...r.",
            arpeggio=(0, 2, 3, 1, 2, 3),
        ),
    ),
    KIOSK(
        2,
        "The Best of All Possible Raves",
        partial(
            bright_house,
            key_name="G minor",
            bpm=130,
            numerals="bVI bVII i i",
            bass=".rr8.rr8.rr8.rr8",
            arpeggio=(3, 1, 2, 0),
        ),
    ),
    KIOSK(
        3,
        "Newsprint Halo",
        partial(
            bright_house,
            key_name="F major",
            bpm=126,
            numerals="vi IV Iadd9 V",
            bass="..r8..r8..r8..r8",
            arpeggio=(0, 1, 2, 3, 2, 1),
        ),
    ),
    KIOSK(
        4,
        "Cultivate the Garden",
        partial(
            bright_house,
            key_name="B minor",
            bpm=132,
            numerals="i bVII bVI iv7",
            bass="..r.r.r...r.r.8.",
            arpeggio=(3, 2, 0, 1, 3, 0, 2, 1),
        ),
    ),
)
