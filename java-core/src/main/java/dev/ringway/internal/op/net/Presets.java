package dev.ringway.internal.op.net;

import dev.ringway.internal.ffi.Sys;
import dev.ringway.internal.ffi.generated.Linux;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Options that a new socket gets before anything else happens to it.
///
/// TCP_NODELAY is on unless it is set to something else: what is sent goes out, and does not wait for the peer's
/// delayed acknowledgement. Connections get it from their listener.
final class Presets {
    static final int SCRATCH_BYTES = KernelOption.SCRATCH_BYTES;

    private record Preset<T>(KernelOption<T> option, T value) {
        int apply(Sys sys, int fd, long scratch) {
            return option.set(sys, fd, scratch, value);
        }
    }

    private static final Preset<Boolean> NO_DELAY = preset(StandardSocketOptions.TCP_NODELAY, true, "setsockopt");

    private @Nullable List<Preset<?>> presets;

    private static <T> Preset<T> preset(SocketOption<T> option, T value, String call) {
        KernelOption<T> known = KernelOption.of(option, call);
        return new Preset<>(known, known.checked(value, call));
    }

    /// One more; of several with one name the last counts.
    <T> void add(SocketOption<T> option, T value, String call) {
        Preset<T> added = preset(option, value, call);
        List<Preset<?>> list = presets;
        if (list == null) {
            list = new ArrayList<>(2);
            presets = list;
        }
        list.removeIf(present -> present.option.name().equals(added.option.name()));
        list.add(added);
    }

    private boolean has(String name) {
        return presets != null && presets.stream().anyMatch(preset -> preset.option.name().equals(name));
    }

    /// Sets all of them on a stream socket.
    ///
    /// @return 0 or -errno
    int applyToStream(Sys sys, int fd, int family, long scratch) {
        boolean tcp = family == Linux.AF_INET() || family == Linux.AF_INET6();
        if (tcp && !has("TCP_NODELAY")) {
            NO_DELAY.apply(sys, fd, scratch); // that it is refused is no reason not to connect
        }
        return apply(sys, fd, scratch);
    }

    /// Sets all of them.
    ///
    /// @return 0 or -errno
    int apply(Sys sys, int fd, long scratch) {
        int res = 0;
        for (int i = 0; presets != null && res >= 0 && i < presets.size(); i++) {
            res = presets.get(i).apply(sys, fd, scratch);
        }
        return res;
    }
}
