"""Networks that turn a gray picture into a distribution over colors, their weights files and the engines that run them."""
