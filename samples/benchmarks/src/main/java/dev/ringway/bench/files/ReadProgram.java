package dev.ringway.bench.files;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What the programs on the JVM that read have in common with `file-reads.c`: the commands on the standard input, the
/// clock, the random blocks.
abstract class ReadProgram {
    static final int DEPTH_MAX = 256;

    private static final int READS_PER_CLOCK_READ = 256;

    private long random = 88172645463325252L;
    private boolean checking;
    private long endNanos;
    private long reads;

    /// Reads for as long as [#goesOn] says, with so many reads in flight; returns when none is.
    abstract void read(int depth) throws IOException, InterruptedException;

    /// @param details what it runs on
    final void obey(String details) throws IOException, InterruptedException {
        System.out.println("ready " + details);
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = commands.readLine(); line != null; line = commands.readLine()) {
            List<String> words = List.of(line.split(" "));
            checking = words.get(0).equals("check");
            reads = 0;
            long started = System.nanoTime();
            endNanos = started + Long.parseLong(words.get(2)) * 1_000_000;
            read(Integer.parseInt(words.get(1)));
            System.out.println("reads=" + reads + " nanos=" + (System.nanoTime() - started));
        }
    }

    /// A block to be read next.
    final long nextBlock() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return Long.remainderUnsigned(random, TestFile.BLOCKS);
    }

    /// Whether the content of blocks is to be looked at.
    final boolean isChecking() {
        return checking;
    }

    /// Counts a read, and says whether there is time for another one.
    final boolean goesOn() {
        return ++reads % READS_PER_CLOCK_READ != 0 || System.nanoTime() - endNanos < 0;
    }

    /// Like [#goesOn], for many reads at once.
    final boolean goesOn(int more) {
        reads += more;
        return System.nanoTime() - endNanos < 0;
    }

    static Path file(String[] arguments) {
        return Path.of(arguments[0]);
    }

    static boolean isDirect(String[] arguments) {
        return arguments[1].equals("direct");
    }

    /// `ExtendedOpenOption.DIRECT` by name, since javac warns of everything in its package.
    static Set<OpenOption> options(String[] arguments) {
        Set<OpenOption> options = new HashSet<>(Set.of(StandardOpenOption.READ));
        if (isDirect(arguments)) {
            try {
                for (Object option : Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants()) {
                    if (option.toString().equals("DIRECT")) {
                        options.add((OpenOption) option);
                    }
                }
            } catch (ClassNotFoundException missing) {
                throw new IllegalStateException("this JVM has no module jdk.unsupported", missing);
            }
        }
        return options;
    }
}
