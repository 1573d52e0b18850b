"""The same jobs in several engines, each a process of its own that runs its job when told to; arrays come as files.

These modules know nothing of MBATS (but `ours`), so that they run in the environment of the engine that they measure.
"""
