"""Config files: what a user, and a project, want instead of the defaults. Flags and the environment win over them."""
