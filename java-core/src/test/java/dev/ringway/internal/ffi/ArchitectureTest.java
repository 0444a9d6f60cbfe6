package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What is written by hand for each architecture, asked of a JVM that is told it runs there.
 *
 * <p>It is told so after the linker has started, which would otherwise take it at its word and crash. {@link
 * NativeConstantsTest} holds all of them against C compilers.
 */
class ArchitectureTest {

    /** Prints every constant that depends on the architecture. */
    static final class Printer {

        private Printer() {}

        public static void main(String[] arguments) throws IllegalAccessException {
            Linker.nativeLinker();
            System.setProperty("os.arch", arguments[0]);
            try {
                new LinuxSys();
            } catch (UnsupportedOperationException e) {
                System.out.println("refused " + e.getMessage());
                return;
            }
            for (Class<?> type : List.of(SystemCalls.class, OpenFlags.class, EpollEvent.class)) {
                for (Field field : type.getDeclaredFields()) {
                    field.setAccessible(true);
                    System.out.println(type.getSimpleName() + "." + field.getName() + " " + field.getInt(null));
                }
            }
            for (RecordComponent field : Stat.class.getRecordComponents()) {
                System.out.println(
                        "Stat." + field.getName() + " " + value(field, new GnuDialect(false).stat()));
            }
        }
    }

    private static int value(RecordComponent field, Stat stat) throws IllegalAccessException {
        try {
            return (int) field.getAccessor().invoke(stat);
        } catch (InvocationTargetException impossible) {
            throw new AssertionError(impossible);
        }
    }

    @Test
    void x86() throws IOException, InterruptedException {
        assertThat(constants("amd64"))
                .containsAllEntriesOf(Map.of(
                        "SystemCalls.READ", 0L,
                        "SystemCalls.RECVFROM", 45L,
                        "SystemCalls.EPOLL_PWAIT", 281L,
                        "SystemCalls.IO_URING_ENTER", 426L,
                        "OpenFlags.O_DIRECTORY", 0x10000L,
                        "EpollEvent.BYTES", 12L,
                        "EpollEvent.DATA", 4L));
    }

    @Test
    void aarch64() throws IOException, InterruptedException {
        assertThat(constants("aarch64"))
                .containsAllEntriesOf(Map.of(
                        "SystemCalls.READ", 63L,
                        "SystemCalls.RECVFROM", 207L,
                        "SystemCalls.EPOLL_PWAIT", 22L,
                        "SystemCalls.IO_URING_ENTER", 426L,
                        "OpenFlags.O_DIRECTORY", 0x4000L,
                        "EpollEvent.BYTES", 16L,
                        "EpollEvent.DATA", 8L));
    }

    @Test
    void anUnknownOneIsNamed() throws IOException, InterruptedException {
        assertThat(Child.jvm(Printer.class, Map.of(), "riscv64").out())
                .startsWith("refused ")
                .contains("x86-64 and AArch64")
                .contains("riscv64");
    }

    /** Every number that depends on the architecture, by the name of its class and its own. */
    static Map<String, Long> constants(String architecture) throws IOException, InterruptedException {
        Child.Result result = Child.jvm(Printer.class, Map.of(), architecture);
        assertThat(result.status()).as(result.out()).isZero();
        Map<String, Long> constants = new LinkedHashMap<>();
        result.out().lines().forEach(line -> {
            String[] parts = line.split(" ", -1);
            constants.put(parts[0], Long.parseLong(parts[1]));
        });
        return constants;
    }
}
