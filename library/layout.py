"""What lies in the folder of a library."""

STORE_NAME = "library.sqlite"
