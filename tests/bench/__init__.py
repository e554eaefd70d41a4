"""The benchmark: `make bench`. Every ratio of the project's goals in one run, with medians."""
