"""Proofs against an installation of their own: `make chaos` kills its parts, `make soak` loads it like an evening."""
