package dev.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every public symbol is documented, by links that lead somewhere, and every operation names its man page.
class DocumentedTest {
    private static final Path SOURCES = Path.of("src/main/java").toAbsolutePath();
    private static final Path GENERATED = Path.of("src/generated/java").toAbsolutePath();
    private static final Pattern FINDING = Pattern.compile("error: |: no comment|: no main description");
    private static final Pattern OPERATION =
            Pattern.compile("(?:public )?(?:(?:final|abstract|default) )*(?:<[^>]+> )?"
                    + "(?:Operation|IntOperation|Iteration)(?:<.*?>)? (\\w+)\\(.*");
    /// What every operation has.
    private static final Set<String> COMMON = Set.of("start", "timeout", "idleTimeout");

    @Test
    void everyPublicSymbolIs(@TempDir Path directory) throws URISyntaxException {
        Path jspecify = Path.of(
                NullMarked.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        ToolProvider javadoc = ToolProvider.findFirst("javadoc").orElseThrow();
        StringWriter said = new StringWriter();
        try (PrintWriter out = new PrintWriter(said)) {
            javadoc.run(out, out, "-quiet", "-d", directory.toString(), "--module-path", jspecify.toString(),
                    "--module-source-path", "dev.ringway=" + SOURCES + ":" + GENERATED, "--module", "dev.ringway",
                    "-Xdoclint:all", "-Xmaxwarns", "10000");
        }
        // Each finding is followed by the line of the source; the private fields of what is Serializable count too
        List<String> lines = said.toString().lines().toList();
        List<String> findings = IntStream.range(0, lines.size() - 1)
                .filter(i -> FINDING.matcher(lines.get(i)).find() && !lines.get(i + 1).contains("private "))
                .mapToObj(lines::get)
                .toList();
        assertThat(findings).isEmpty();
        assertThat(directory.resolve("dev.ringway/dev/ringway/Ring.html")).exists();
    }

    @Test
    void everyOperationNamesItsManPage() throws IOException {
        List<String> without = new ArrayList<>();
        int operations = 0;
        try (Stream<Path> files = Files.list(SOURCES.resolve("dev/ringway"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                StringBuilder comment = new StringBuilder();
                for (String line : Files.readAllLines(file)) {
                    String text = line.strip();
                    if (text.startsWith("///")) {
                        comment.append(text);
                        continue;
                    }
                    Matcher operation = OPERATION.matcher(text);
                    if (!comment.isEmpty() && operation.matches() && !COMMON.contains(operation.group(1))) {
                        operations++;
                        if (comment.indexOf("`man") < 0 && comment.indexOf("The long form of") < 0) {
                            without.add(file.getFileName() + ": " + operation.group(1));
                        }
                    }
                    if (!text.startsWith("@")) {
                        comment.setLength(0);
                    }
                }
            }
        }
        assertThat(without).isEmpty();
        assertThat(operations).isGreaterThan(50);
    }
}
