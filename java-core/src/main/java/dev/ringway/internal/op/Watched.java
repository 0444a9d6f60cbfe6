package dev.ringway.internal.op;

/// A loop as the one sees it that watches it for the thread of both. Owner of both, all of it.
public interface Watched {
    /// Its name, for messages.
    String ringName();

    /// Another loop watches it from now on: the caller becomes its owner, if it has none.
    ///
    /// @param watcher is woken by who posts while this loop is asleep
    /// @return an fd that is readable when the kernel has something for it, and stays the loop's; or -errno: EBUSY if
    ///         it belongs to another thread or is watched, ELOOP if it watches another one or its watcher is watched
    int beginWatch(Driver watcher);

    /// It is watched no longer.
    void endWatch();

    /// Whether its next turn has something to do without waiting for it. If not, it counts as asleep until that turn.
    boolean hasWork();

    /// Nanoseconds to its next deadline; -1 if there is none.
    long untilDeadline();

    /// Whether it can never have work again.
    boolean hasEnded();
}
