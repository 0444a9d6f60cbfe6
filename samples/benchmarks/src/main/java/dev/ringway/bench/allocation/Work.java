package dev.ringway.bench.allocation;

import java.io.IOException;

/// Operations of each kind, one after the other, on the thread that turns the ring.
public interface Work extends AutoCloseable {
    String details();

    /// Does one kind for a time.
    ///
    /// @return how many operations have completed; what is echoed counts once
    long run(Kind kind, long nanos) throws IOException;

    @Override
    void close();
}
