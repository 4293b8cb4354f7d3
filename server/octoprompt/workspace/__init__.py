"""The one gate to the user's files, git by subprocess, and the secrets scan."""
