package dev.ringway.bench;

import java.util.Arrays;

/// Runs one benchmark by name: the first argument; the others are the benchmark's own.
public final class Benchmarks {
    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        String name = arguments.length == 0 ? "" : arguments[0];
        String[] rest = arguments.length == 0 ? arguments : Arrays.copyOfRange(arguments, 1, arguments.length);
        switch (name) {
            case "echo" -> EchoComparison.main(rest);
            case "jmh" -> org.openjdk.jmh.Main.main(rest);
            default -> {
                System.err.println("No benchmark named '" + name + "'; there are: echo, jmh");
                System.exit(2);
            }
        }
    }
}
