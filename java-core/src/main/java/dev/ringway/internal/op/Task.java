package dev.ringway.internal.op;

import org.jspecify.annotations.Nullable;

/// Something to be run on the polling thread; also the link of the inbox that carries it there.
public abstract class Task implements Runnable {
    /// The inbox's link; nobody else touches it.
    public @Nullable Task nextPosted;

    /// Runs on the polling thread.
    @Override
    public abstract void run();
}
