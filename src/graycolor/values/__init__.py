"""Scientific pictures: their values shown as colors of a palette. Nothing is guessed here, and no network is asked."""
