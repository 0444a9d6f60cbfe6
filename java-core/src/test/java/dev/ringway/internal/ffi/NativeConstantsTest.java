package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.opentest4j.TestAbortedException;

/**
 * Every number of the kernel's interface, held against a C compiler of each architecture by a static assertion: a
 * program that compiles is the proof, so that nothing has to run there.
 *
 * <p>The compiler's headers may be older than the io_uring that Ringway knows. What they do not have is counted and
 * named in the output; it may only be of io_uring. Without a compiler, or without its headers, the test is aborted and
 * says what to install; {@code -Drequired.tools=aarch64-linux-gnu-gcc} makes that a failure.
 */
class NativeConstantsTest {

    private static final Path HEADERS = Path.of("src/generated/jextract/headers.h");
    private static final Pattern LAYOUT = Pattern.compile("^ {4}([A-Z0-9_]+) = ((?:FIELD|offsetof|sizeof)\\(.*?\\)),");
    private static final Pattern ERROR = Pattern.compile("numbers\\.c:(\\d+):\\d+: error: (.*)");
    private static final Pattern NEWER = Pattern.compile(
            "(IORING|IOSQE|IOU|IO_URING|SOCKET_URING|SQE|CQE|PARAMS|PROBE|BUF"
                    + "|FILE_INDEX_RANGE|GETEVENTS)_.*");
    private static final Pattern ABSENT =
            Pattern.compile("undeclared|has no member|incomplete type|undefined type");
    private static final Set<String> REQUIRED =
            Set.of(System.getProperty("required.tools", "").split(",", -1));

    @TempDir
    Path directory;

    /** An architecture, as the JVM and as compilers name it. */
    enum Target {
        X86_64("amd64", "x86_64-linux-gnu-gcc", Platform.Architecture.X86_64),
        AARCH64("aarch64", "aarch64-linux-gnu-gcc", Platform.Architecture.AARCH64);

        private final String jvm;
        private final String compiler;
        private final Platform.Architecture architecture;

        Target(String jvm, String compiler, Platform.Architecture architecture) {
            this.jvm = jvm;
            this.compiler = compiler;
            this.architecture = architecture;
        }

        Optional<Path> find() {
            Optional<Path> own = Child.tool(compiler);
            return own.isEmpty() && Platform.architecture() == architecture
                    ? Child.tool("gcc").or(() -> Child.tool("cc"))
                    : own;
        }
    }

    /** One number: what it is called, what C calls it, and its value here. */
    private record Assertion(String name, String expression, long value) {

