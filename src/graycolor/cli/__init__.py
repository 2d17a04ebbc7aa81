"""The command line: reads flags, calls one function of the library, prints what it returns. Nobody imports it."""
