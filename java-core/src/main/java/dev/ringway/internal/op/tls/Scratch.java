package dev.ringway.internal.op.tls;

import java.util.ArrayDeque;

/// Arrays for a record, which connections use in turn: one that rests has none. On the heap, where the ciphers of the
/// JDK are fastest.
final class Scratch {
    /// For every record without an extension that nobody uses.
    private static final int BYTES = 17_408;
    private static final int KEPT = 8;

    /// Those of one polling thread.
    private static final ThreadLocal<ArrayDeque<byte[]>> FREE = ThreadLocal.withInitial(ArrayDeque::new);

    private Scratch() {}

    /// An array that is the caller's until [#give].
    static byte[] take(int atLeast) {
        byte[] free = atLeast <= BYTES ? FREE.get().poll() : null;
        return free != null ? free : new byte[Math.max(BYTES, atLeast)];
    }

    static void give(byte[] array) {
        ArrayDeque<byte[]> free = FREE.get();
        if (array.length == BYTES && free.size() < KEPT) {
            free.push(array);
        }
    }
}
