"""Voter lists as files, in the layouts they are imported in: streamed, masked unless asked otherwise, on the trail."""
