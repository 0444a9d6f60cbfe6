package dev.ringway.bench.startup;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/// Makes jars of classes, as the build would.
final class Jars {
    private Jars() {}

    /// A jar of everything that is where a class comes from and whose name begins so; that jar itself, if it is one.
    static Path of(Class<?> type, Path jar, String prefix) throws IOException {
        Path root = root(type);
        if (Files.isRegularFile(root)) {
            return root;
        }
        try (Stream<Path> walk = Files.walk(root.resolve(prefix));
                OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file)) {
            List<Path> classes = walk.filter(Files::isRegularFile).sorted().toList();
            for (Path each : classes) {
                entries.putNextEntry(new JarEntry(root.relativize(each).toString()));
                Files.copy(each, entries);
                entries.closeEntry();
            }
        }
        return jar;
    }

    private static Path root(Class<?> type) {
        try {
            URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
            return Path.of(location);
        } catch (URISyntaxException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}
