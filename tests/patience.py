"""Hostile inputs are answered soon: the time of this process's own work, whatever else the machine does."""

import time
from contextlib import contextmanager


@contextmanager
def within(seconds):
    """Fail where the work inside takes longer: something has grown without bound."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds
