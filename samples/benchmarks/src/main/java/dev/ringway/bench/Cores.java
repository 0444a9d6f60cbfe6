package dev.ringway.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Pins programs to cores.
public final class Cores {
    private Cores() {}

    /// The command that runs a command, all its threads on one core.
    public static List<String> pin(int core, List<String> command) {
        return pin(Integer.toString(core), command);
    }

    /// The command that runs a command, all its threads on these two cores.
    public static List<String> pin(int core, int other, List<String> command) {
        return pin(core + "," + other, command);
    }

    private static List<String> pin(String cores, List<String> command) {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", cores));
        pinned.addAll(command);
        return pinned;
    }

    /// @throws CannotRunException if nothing can be pinned to that core
    public static void require(int core) throws CannotRunException, InterruptedException {
        try {
            Tool taskset = Tool.run(Duration.ofSeconds(10), pin(core, List.of("true")));
            if (!taskset.succeeded()) {
                throw new CannotRunException("What is measured and its load need a core each, and core " + core
                        + " cannot be used: choose others with --server-core and --load-core. "
                        + taskset.errors().strip());
            }
        } catch (IOException notFound) {
            throw new CannotRunException("taskset, a part of util-linux, is needed to pin servers and load to cores ("
                    + notFound.getMessage() + ")");
        }
    }
}
