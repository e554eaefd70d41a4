"""The exercise as it is given: numerals, the exercise file, the built-in exercises."""
