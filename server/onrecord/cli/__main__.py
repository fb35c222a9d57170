"""`python -m onrecord.cli`: the command of this very environment, wherever it is installed."""

from onrecord.cli.main import main

main()
