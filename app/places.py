"""Where a listener's library lies."""

import os
from pathlib import Path

DATA_VARIABLE = "SEGUE_DATA"


def data_folder(told: Path | None) -> Path:
    """The folder of database, index and settings: as told, or of the user's own account.

    Args:
        told: by the command line; None asks the environment, then the desktop's conventions.
    """
    import platformdirs

    named = told or os.environ.get(DATA_VARIABLE)
    return Path(named) if named else Path(platformdirs.user_data_dir("segue", appauthor=False))
