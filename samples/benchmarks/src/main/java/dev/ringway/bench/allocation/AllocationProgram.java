package dev.ringway.bench.allocation;

import com.sun.management.ThreadMXBean;
import dev.ringway.bench.Commands;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Obeys `KIND MILLISECONDS`, and tells what all threads of the process have allocated meanwhile. Takes `callback` or
/// `suspend`.
final class AllocationProgram {
    static final String CALLBACK = "callback";
    static final String SUSPEND = "suspend";

    private AllocationProgram() {}

    public static void main(String[] arguments) throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Work work = arguments[0].equals(SUSPEND) ? new SuspendWork() : new CallbackWork()) {
            Commands.obey(work.details(), command -> {
                String[] words = command.split(" ");
                Kind kind = Kind.valueOf(words[0]);
                long nanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[1]));
                long before = threads.getTotalThreadAllocatedBytes();
                long operations = work.run(kind, nanos);
                double bytes = threads.getTotalThreadAllocatedBytes() - before;
                return String.format(Locale.ROOT, "bytes=%.3f operations=%d", bytes / operations, operations);
            });
        }
    }
}
