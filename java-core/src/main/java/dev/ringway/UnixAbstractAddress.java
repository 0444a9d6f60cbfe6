package dev.ringway;

import java.io.Serial;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/// The address of a unix socket that has a name and no file: Linux's abstract names. A name is all of its bytes, zeros
/// too, and goes when its socket is closed. See `man 7 unix`.
public final class UnixAbstractAddress extends SocketAddress {
    /// The longest name in bytes.
    public static final int MAX_BYTES = 107;

    @Serial
    private static final long serialVersionUID = 1;

    private final byte[] name;

    private UnixAbstractAddress(byte[] name) {
        if (name.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "an abstract name of " + name.length + " bytes; it can have " + MAX_BYTES + " at most");
        }
        this.name = name;
    }

    /// The address with a name.
    ///
    /// @param name at most [#MAX_BYTES] bytes; copied
    /// @throws IllegalArgumentException if it is longer
    public static UnixAbstractAddress of(byte[] name) {
        return new UnixAbstractAddress(name.clone());
    }

    /// The address with a name in UTF-8.
    ///
    /// @param name at most [#MAX_BYTES] bytes
    /// @throws IllegalArgumentException if it is longer
    public static UnixAbstractAddress of(String name) {
        return new UnixAbstractAddress(name.getBytes(StandardCharsets.UTF_8));
    }

    /// A copy of the name, without the zero that the kernel puts before it.
    public byte[] name() {
        return name.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof UnixAbstractAddress address && Arrays.equals(name, address.name);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(name);
    }

    @Override
    public String toString() {
        for (byte each : name) {
            if (each < ' ' || each > '~') {
                return "unix:@0x" + HexFormat.of().formatHex(name);
            }
        }
        return "unix:@" + new String(name, StandardCharsets.US_ASCII);
    }
}
