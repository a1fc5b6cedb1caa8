"""The entry point of `segue` and of `python -m app`.

It imports nothing before it is called: a spawned worker process runs the entry script again, and
must not load the command line to decode a file.
"""


def main() -> None:
    """Run the command line."""
    from app.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
