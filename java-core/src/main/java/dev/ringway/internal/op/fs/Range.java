package dev.ringway.internal.op.fs;

/// A range of a file that an operation works on.
final class Range {
    private Range() {}

    /// @param shortest the least length that makes sense
    /// @throws IllegalArgumentException if it does not lie in a file
    static void check(String call, Object file, long offset, long length, int shortest) {
        if (offset < 0 || length < shortest || length > Long.MAX_VALUE - offset) {
            throw new IllegalArgumentException(call + " on " + file + ": the range of " + length + " bytes from offset "
                    + offset + " does not lie in a file; offset from 0, length from " + shortest);
        }
    }
}
