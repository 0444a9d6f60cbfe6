package dev.ringway.bench.files;

import dev.ringway.Ring;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Copies a file for each line on the standard input, and prints how long that took.
final class CopyProgram {
    private CopyProgram() {}

    /// Copies one file to a place where there is none.
    @FunctionalInterface
    private interface Copy {
        void copy(Path from, Path to) throws IOException;
    }

    /// Arguments: the file, the copy, and `ring`, `transferTo` or `Files.copy`.
    public static void main(String[] arguments) throws IOException {
        Path from = Path.of(arguments[0]);
        Path to = Path.of(arguments[1]);
        try (Ring ring = Ring.create()) {
            Copy copy = switch (arguments[2]) {
                case "ring" -> (source, target) -> RingCopy.copy(ring, source, target);
                case "transferTo" -> CopyProgram::transfer;
                default -> Files::copy;
            };
            System.out.println("ready " + (arguments[2].equals("ring") ? ring.backend() : ""));
            BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            while (commands.readLine() != null) {
                long started = System.nanoTime();
                copy.copy(from, to);
                System.out.println("nanos=" + (System.nanoTime() - started));
            }
        }
    }

    private static void transfer(Path source, Path target) throws IOException {
        try (FileChannel from = FileChannel.open(source);
                FileChannel to = FileChannel.open(target, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            for (long at = 0, size = from.size(); at < size; ) {
                at += from.transferTo(at, size - at, to);
            }
        }
    }
}
