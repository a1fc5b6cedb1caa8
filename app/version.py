"""The version of this program, known without asking the disk what is installed."""

VERSION = "0.1.0"
