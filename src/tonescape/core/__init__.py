"""The vocabulary of the house; imports nothing of ours."""
