package dev.ringway.internal.op;

/// What a handle reads from that has no fd: what the ring's own queue has told of it. Confined to the polling thread.
public interface Source {
    /// Whether a read would give something.
    boolean isReady();

    /// Gives one item, as a read(2) would.
    ///
    /// @return its length, or -EAGAIN
    int read(long address, int length);

    /// Ends it, in the place of close(2). Also after the loop has ended, and then on any thread.
    void close();
}
