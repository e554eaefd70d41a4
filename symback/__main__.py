"""`python -m symback`, the same as the command `symback`."""

from symback.cli import main

main()
