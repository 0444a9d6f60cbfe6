package dev.ringway.storm;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// mkfifo(3), which the JDK has not.
final class Fifo {
    private static final MethodHandle MKFIFO = mkfifo();

    private Fifo() {}

    @SuppressWarnings("restricted") // takes a path and a number
    private static MethodHandle mkfifo() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow("mkfifo"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    static void make(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int res = (int) MKFIFO.invokeExact(arena.allocateFrom(path.toString()), 0600);
            if (res != 0) {
                throw new IOException("mkfifo " + path);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
