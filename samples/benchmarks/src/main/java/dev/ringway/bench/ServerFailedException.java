package dev.ringway.bench;

/// A server did not start, answered with other bytes than it was sent, or ended a connection that was in use.
public final class ServerFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public ServerFailedException(String message) {
        super(message);
    }
}
