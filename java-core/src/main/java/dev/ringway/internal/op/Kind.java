package dev.ringway.internal.op;

/// What an fd is, decided once at its birth.
public enum Kind {
    /// A file opened by path: its calls may block.
    FILE("file"),
    /// A connected, or connecting, stream socket.
    STREAM("socket"),
    /// A listening socket.
    LISTENER("listener");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /// Whether socket calls apply.
    public boolean isSocket() {
        return this != FILE;
    }

    @Override
    public String toString() {
        return label;
    }
}
