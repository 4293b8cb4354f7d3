"""What both databases share: the engine with its pragmas, the one writer thread, read sessions."""
