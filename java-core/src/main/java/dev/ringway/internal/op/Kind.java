package dev.ringway.internal.op;

/// What an fd is, decided once at its birth.
public enum Kind {
    /// A file opened by path: its calls may block.
    FILE("file"),
    /// A connected, or connecting, stream socket.
    STREAM("socket"),
    /// A socket of messages, of which each is received as a whole or cut off, and may be empty.
    DATAGRAM("datagram socket"),
    /// A listening socket.
    LISTENER("listener"),
    /// What is only read, in order: the read end of a pipe, standard input.
    SOURCE("source"),
    /// What is only written, in order: the write end of a pipe, standard output.
    SINK("sink"),
    /// What tells of changes to files: events are read from it, and watches added to it, in turns.
    WATCHER("watcher"),
    /// Another ring, which is watched.
    RING("ring"),
    /// A process, to be waited for.
    PROCESS("process"),
    /// Signals that are read.
    SIGNALS("signals");

    private final String label;

    Kind(String label) {
        this.label = label;
    }

    /// Whether socket calls apply.
    public boolean isSocket() {
        return this == STREAM || this == DATAGRAM || this == LISTENER;
    }

    /// Whether bytes are read from it, in turns.
    boolean isRead() {
        return this == FILE || this == STREAM || this == DATAGRAM || this == SOURCE || this == SIGNALS
                || this == WATCHER;
    }

    /// Whether bytes are written to it, in turns.
    boolean isWritten() {
        return this == FILE || this == STREAM || this == DATAGRAM || this == SINK || this == WATCHER;
    }

    @Override
    public String toString() {
        return label;
    }
}
