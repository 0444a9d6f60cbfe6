package dev.ringway.internal.ffi;

/** The number of a device in one piece ({@code dev_t} of glibc) and in two; either way no bit is lost. */
public final class DeviceNumber {

    private DeviceNumber() {}

    /** In one piece. See makedev(3). */
    public static long of(int major, int minor) {
        long high = Integer.toUnsignedLong(major);
        long low = Integer.toUnsignedLong(minor);
        return ((high & 0xfffff000L) << 32) | ((high & 0xfffL) << 8) | ((low & 0xffffff00L) << 12) | (low & 0xffL);
    }

    static int major(long number) {
        return (int) (((number >>> 32) & 0xfffff000L) | ((number >>> 8) & 0xfffL));
    }

    static int minor(long number) {
        return (int) (((number >>> 12) & 0xffffff00L) | (number & 0xffL));
    }
}