        String text() {
            String unsigned = Long.toString(value & 0xffff_ffffL);
            return "_Static_assert((long long) (" + expression + ") == " + value + "LL"
                    + (value < 0 ? " || (long long) (" + expression + ") == " + unsigned + "LL" : "") + ", \"" + name
                    + "\");";
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyNumberIsTheCompilers(Target target) throws IOException, InterruptedException {
        Path compiler = target.find().orElseThrow(() -> notRun(target, "there is no " + target.compiler));
        List<Assertion> assertions = assertions(target);
        Map<Integer, String> errors = errors(target, compiler, assertions);
        Set<String> newer = new TreeSet<>();
        List<String> wrong = new ArrayList<>();
        errors.forEach((line, text) -> {
            int index = line - prologue().size() - 1; // lines count from 1
            assertThat(index).as(text).isBetween(0, assertions.size() - 1);
            Assertion assertion = assertions.get(index);
            if (ABSENT.matcher(text).find() && NEWER.matcher(assertion.name).matches()) {
                newer.add(assertion.name);
            } else {
                wrong.add(assertion + ": " + text);
            }
        });
        assertThat(wrong).isEmpty();
        System.out.println(target + ": " + (assertions.size() - newer.size()) + " numbers asserted by "
                + compiler.getFileName() + ", " + newer.size() + " newer than its headers " + newer);
        assertThat(newer.size()).as("numbers that could not be asserted").isLessThan(assertions.size() / 10);
    }

    /** What the compiler says, by line; one mistake may have several errors. */
    private Map<Integer, String> errors(Target target, Path compiler, List<Assertion> assertions)
            throws IOException, InterruptedException {
        Path source = directory.resolve("numbers.c");
        List<String> lines = new ArrayList<>(prologue());
        assertions.forEach(assertion -> lines.add(assertion.text()));
        Files.write(source, lines);
        Child.Result compiled = Child.run(
                List.of(compiler.toString(), "-std=gnu11", "-w", "-fmax-errors=0", "-fsyntax-only", source.toString()),
                Map.of("LC_ALL", "C"));
        Optional<String> fatal = compiled.out().lines().filter(line -> line.contains("fatal error")).findFirst();
        if (fatal.isPresent()) {
            throw notRun(target, compiler.getFileName() + " lacks headers: " + fatal.get());
        }
        Map<Integer, String> errors = new TreeMap<>();
        ERROR.matcher(compiled.out()).results().forEach(error ->
                errors.merge(Integer.parseInt(error.group(1)), error.group(2), (one, other) -> one + "; " + other));
        assertThat(errors.isEmpty()).as(compiled.out()).isEqualTo(compiled.status() == 0);
        return errors;
    }

    private static RuntimeException notRun(Target target, String reason) {
        String message = target + " not run: " + reason + "; install gcc and the C library's headers for it (Debian:"
                + " gcc-aarch64-linux-gnu libc6-dev-arm64-cross)";
        if (REQUIRED.contains(target.compiler)) {
            throw new AssertionError(message + " (and -Drequired.tools names it)");
        }
        return new TestAbortedException(message);
    }

    /** The headers that jextract has read, but the distribution's own io_uring.h, and those of what is by hand. */
    private static List<String> prologue() {
        List<String> lines = new ArrayList<>();
        for (String line : headers()) {
            if (line.startsWith("#include") || line.startsWith("#define _GNU_SOURCE")) {
                lines.add(line.replace("\"io_uring.h\"", "<linux/io_uring.h>"));
            }
        }
        lines.addAll(List.of("#include <sys/syscall.h>", "#include <sys/types.h>", "#include <linux/limits.h>"));
        return lines;
    }

    private static List<Assertion> assertions(Target target) throws IOException, InterruptedException {
        List<Assertion> assertions = new ArrayList<>();
        Map<String, Long> generated = GeneratedLinuxTest.generated();
        Map<String, String> layouts = layouts();
        generated.forEach((name, value) ->
                assertions.add(new Assertion(name, layouts.getOrDefault(name, name), value)));
        assertThat(generated.keySet()).as("what headers.h lays out is generated").containsAll(layouts.keySet());
        ArchitectureTest.constants(target.jvm).forEach((name, value) ->
                assertions.add(new Assertion(name, expression(name), value)));
        for (int errno = 1; errno <= ErrnoTest.LAST; errno++) {
            if (!Errno.name(errno).startsWith("errno")) {
                assertions.add(new Assertion("Errno " + errno, Errno.name(errno), errno));
            }
        }
        assertions.add(new Assertion("Sockaddr.BYTES", "sizeof(struct sockaddr_storage)", Sockaddr.BYTES));
        assertions.add(new Assertion(
                "Sockaddr.MAX_UNIX_PATH_BYTES",
                "sizeof(((struct sockaddr_un *) 0)->sun_path) - 1",
                Sockaddr.MAX_UNIX_PATH_BYTES));
        assertions.add(new Assertion("NativePath.MAX_BYTES", "PATH_MAX", NativePath.MAX_BYTES));
        return assertions;
    }

    /** What C calls a number that is written by hand for each architecture. */
    private static String expression(String name) {
        String plain = name.substring(name.indexOf('.') + 1);
        return switch (name) {
            case "EpollEvent.BYTES" -> "sizeof(struct epoll_event)";
            case "EpollEvent.EVENTS" -> "__builtin_offsetof(struct epoll_event, events)";
            case "EpollEvent.DATA" -> "__builtin_offsetof(struct epoll_event, data)";
            case "Stat.device" -> stat("st_dev");
            case "Stat.deviceBytes" -> "sizeof(dev_t)";
            case "Stat.mode" -> stat("st_mode");
            case "Stat.links" -> stat("st_nlink");
            case "Stat.linksBytes" -> "sizeof(nlink_t)";
            case "Stat.owner" -> stat("st_uid");
            case "Stat.group" -> stat("st_gid");
            case "Stat.inode" -> stat("st_ino");
            case "Stat.size" -> stat("st_size");
            case "Stat.blocks" -> stat("st_blocks");
            case "Stat.blockSize" -> stat("st_blksize");
            case "Stat.accessed" -> stat("st_atim");
            case "Stat.special" -> stat("st_rdev");
            case "Stat.created" -> "-1"; // there is none
            default -> name.startsWith("SystemCalls.") ? "__NR_" + plain.toLowerCase(Locale.ROOT) : plain;
        };
    }

    private static String stat(String field) {
        return "__builtin_offsetof(struct stat, " + field + ")";
    }

    private static List<String> headers() {
        try {
            return Files.readAllLines(HEADERS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> layouts() {
        Map<String, String> layouts = new TreeMap<>();
        for (String line : headers()) {
            Matcher field = LAYOUT.matcher(line);
            if (field.find()) {
                // The macro is spelled out, because errors inside one are reported where it is defined
                layouts.put(field.group(1), field.group(2).replace("FIELD(", "__builtin_offsetof(struct "));
            }
        }
        return layouts;
    }
}
