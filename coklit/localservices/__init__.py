"""The servers a laptop needs: a private PostgreSQL, Valkey and mail catcher, for demo, tests and benchmarks.

Nothing here knows Django: these files run before the settings exist and produce the environment the settings read.
"""
