package dev.ringway.internal.op.process;

import dev.ringway.internal.op.Driver;
import dev.ringway.internal.op.Failures;
import dev.ringway.internal.op.Handle;
import dev.ringway.internal.op.Kind;
import dev.ringway.internal.op.Notes;
import java.io.IOException;

/// signalfd(2), or what the loop's own queue tells of signals. Any thread.
public final class OpenSignals {
    private OpenSignals() {}

    /// The call's name, for messages.
    public static String call(Driver driver) {
        return driver.notes() == null ? "signalfd" : "kevent";
    }

    /// @param mask bit 0 for the first
    public static Handle open(Driver driver, long mask, String names) throws IOException {
        Notes notes = driver.notes();
        Handle handle;
        if (notes == null) {
            int fd = driver.sys().signalfd(mask, driver.socketFlags()); // by the same numbers
            handle = new Handle(driver, Failures.require("signalfd", names, fd), Kind.SIGNALS, names);
        } else {
            NotedSignals signals = new NotedSignals(notes);
            handle = signals.begin(driver, names);
            Failures.require("kevent", names, signals.add(mask));
        }
        Handle.announce(handle);
        return handle;
    }
}
