"""How Hypothesis searches in these tests."""

from hypothesis import settings

# A busy machine is not a fault of the code, so no example is timed; and every run tries the same ones.
settings.register_profile("rules", deadline=None, derandomize=True)
settings.load_profile("rules")
