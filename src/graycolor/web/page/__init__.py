"""What a browser shows, in NiceGUI; every module of it imports NiceGUI, and nothing else of graycolor imports them."""
