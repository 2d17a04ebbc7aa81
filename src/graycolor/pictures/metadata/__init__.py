"""What travels with a picture: EXIF, IPTC, XMP, texts, boxes, and our own mark."""
