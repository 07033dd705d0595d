"""Tools for the people who work on Coklit; nothing here runs on a server."""
