"""The entry point of `segue-gui` and of `python -m ui`.

It imports nothing before it is called: a spawned worker process runs the entry script again, and
must not load a window to decode a file.
"""


def main() -> None:
    """Open the window."""
    import gc

    gc.disable()  # until the window is on the screen; nothing that is made for it goes away again
    from ui.main import main as run

    run()


if __name__ == "__main__":
    main()
