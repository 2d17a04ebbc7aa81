"""The page of `graycolor web`: what is shown and clicked. It knows visits, uploads and waiting, and no color."""
