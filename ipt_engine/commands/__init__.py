"""The commands of `ipt`, a file for each or for a few that belong together."""
