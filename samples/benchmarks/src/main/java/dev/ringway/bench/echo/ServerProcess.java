package dev.ringway.bench.echo;

import dev.ringway.Ring;
import java.io.Closeable;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
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

    private ServerProcess() {}

    /// Tells that it listens, where, and on which backend.
    static void printReady(Ring ring, SocketAddress address) {
        printReady(address, ring.backend().toString());
    }

    /// Tells that it listens, where, and what it is.
    static void printReady(SocketAddress address, String details) {
        System.out.println("ready " + ((InetSocketAddress) address).getPort() + " " + details);
    }

    /// Closes what keeps the server running when the standard input ends.
    static void closeWhenInputEnds(AutoCloseable running) {
        Thread.ofPlatform().daemon().name("input").start(() -> {
            try (running) {
                System.in.transferTo(OutputStream.nullOutputStream());
            } catch (Exception failure) {
                System.err.println("at the end of standard input: " + failure);
            }
        });
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
