package dev.ringway.internal.op.net;

import dev.ringway.MoreSocketOptions;
import dev.ringway.SocketProtocol;
import dev.ringway.internal.ffi.Errno;
import dev.ringway.internal.ffi.Memory;
import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import dev.ringway.internal.op.Failures;
import java.net.SocketOption;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A socket option: where the kernel has it, and how its value lies in memory.
///
/// The JDK's options are known by their names, so that this needs none of the modules that have them.
final class KernelOption<T> {
    /// Room for the largest value, then for its length.
    static final int SCRATCH_BYTES = Linux.LINGER_BYTES() + Integer.BYTES;

    private static final int LONGEST_LINGER_SECONDS = 0xffff;

    private enum Form {
        FLAG, COUNT, NUMBER, LINGER, ERROR, TYPE, FAMILY, PROTOCOL
    }

    private record Place(int level, int number, Form form, boolean settable) {}

    private final SocketOption<T> option;
    private final Place place;

    private KernelOption(SocketOption<T> option, Place place) {
        this.option = option;
        this.place = place;
    }

    /// @param call who asks, for the message
    /// @throws UnsupportedOperationException if it is none that is known here
    static <T> KernelOption<T> of(SocketOption<T> option, String call) {
        Objects.requireNonNull(option, "option");
        Place place = option instanceof MoreSocketOptions.Numbered numbered
                ? new Place(numbered.level(), numbered.number(), Form.NUMBER, true)
                : find(option.name());
        if (place == null) {
            throw new UnsupportedOperationException(call + ": no option " + option.name() + "; use those of"
                    + " java.net.StandardSocketOptions, jdk.net.ExtendedSocketOptions and"
                    + " dev.ringway.MoreSocketOptions, or MoreSocketOptions.numbered");
        }
        return new KernelOption<>(option, place);
    }

    private static @Nullable Place find(String name) {
        int socket = Linux.SOL_SOCKET();
        int tcp = Linux.IPPROTO_TCP();
        return switch (name) {
            case "SO_KEEPALIVE" -> new Place(socket, Linux.SO_KEEPALIVE(), Form.FLAG, true);
            case "SO_REUSEADDR" -> new Place(socket, Linux.SO_REUSEADDR(), Form.FLAG, true);
            case "SO_REUSEPORT" -> new Place(socket, Linux.SO_REUSEPORT(), Form.FLAG, true);
            case "SO_BROADCAST" -> new Place(socket, Linux.SO_BROADCAST(), Form.FLAG, true);
            case "SO_RCVBUF" -> new Place(socket, Linux.SO_RCVBUF(), Form.COUNT, true);
            case "SO_SNDBUF" -> new Place(socket, Linux.SO_SNDBUF(), Form.COUNT, true);
            case "SO_RCVLOWAT" -> new Place(socket, Linux.SO_RCVLOWAT(), Form.COUNT, true);
            case "SO_SNDLOWAT" -> new Place(socket, Linux.SO_SNDLOWAT(), Form.COUNT, true);
            case "SO_LINGER" -> new Place(socket, Linux.SO_LINGER(), Form.LINGER, true);
            case "SO_INCOMING_CPU" -> new Place(socket, Linux.SO_INCOMING_CPU(), Form.NUMBER, true);
            case "SO_ERROR" -> new Place(socket, Linux.SO_ERROR(), Form.ERROR, false);
            case "SO_TYPE" -> new Place(socket, Linux.SO_TYPE(), Form.TYPE, false);
            case "SO_DOMAIN" -> new Place(socket, Linux.SO_DOMAIN(), Form.FAMILY, false);
            case "SO_PROTOCOL" -> new Place(socket, Linux.SO_PROTOCOL(), Form.PROTOCOL, false);
            case "SO_ACCEPTCONN" -> new Place(socket, Linux.SO_ACCEPTCONN(), Form.FLAG, false);
            case "TCP_NODELAY" -> new Place(tcp, Linux.TCP_NODELAY(), Form.FLAG, true);
            case "TCP_CORK" -> new Place(tcp, Linux.TCP_CORK(), Form.FLAG, true);
            case "TCP_QUICKACK" -> new Place(tcp, Linux.TCP_QUICKACK(), Form.FLAG, true);
            case "TCP_KEEPIDLE" -> new Place(tcp, Linux.TCP_KEEPIDLE(), Form.COUNT, true);
            case "TCP_KEEPINTERVAL" -> new Place(tcp, Linux.TCP_KEEPINTVL(), Form.COUNT, true);
            case "TCP_KEEPCOUNT" -> new Place(tcp, Linux.TCP_KEEPCNT(), Form.COUNT, true);
            default -> null;
        };
    }

    String name() {
        return option.name();
    }

    /// Throws what makes no sense as its value.
    ///
    /// @return the value
    T checked(T value, String call) {
        Objects.requireNonNull(value, "value");
        if (!place.settable) {
            throw new UnsupportedOperationException(call + ": " + name() + " cannot be set, only asked for");
        }
        boolean negative = place.form == Form.COUNT && (Integer) value < 0;
        if (negative || (place.form == Form.LINGER && (Integer) value > LONGEST_LINGER_SECONDS)) {
            throw new IllegalArgumentException(call + ": " + name() + " of " + value + "; it must be "
                    + (negative ? "0 or more" : "at most " + LONGEST_LINGER_SECONDS + " seconds, or negative for off"));
        }
        return value;
    }

    /// Sets it with a value that was checked.
    int set(Sys sys, int fd, long scratch, T value) {
        int number = value instanceof Boolean flag ? flag ? 1 : 0 : (Integer) value;
        if (place.form != Form.LINGER) {
            Memory.putInt(scratch, number);
            return sys.setsockopt(fd, place.level, place.number, scratch, Integer.BYTES);
        }
        Memory.putInt(scratch + Linux.LINGER_ONOFF(), number < 0 ? 0 : 1);
        Memory.putInt(scratch + Linux.LINGER_LINGER(), Math.max(0, number));
        return sys.setsockopt(fd, place.level, place.number, scratch, Linux.LINGER_BYTES());
    }

    /// Asks for its value, which stays in the scratch memory.
    int get(Sys sys, int fd, long scratch) {
        Memory.putLong(scratch, 0); // some are told in one byte
        long length = scratch + Linux.LINGER_BYTES();
        Memory.putInt(length, place.form == Form.LINGER ? Linux.LINGER_BYTES() : Integer.BYTES);
        return sys.getsockopt(fd, place.level, place.number, scratch, length);
    }

    /// The value that was asked for; null if the kernel's number has no name here.
    @SuppressWarnings("unchecked") // each form is that of the option's type
    @Nullable T value(long scratch, String subject) {
        int number = Memory.getInt(scratch);
        return (T) switch (place.form) {
            case FLAG -> number != 0;
            case COUNT, NUMBER -> number;
            case LINGER -> number == 0 ? -1 : Memory.getInt(scratch + Linux.LINGER_LINGER());
            case ERROR -> number == 0 ? Optional.empty() : Optional.of(Failures.outside("SO_ERROR", subject, number));
            case TYPE -> SocketNumbers.type(number);
            case FAMILY -> SocketNumbers.family(number);
            case PROTOCOL -> new SocketProtocol(number);
        };
    }

    /// What it fails with if its value has no name here.
    static int nameless() {
        return -Errno.EPROTONOSUPPORT;
    }
}
