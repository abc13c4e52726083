"""The kernel: records, data sets, store, runner, statistics and comparison. Imports nothing else of ours."""
