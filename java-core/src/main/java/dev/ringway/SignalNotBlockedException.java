package dev.ringway;

import java.io.IOException;
import java.io.Serial;
import java.util.Set;

/// Signals cannot be received, since threads of this process do not block them: they would act there, or end the
/// process, instead of being received.
public final class SignalNotBlockedException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Set<Signal> signals;

    SignalNotBlockedException(String message, Set<Signal> signals) {
        super(message);
        this.signals = signals;
    }

    /// Those of the signals that are not blocked; none after serialization.
    public Set<Signal> signals() {
        return signals == null ? Set.of() : signals;
    }
}
