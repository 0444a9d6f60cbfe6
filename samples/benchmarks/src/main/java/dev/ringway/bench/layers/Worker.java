package dev.ringway.bench.layers;

import com.sun.management.ThreadMXBean;
import dev.ringway.BackendUnavailableException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// A process that measures one layer: for every line `BATCH MILLISECONDS` that it reads it prints `ns_per_op=N
/// bytes_per_op=N`, and it ends when its standard input does.
final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws Exception {
        BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Layer layer = layer(arguments[0])) {
            for (String line = input.readLine(); line != null; line = input.readLine()) {
                String[] words = line.split(" ");
                long allocated = threads.getTotalThreadAllocatedBytes();
                long began = System.nanoTime();
                long operations = layer.run(
                        Integer.parseInt(words[0]), TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1])));
                double nanos = System.nanoTime() - began;
                double bytes = threads.getTotalThreadAllocatedBytes() - allocated;
                System.out.println("ns_per_op=" + nanos / operations + " bytes_per_op=" + bytes / operations);
            }
        }
    }

    private static Layer layer(String name) throws BackendUnavailableException, IOException {
        return switch (name) {
            case Subject.RAW -> new RawNops();
            case Subject.CALLBACK -> new CallbackNops();
            case Subject.FUTURE -> new FutureNops();
            case Subject.JOIN -> new JoinNops();
            case Subject.SUSPEND -> new SuspendNops(true, false);
            case Subject.UNCANCELLABLE -> new SuspendNops(false, false);
            case Subject.FLOW -> new SuspendNops(true, true);
            default -> throw new IllegalArgumentException("no layer named '" + name + "'");
        };
    }
}
