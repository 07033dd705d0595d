"""The demonstration's invented people and phones. Nothing here is used outside `make demo`, tests and benchmarks."""
