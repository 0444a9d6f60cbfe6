package dev.ringway.samples;

import java.io.IOException;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// How far a copy has come, as a bar on standard error, if that is a terminal. May be used from any thread.
final class Progress implements AutoCloseable {
    private static final int COLUMNS = 79;
    private static final int MILLIS = 100;

    private final ProgressBar bar;

    /// @param bytes how many it will be
    Progress(String name, long bytes) throws IOException {
        this.bar = isTerminal()
                ? new ProgressBarBuilder()
                        .setTaskName(name)
                        .setInitialMax(bytes)
                        .setUnit(" MiB", 1 << 20)
                        .showSpeed()
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(MILLIS)
                        .setConsumer(new ConsoleProgressBarConsumer(System.err, COLUMNS))
                        .build()
                : null;
    }

    /// The JDK only tells of input and output; see test(1).
    private static boolean isTerminal() throws IOException {
        Process test = new ProcessBuilder("test", "-t", "2").redirectError(ProcessBuilder.Redirect.INHERIT).start();
        return test.onExit().join().exitValue() == 0;
    }

    void add(long bytes) {
        if (bar != null) {
            bar.stepBy(bytes);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
