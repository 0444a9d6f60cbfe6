package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// kqueue where the system has none: only with a library, never by itself, and never something else in its place.
class KqueueTest {
    private static final String LIBRARY = "ringway.libkqueue";

    @TempDir
    Path directory;

    private static ChildJvm.Result forced(String... options) throws Exception {
        return ChildJvm.run(ChildJvm.command(ForcesKqueue.class, options), 30);
    }

    private static void assertRefused(ChildJvm.Result child, String... words) {
        assertThat(child.status()).as(child.out()).isZero();
        for (String way : List.of("builder: ", "property: ")) {
            assertThat(child.line(way + "kqueue unavailable: ")).contains(words);
        }
        assertThat(child.line("leaked: ")).isEqualTo("{}");
    }

    @Test
    void withoutALibraryTheRemedyIsNamed() throws Exception {
        assertRefused(forced(), "has no kqueue", "libkqueue", "-D" + LIBRARY + "=/path/libkqueue.so", "epoll");
    }

    @Test
    void aLibraryThatIsNotThere() throws Exception {
        Path absent = directory.resolve("libkqueue.so");
        assertRefused(forced("-D" + LIBRARY + "=" + absent), absent.toString(), "cannot be loaded", "built for Linux");
    }

    @Test
    void aFileThatIsNoLibrary() throws Exception {
        Path text = Files.writeString(directory.resolve("libkqueue.so"), "not a library");
        assertRefused(forced("-D" + LIBRARY + "=" + text), text.toString(), "cannot be loaded");
    }

    @Test
    void aLibraryWithoutTheFunctions() throws Exception {
        Path other = Path.of(System.getProperty("java.home"), "lib", "libzip.so");
        assertRefused(forced("-D" + LIBRARY + "=" + other), other.toString(), "no functions kqueue and kevent");
    }

    @Test
    void theReportSaysWhyNot() throws Exception {
        List<String> command = ChildJvm.commandOn(ChildJvm.root(Ring.class), "dev.ringway.Main");
        ChildJvm.Result child = ChildJvm.run(command, 30);
        assertThat(child.status()).as(child.out()).isZero();
        assertThat(child.line("kqueue    not available: ")).contains("has no kqueue", LIBRARY);
    }

    @TestFactory
    List<DynamicTest> withALibraryItIsUsedOnlyWhenItIsAskedFor() {
        String library = System.getProperty(LIBRARY, "");
        if (library.isEmpty()) {
            return List.of(Tools.notRun("kqueue through libkqueue", "no -D" + LIBRARY, Tools.isRequired("kqueue")));
        }
        List<DynamicTest> tests = new ArrayList<>();
        tests.add(DynamicTest.dynamicTest("an echo", () -> {
            ChildJvm.Result child = forced("-D" + LIBRARY + "=" + library);
            assertThat(child.status()).as(child.out()).isZero();
            assertThat(child.line("automatic: ")).isNotEqualTo("kqueue");
            assertThat(child.line("builder: ")).isEqualTo("works: hello");
            assertThat(child.line("property: ")).isEqualTo("works: hello");
            assertThat(child.line("leaked: ")).doesNotContain("socket");
        }));
        tests.add(DynamicTest.dynamicTest("the report", () -> {
            List<String> command =
                    ChildJvm.commandOn(ChildJvm.root(Ring.class), "dev.ringway.Main", "-D" + LIBRARY + "=" + library);
            ChildJvm.Result child = ChildJvm.run(command, 30);
            assertThat(child.status()).as(child.out()).isZero();
            assertThat(child.line("kqueue    ")).isEqualTo("works");
        }));
        return tests;
    }
}
