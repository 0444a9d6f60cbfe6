package dev.ringway.conformance;

import dev.ringway.testing.Census;
import dev.ringway.testing.TestBed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The fds of this process.
final class Fds {
    private static final int O_CLOEXEC = 02000000;

    private Fds() {}

    /// What an entry of `/proc/self/fd` stands for; empty if it is closed by now.
    static String target(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// Fds that a test has brought to life and that a child process would inherit.
    static Map<Integer, String> thatAreInherited(TestBed bed) throws IOException {
        Map<Integer, String> found = new TreeMap<>();
        for (Map.Entry<Integer, String> fd : Census.take(bed.directory()).fdsSince(bed.before()).entrySet()) {
            String info = Files.readString(Path.of("/proc/self/fdinfo/" + fd.getKey()));
            String flags = info.lines().filter(line -> line.startsWith("flags:")).findFirst().orElseThrow();
            if ((Integer.parseInt(flags.substring("flags:".length()).strip(), 8) & O_CLOEXEC) == 0) {
                found.put(fd.getKey(), fd.getValue());
            }
        }
        return found;
    }
}
