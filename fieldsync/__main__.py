"""``python -m fieldsync``: the command line without the script."""

from fieldsync.cli import main

main()
