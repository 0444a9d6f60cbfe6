package dev.ringway.internal.ffi;

/**
 * {@code struct epoll_event}: 32 bits of events and 64 bits of the caller's data.
 *
 * <p>The kernel packs it on x86-64, where it takes 12 bytes, and pads it to 16 everywhere else; hence by hand.
 */
public final class EpollEvent {

    /** The size of one event, and the distance between two in an array. */
    public static final int BYTES = Platform.architecture() == Platform.Architecture.X86_64 ? 12 : 16;

    private static final int EVENTS = 0;
    private static final int DATA = BYTES - Long.BYTES;

    private EpollEvent() {}

    /** Returns the {@code EPOLL*} bits of the event at {@code address}. */
    public static int events(long address) {
        return Memory.getInt(address + EVENTS);
    }

    /** Returns the data that the event at {@code address} was registered with. */
    public static long data(long address) {
        return Memory.getLong(address + DATA);
    }

    /** Writes a whole event to {@code address}. */
    public static void put(long address, int events, long data) {
        Memory.putInt(address + EVENTS, events);
        Memory.putLong(address + DATA, data);
    }
}
