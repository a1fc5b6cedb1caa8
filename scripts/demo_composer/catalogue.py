"""All pieces of the demo collection, manner by manner."""

from demo_composer.manners import (
    chiptune,
    drone,
    drum_and_bass,
    funk,
    house,
    jazz,
    piano,
    strings,
    waltz,
)

MANNER_MODULES = (piano, strings, waltz, funk, jazz, house, drum_and_bass, chiptune, drone)
MANNERS = tuple(module.MANNER for module in MANNER_MODULES)
PIECES = tuple(piece for module in MANNER_MODULES for piece in module.PIECES)
