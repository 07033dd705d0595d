"""Speed and size: each figure is measured beside its floor, in the same run (`make bench`).

A floor is the best plain statement known for the same durable rows: same tables, indexes, constraints, settings, row
order and connections, fsync on. Changing one (floors.py) needs a line in CHANGELOG.md.
"""
