"""Tests of the stores: the contracts on every backend, and what each backend adds."""
