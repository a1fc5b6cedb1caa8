"""The entry point of the window that `window_speed`, `ui_stalls` and `hand_over` measure.

Like `ui/__main__`, it imports nothing before it is called, for worker processes run it again.
"""


def main() -> None:
    """Open the window as an installed Segue does."""
    import gc
    import sys

    gc.disable()
    # sqlite-utils loads it where it is there: with the tools for development, but not where Segue
    # is installed.
    sys.modules["pandas"] = None  # type: ignore[assignment]
    from benchmarks.window_scenarios import main as run

    run()


if __name__ == "__main__":
    main()
