"""Uploads of phones, measured over real HTTP: their speed, their cost and its growth with the list.

ground.py prepares lists of two sizes, uploads.py what phones send, sender.py is the process that sends (and alone
counts as the generator), sides.py lets ours, the DRF endpoint and the floor do the same work.
"""
