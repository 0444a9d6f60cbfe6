package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written by hand for each architecture, asked of a JVM that is told it runs there.
 *
 * <p>It is told so after the linker has started, which would otherwise take it at its word and crash.
 */
class ArchitectureTest {

    @TempDir
    Path directory;

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

    @TestFactory
    Stream<DynamicTest> everyNumberIsTheCompilers() throws IOException, InterruptedException {
        Optional<Path> compiler = Child.compiler();
        if (compiler.isEmpty()) {
            return Stream.of(DynamicTest.dynamicTest("not run: no C compiler", () -> {}));
        }
        boolean x86 = Platform.architecture() == Platform.Architecture.X86_64;
        return Stream.of(
                x86
                        ? numbers(compiler.get(), "amd64", "#include <asm/unistd_64.h>")
                        : DynamicTest.dynamicTest("amd64 not run: this machine has no headers of it", () -> {}),
                numbers(compiler.get(), "aarch64", "#define __BITS_PER_LONG 64\n#include <asm-generic/unistd.h>"),
                machine(compiler.get()));
    }

    private DynamicTest numbers(Path compiler, String architecture, String prologue)
            throws IOException, InterruptedException {
        Map<String, Long> calls = new LinkedHashMap<>();
        Map<String, String> expressions = new LinkedHashMap<>();
        constants(architecture).forEach((name, value) -> {
            if (name.startsWith("SystemCalls.")) {
                calls.put(name, value);
                String call = name.substring("SystemCalls.".length()).toLowerCase(Locale.ROOT);
                // The generic table shares these numbers with 32-bit systems and names them so
                String generic = call.equals("mmap") || call.equals("fcntl") ? "__NR3264_" + call : "__NR_" + call;
                expressions.put(name, architecture.equals("aarch64") ? generic : "__NR_" + call);
            }
        });
        CProgram.Answer answer = CProgram.ask(compiler, prologue, expressions, directory);
        return DynamicTest.dynamicTest(architecture + ": " + answer.values().size() + " numbers compared", () -> {
            assertThat(answer.unknown()).isEmpty();
            assertThat(answer.values()).isEqualTo(calls);
        });
    }

    private DynamicTest machine(Path compiler) throws IOException, InterruptedException {
        String prologue = "#define _GNU_SOURCE\n#include <fcntl.h>\n#include <stddef.h>\n#include <sys/epoll.h>";
        Map<String, String> expressions = new LinkedHashMap<>();
        for (String name : List.of("O_DIRECT", "O_DIRECTORY", "O_NOFOLLOW", "O_TMPFILE")) {
            expressions.put("OpenFlags." + name, name);
        }
        expressions.put("EpollEvent.BYTES", "sizeof(struct epoll_event)");
        expressions.put("EpollEvent.EVENTS", "offsetof(struct epoll_event, events)");
        expressions.put("EpollEvent.DATA", "offsetof(struct epoll_event, data)");
        CProgram.Answer answer = CProgram.ask(compiler, prologue, expressions, directory);
        Map<String, Long> here = constants(System.getProperty("os.arch"));
        return DynamicTest.dynamicTest("open flags and epoll_event of this machine", () -> {
            assertThat(answer.unknown()).isEmpty();
            assertThat(here).containsAllEntriesOf(answer.values());
        });
    }

    private static Map<String, Long> constants(String architecture) throws IOException, InterruptedException {
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
