package dev.ringway;

import dev.ringway.internal.op.Handle;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;

/// Whether anybody can still reach an fd. One that was dropped without being closed is reported, and closed.
///
/// What reaches it: its user; every operation on it that somebody has, since it may be started; every operation in
/// flight. So nothing is in flight any more when it is found lost.
///
/// This is no [java.lang.ref.Cleaner] because operations need the reference too, to hold on to the fd.
final class Reach extends WeakReference<AsyncFd> {
    private static final ReferenceQueue<AsyncFd> LOST = new ReferenceQueue<>();

    static {
        Thread finder = Thread.ofPlatform()
                .daemon()
                .name("ringway-reach")
                .inheritInheritableThreadLocals(false)
                .unstarted(Reach::findForever);
        finder.setContextClassLoader(null);
        finder.start();
    }

    private final Handle handle;

    private Reach(AsyncFd fd, Handle handle) {
        super(fd, LOST);
        this.handle = handle;
    }

    static void watch(AsyncFd fd, Handle handle) {
        handle.reach(new Reach(fd, handle));
    }

    private static void findForever() {
        while (true) {
            try {
                ((Reach) LOST.remove()).handle.lost();
            } catch (Throwable nobodysBusiness) {
                // whatever befell this one, no memory above all, the next one is looked for
            }
        }
    }
}
