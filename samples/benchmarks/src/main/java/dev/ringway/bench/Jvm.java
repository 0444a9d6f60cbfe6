package dev.ringway.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs in a JVM of their own, with the class path of this one.
public final class Jvm {
    /// Of every JVM that is measured, unless its experiment says otherwise.
    public static final List<String> OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    private Jvm() {}

    /// The command that runs a program; its arguments come behind it.
    public static List<String> command(List<String> options, String mainClass) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), mainClass));
        return command;
    }
}
