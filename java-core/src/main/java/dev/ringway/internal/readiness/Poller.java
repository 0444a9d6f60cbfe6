package dev.ringway.internal.readiness;

import dev.ringway.internal.op.Notes;
import org.jspecify.annotations.Nullable;

/// Tells when fds become ready; what a readiness backend has to bring.
///
/// An fd is registered when it is first waited for, and edge-triggered: an event says that something has changed since
/// the last one, a registration that begins ready is an event too. Confined to the polling thread, but for [#wake()].
public interface Poller {
    /// Bit of [#bits(int)]: reading may succeed.
    int READABLE = 1;
    /// Bit of [#bits(int)]: writing may succeed.
    int WRITABLE = 2;
    /// Bit of [#bits(int)]: the peer has ended or sent urgent data, or an error is pending. From now on reading is
    /// always worth a call.
    int HANG_UP = 4;

    /// An fd that is itself readable when there are events, or -errno where none is.
    int fd();

    /// Whether the kernel learns of some registrations only with the next wait.
    boolean hasUnsubmitted();

    /// Begins to watch an fd for one direction, or for both if that is all the same.
    ///
    /// @param token comes back with its events; not negative
    /// @param bit   [#READABLE] or [#WRITABLE]
    /// @return which of the two are watched from now on, or -errno
    int register(int fd, long token, int bit);

    /// Stops watching an fd that may stay open, here or elsewhere.
    ///
    /// @return 0 or -errno
    int deregister(int fd);

    /// The last fd of a file that is watched is about to be closed: what does not end by itself then is ended now.
    void closing(int fd);

    /// What its queue tells beside readiness; null if it has none that does.
    default @Nullable Notes notes() {
        return null;
    }

    /// Waits for events, for so many nanoseconds (0: not at all, negative: without limit), or for [#wake()].
    ///
    /// @return how many events there are, or -errno
    int await(long nanos);

    /// Whether this is no event of an fd, and who listens has been told.
    default boolean noted(int event) {
        return false;
    }

    /// Whose event it is.
    long token(int event);

    /// What has happened: bits of [#READABLE], [#WRITABLE], [#HANG_UP].
    int bits(int event);

    /// Whether this is no event, but says that a registration was refused after all, in the direction of its bits.
    ///
    /// @return 0 or -errno
    int refused(int event);

    /// The error of the fd, where this event has taken it: the fd itself does not tell it again.
    ///
    /// @return 0 or -errno
    int taken(int event);

    /// Whether urgent data is an event too. A read stops at its mark, so that otherwise one that got less than it asked
    /// for does not prove that there is no more.
    boolean tellsUrgentData();

    /// Ends a wait, or the next one. From any thread; never after [#close].
    void wake();

    /// Releases everything, after so many calls of [#wake()], the first one ever included, have returned.
    void close(long wakesOwed);
}
