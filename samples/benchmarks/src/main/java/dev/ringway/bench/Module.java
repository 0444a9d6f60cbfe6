package dev.ringway.bench;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Where this module is, wherever it is run from: its classes are in `target/classes`.
final class Module {
    private Module() {}

    static Path directory() {
        try {
            Path classes = Path.of(Module.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            Path module = classes.resolve("../..").normalize();
            if (!Files.isDirectory(module.resolve("src/main/c"))) {
                throw new IllegalStateException("the module's sources are not where " + classes + " was built");
            }
            return module;
        } catch (URISyntaxException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    static Path cSources() {
        return directory().resolve("src/main/c");
    }

    static Path target() {
        return directory().resolve("target/benchmarks");
    }

    /// Of the project.
    static Path docs() {
        return directory().resolve("../../docs").normalize();
    }
}
