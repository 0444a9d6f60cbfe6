package dev.ringway.internal.loop;

import java.util.concurrent.atomic.AtomicInteger;

/// Whether the polling thread sleeps, and who has to wake it.
///
/// 1. The owner says [#sleeping()], then looks into the inbox once more: with something in it, it does not wait.
/// 2. Who posts adds to the inbox first and then asks [#mustWake()]. Both steps are full fences, so that one of the two
///    sees the other. It is true for one poster a sleep; that one has to write to the wake fd.
/// 3. The owner, woken by whatever, says [#awake()]. If a poster was told to write, that write is owed: it comes,
///    sooner or later.
/// 4. At the end the owner says [#close()]: nobody is told to write any more. The wake fd may be closed when every
///    write that was owed has been read; until then its number must not be given to somebody else.
///
/// A loop that is watched by another one of its thread dozes while that one sleeps: who posts calls the other, and no
/// write is owed. It dozes only from awake.
public final class WakeFlag {
    private static final int AWAKE = 0;
    private static final int SLEEPING = 1;
    private static final int SIGNALLED = 2;
    private static final int CLOSED = 3;
    private static final int DOZING = 4;

    private final AtomicInteger state = new AtomicInteger(AWAKE);
    private final Counter signalled = new Counter();
    private long owed;

    /// Owner: about to wait.
    public void sleeping() {
        state.set(SLEEPING);
    }

    /// Owner: about to let another loop wait in its place, which a poster has to call then.
    void dozing() {
        state.set(DOZING);
    }

    /// Any thread, after it has posted: whether the caller has to call the other loop.
    boolean mustCall() {
        return state.get() == DOZING && state.compareAndSet(DOZING, AWAKE);
    }

    /// Owner: no longer waiting.
    public void awake() {
        if (state.getAndSet(AWAKE) == SIGNALLED) {
            signalled();
        }
    }

    /// Any thread, after it has posted: whether the caller has to write to the wake fd.
    public boolean mustWake() {
        return state.get() == SLEEPING && state.compareAndSet(SLEEPING, SIGNALLED);
    }

    /// Owner: no wake-up from now on.
    public void close() {
        if (state.getAndSet(CLOSED) == SIGNALLED) {
            signalled();
        }
    }

    private void signalled() {
        owed++;
        signalled.add(1);
    }

    /// Any thread: how often somebody was told to write.
    long wakeUps() {
        return signalled.get();
    }

    /// Owner: writes were read from the wake fd.
    public void paid(long writes) {
        owed -= writes;
    }

    /// Owner: writes that are on their way.
    public long owed() {
        return owed;
    }
}
