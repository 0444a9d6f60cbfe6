package dev.ringway.bench.layers;

/// Nops through one layer, a number of them in flight at any time.
public interface Layer extends AutoCloseable {
    /// How often a loop turns between two looks at the clock.
    int TURNS_PER_CLOCK_READ = 200;

    /// Runs nops for a time.
    ///
    /// @param batch how many are in flight
    /// @return how many have completed
    long run(int batch, long nanos) throws Exception;

    @Override
    void close();
}
