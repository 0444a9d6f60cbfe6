package dev.ringway.internal.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/// A number that one thread counts and any thread reads.
///
/// With one writer adding needs no atomic instruction; opaque, so that a reader elsewhere never sees half of a number,
/// or an old one for ever.
public final class Counter {
    private static final VarHandle VALUE;

    static {
        try {
            VALUE = MethodHandles.lookup().findVarHandle(Counter.class, "value", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
        new Counter().warmUp();
    }

    private long value;

    /// Links what is called here: a loop that ends because no memory is left may ask for a count for the first time.
    private void warmUp() {
        add(get());
        set(get());
    }

    /// The counting thread.
    public void add(long more) {
        VALUE.setOpaque(this, value + more);
    }

    /// The counting thread.
    void set(long next) {
        VALUE.setOpaque(this, next);
    }

    /// Any thread.
    public long get() {
        return (long) VALUE.getOpaque(this);
    }
}
