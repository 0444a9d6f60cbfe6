package dev.ringway;

import java.io.Serial;
import javax.net.ssl.SSLException;

/// A TLS connection has ended without the peer's close_notify: what has come may be incomplete, because the peer has
/// failed or because somebody has cut the connection.
public final class TlsTruncatedException extends SSLException {
    @Serial
    private static final long serialVersionUID = 1;

    /// One that says so.
    ///
    /// @param message what was called, on what, and what follows
    public TlsTruncatedException(String message) {
        super(message);
    }
}
