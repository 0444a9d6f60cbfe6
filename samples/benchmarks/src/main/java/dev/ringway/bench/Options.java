package dev.ringway.bench;

import java.util.Map;
import java.util.TreeMap;

/// What can be chosen for a comparison, each as an argument `name=value`.
///
/// @param rounds paired rounds, 1 to 10,000; the interval of fewer than 20 says little
/// @param seconds measured in each run of the load, 1 to 3,600
/// @param warmupRuns runs of the load that each JVM server gets before the first round, 0 to 1,000
/// @param connections 1 to 4,096, each with one message outstanding
/// @param size of a message in bytes, 1 to 4,096
/// @param serverCore the CPU that all threads of all servers are pinned to
/// @param loadCore the CPU of the load
/// @param seed of the order within each round and of the bootstrap
record Options(
        int rounds, int seconds, int warmupRuns, int connections, int size, int serverCore, int loadCore, long seed) {

    Options {
        if (serverCore == loadCore) {
            throw new IllegalArgumentException("serverCore and loadCore are both " + loadCore);
        }
    }

    /// @throws IllegalArgumentException naming the argument that is unknown, malformed or out of its range
    static Options parse(String[] arguments, long defaultSeed) {
        Map<String, String> given = new TreeMap<>();
        for (String argument : arguments) {
            String[] pair = argument.split("=", 2);
            if (pair.length != 2) {
                throw new IllegalArgumentException("'" + argument + "' is not name=value");
            }
            given.put(pair[0], pair[1]);
        }
        Options options = new Options(
                (int) take(given, "rounds", 20, 1, 10_000),
                (int) take(given, "seconds", 2, 1, 3_600),
                (int) take(given, "warmupRuns", 8, 0, 1_000),
                (int) take(given, "connections", 64, 1, 4_096),
                (int) take(given, "size", 64, 1, 4_096),
                (int) take(given, "serverCore", 0, 0, 65_535),
                (int) take(given, "loadCore", 1, 0, 65_535),
                take(given, "seed", defaultSeed, Long.MIN_VALUE, Long.MAX_VALUE));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + String.join(", ", given.keySet()) + "; known are rounds,"
                    + " seconds, warmupRuns, connections, size, serverCore, loadCore, seed");
        }
        return options;
    }

    private static long take(Map<String, String> given, String name, long otherwise, long least, long most) {
        String text = given.remove(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= least && value <= most) {
                return value;
            }
        } catch (NumberFormatException notANumber) {
            // Falls through to the same message as a number out of range.
        }
        throw new IllegalArgumentException(
                name + " must be a number from " + least + " to " + most + ", not '" + text + "'");
    }
}
