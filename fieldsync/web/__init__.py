"""The HTTP edge: authenticate, check the shape, call one function of a room below, serialise."""
