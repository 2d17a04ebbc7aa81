"""Networks from gray to a distribution over colors, their weights files, and the engines that run them."""
