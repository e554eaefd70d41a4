"""The derivation: functions, operations, steps and the reverse sweep."""
