"""The values of a derivation: exact, certified, and approximate."""
