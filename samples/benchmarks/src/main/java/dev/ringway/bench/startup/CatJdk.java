package dev.ringway.bench.startup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// `CatJdk <file>`: prints a file by means of the JDK.
public final class CatJdk {
    private CatJdk() {}

    public static void main(String[] args) throws IOException {
        Files.copy(Path.of(args[0]), System.out);
        System.out.flush();
    }
}
