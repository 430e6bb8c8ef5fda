"""Which small faults in the law the pure tests notice: `python -m tests.mutations` (docs/mutations.md)."""
