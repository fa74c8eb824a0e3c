"""Widgets: data in, chosen value out; no reading or writing of files."""
