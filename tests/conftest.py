"""What holds for all tests."""

from hypothesis import settings

# A test may take long on a busy machine; how fast something is, the benchmark says.
settings.register_profile("symback", deadline=None)
settings.load_profile("symback")
