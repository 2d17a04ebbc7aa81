"""PDFs of scanned pages: the picture of each, and the same PDF with these in color. Needs pikepdf and pypdfium2."""
