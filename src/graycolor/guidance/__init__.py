"""What the user wants, as changes to what the network says: hints, a reference, variants."""
