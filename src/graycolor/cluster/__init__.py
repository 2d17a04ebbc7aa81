"""The work of a command on a Ray cluster: the same functions, called on many machines."""
