package dev.ringway.internal.readiness;

/// Tells when fds become ready; what a readiness backend has to bring.
///
/// An fd is registered once, for both directions, and edge-triggered: an event says that something has changed since
/// the last one, a registration that begins ready is an event too. Confined to the polling thread, but for [#wake()].
public interface Poller {
    /// Bit of [#bits(int)]: reading may succeed.
    int READABLE = 1;
    /// Bit of [#bits(int)]: writing may succeed.
    int WRITABLE = 2;
    /// Bit of [#bits(int)]: the peer has ended or sent urgent data, or an error is pending. From now on reading is
    /// always worth a call.
    int HANG_UP = 4;

    /// An fd that is itself readable when there are events.
    int fd();

    /// Begins to watch an fd.
    ///
    /// @param token comes back with its events; not negative
    /// @return 0 or -errno
    int register(int fd, long token);

    /// Stops watching an fd that may stay open elsewhere.
    ///
    /// @return 0 or -errno
    int deregister(int fd);

    /// Waits for events, for so many nanoseconds (0: not at all, negative: without limit), or for [#wake()].
    ///
    /// @return how many events there are, or -errno
    int await(long nanos);

    /// Whose event it is.
    long token(int event);

    /// What has happened: bits of [#READABLE], [#WRITABLE], [#HANG_UP].
    int bits(int event);

    /// Ends a wait, or the next one. From any thread; never after [#close].
    void wake();

    /// Releases everything, after so many calls of [#wake()] that may still be under way have been seen.
    void close(long wakesOwed);
}
