"""Homework: variants of an exercise."""
