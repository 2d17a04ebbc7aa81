"""Archives: pictures by their addresses in a store or by the rows of a manifest, and what of them is done already."""
