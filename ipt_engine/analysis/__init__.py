"""Ledger in, tidy frames out: what the runs say, and how sure one can be. No torch."""
