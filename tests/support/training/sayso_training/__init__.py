"""Stands for models/training in the tests: takes the same command and trains nothing."""
