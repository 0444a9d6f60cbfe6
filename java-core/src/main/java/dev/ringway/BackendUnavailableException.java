package dev.ringway;

import java.io.IOException;
import java.io.Serial;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A backend that was asked for cannot be used here; the message names the cause and the remedy.
public final class BackendUnavailableException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    private final Backend backend;

    /// One for the backend, with everything that is known.
    ///
    /// @param backend the backend that was asked for
    /// @param message the failed call, its cause and the remedy
    /// @param cause   what the failed call threw, if it threw
    public BackendUnavailableException(Backend backend, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.backend = Objects.requireNonNull(backend, "backend");
    }

    /// The backend that was asked for.
    public Backend backend() {
        return backend;
    }
}
