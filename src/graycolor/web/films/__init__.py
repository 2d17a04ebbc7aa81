"""Films on the page: looked at, previewed and colored in lines of their own, by what the command calls."""
