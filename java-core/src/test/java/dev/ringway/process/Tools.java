package dev.ringway.process;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Tests that need a tool of the machine.
///
/// Where it is missing they do not pass in silence: their name says "not run", with the reason, and
/// `-Drequired.tools=strace,prlimit` makes it a failure.
final class Tools {
    private static final List<String> REQUIRED =
            Arrays.asList(System.getProperty("required.tools", "").split(",", -1));

    private Tools() {}

    /// What a test does with the tool.
    @FunctionalInterface
    interface Body {
        void run(Path tool) throws Exception;
    }

    /// One test.
    record Case(String name, Body body) {}

    /// Whether it is a failure if the tool is missing.
    static boolean isRequired(String tool) {
        return REQUIRED.contains(tool);
    }

    static Stream<DynamicTest> tests(String tool, Case... cases) {
        return ChildJvm.tool(tool)
                .map(path -> Arrays.stream(cases)
                        .map(one -> DynamicTest.dynamicTest(one.name, () -> one.body.run(path))))
                .orElseGet(() -> Arrays.stream(cases)
                        .map(one -> notRun(one.name, "there is no " + tool, isRequired(tool))));
    }

    /// A test that says why it is none.
    static DynamicTest notRun(String name, String reason, boolean required) {
        String title = "not run: " + name + ": " + reason;
        return DynamicTest.dynamicTest(title, () -> {
            if (required) {
                throw new AssertionError(title + " (and -Drequired.tools names it)");
            }
            System.out.println(title);
        });
    }
}
