"""Marking: a student's numbers against the derivation."""
