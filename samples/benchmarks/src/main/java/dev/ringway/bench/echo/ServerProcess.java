package dev.ringway.bench.echo;

import dev.ringway.Ring;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a server on the JVM owes to the [Server] that started it.
final class ServerProcess {
    /// As many as the reference in C has, each of as many bytes.
    static final int POOL_BUFFERS = 2048;
    static final int BUFFER_BYTES = 4096;

    /// Connections that may wait to be accepted, as in C.
    static final int BACKLOG = 1024;

    private static final int COLLECTIONS = 3;

    private ServerProcess() {}

    /// Tells that it listens, where, and on which backend.
    static void printReady(Ring ring, SocketAddress address) {
        printReady(address, ring.backend().toString());
    }

    /// Tells that it listens, where, and what it is.
    static void printReady(SocketAddress address, String details) {
        System.out.println("ready " + ((InetSocketAddress) address).getPort() + " " + details);
    }

    /// Closes what keeps the server running when the standard input ends. For each line until then it prints how many
    /// bytes of its heap are alive.
    static void closeWhenInputEnds(AutoCloseable running) {
        Thread.ofPlatform().daemon().name("input").start(() -> {
            try (running) {
                BufferedReader input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
                while (input.readLine() != null) {
                    System.out.println(heapBytes());
                }
            } catch (Exception failure) {
                System.err.println("at the end of standard input: " + failure);
            }
        });
    }

    private static long heapBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < COLLECTIONS; i++) { // what waits for a cleaner goes with the next one
            System.gc();
            least = Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    static void close(Closeable connection) {
        try {
            connection.close();
        } catch (IOException failure) {
            System.err.println(connection + ": " + failure);
        }
    }

    /// The version of a library, as the name of its file on the class path has it.
    static String version(String artifact) {
        Pattern file = Pattern.compile(Pattern.quote(artifact) + "-(\\d.*)\\.jar");
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> file.matcher(new File(entry).getName()))
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElse("of unknown version");
    }
}
