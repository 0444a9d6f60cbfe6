package dev.ringway.internal.ffi;

/** The flags of openat(2) whose values differ between architectures; the others are in the generated {@code Linux}. */
public final class OpenFlags {

    /** Moves data past the page cache. */
    public static final int O_DIRECT = value(0x4000, 0x10000);

    /** Opens directories only. */
    public static final int O_DIRECTORY = value(0x10000, 0x4000);

    /** Refuses a symbolic link as the last component. */
    public static final int O_NOFOLLOW = value(0x20000, 0x8000);

    /** Makes a file without a name in the given directory. */
    public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

    private OpenFlags() {}

    private static int value(int x86, int aarch64) {
        return switch (Platform.architecture()) {
            case X86_64 -> x86;
            case AARCH64 -> aarch64;
            case OTHER -> throw new UnsupportedOperationException("no flags of openat(2) for " + Platform.describe());
        };
    }
}
