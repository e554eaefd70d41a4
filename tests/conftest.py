"""What holds for all tests."""

import os

from hypothesis import settings

# A test may take long on a busy machine; how fast something is, the benchmark says.
settings.register_profile("symback", deadline=None)
# Where work lands the same examples are drawn every time: what passed once passes again. Others draw new ones.
settings.register_profile("landing", deadline=None, derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "symback"))
