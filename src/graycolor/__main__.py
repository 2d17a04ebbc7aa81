"""`python -m graycolor` and the console script."""

from graycolor.cli.app import main

if __name__ == "__main__":
    main()
