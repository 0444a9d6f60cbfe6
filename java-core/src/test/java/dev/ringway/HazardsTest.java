package dev.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Project;
import dev.ringway.testing.WrittenSection;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.platform.commons.annotation.Testable;
import org.junit.platform.commons.support.AnnotationSupport;

/// Every known hazard has a test that bears its tag, and `docs/reliability.md` says which.
///
/// `-Dhazards.write=true` writes the table there anew.
class HazardsTest {
    private static final String PAGE = "docs/reliability.md";

    /// What may go wrong: with the kernel (H), in the JVM (J).
    private enum Hazard {
        H1("a cancel and a completion race"),
        H2("the kernel writes to memory that was given back"),
        H3("the number of a closed fd is used again"),
        H4("a closed listener leaves its port open"),
        H6("more operations than the submission queue holds"),
        H7("one bad operation stops the others of its batch"),
        H8("an iteration of the kernel's ends: no buffer, no fd, cancelled, shut down, queue full"),
        H12("fewer bytes are moved than were asked for"),
        H13("EINTR"),
        H14("a ring is closed with operations in flight"),
        H15("children inherit fds"),
        H16("the thread that has started an operation ends"),
        H17("a ring is used from threads that do not own it"),
        H20("io_uring is forbidden or disabled"),
        H21("signals during waits"),
        H22("the peer resets, or ends one direction"),
        H23("SIGPIPE"),
        H24("peers that do not read"),
        H25("O_NONBLOCK is set or cleared behind our back"),
        H26("files and directories, which epoll refuses"),
        H32("a wake-up is written after the ring has been closed"),
        H33("a close that never completes"),
        J1("use after close, close twice, close during a start"),
        J2("handles are dropped without being closed"),
        J3("memory is freed during an operation"),
        J4("virtual threads are pinned"),
        J5("threads are interrupted"),
        J6("callbacks throw, block, and call everything"),
        J7("no memory is left; the loop's thread dies"),
        J11("memory and rings are used from other threads"),
        J12("buffers are used after their release, released twice, used again");

        private final String words;

        Hazard(String words) {
            this.words = words;
        }
    }

    @Test
    void everyHazardHasATestAndThePageSaysWhich() throws IOException {
        List<Tagged> tagged = tagged();
        StringBuilder table = new StringBuilder("| | Hazard | Tests |\n|---|---|---|\n");
        List<Hazard> bare = new ArrayList<>();
        for (Hazard hazard : Hazard.values()) {
            Set<String> tests = tagged.stream()
                    .filter(one -> one.tags.contains(hazard.name()))
                    .map(one -> "`" + one.name + "`")
                    .collect(Collectors.toCollection(TreeSet::new));
            if (tests.isEmpty()) {
                bare.add(hazard);
            }
            table.append("| ").append(hazard).append(" | ").append(hazard.words).append(" | ")
                    .append(String.join(" ", tests)).append(" |\n");
        }
        System.out.print(table);
        assertThat(bare).as("hazards that no test bears the tag of").isEmpty();
        WrittenSection.require(PAGE, HazardsTest.class, "hazards.write", table.toString());
    }

    /// Tags that name no hazard would prove nothing.
    @Test
    void everyTagNamesAHazardAndIsOnATest() throws IOException {
        Set<String> known = Arrays.stream(Hazard.values()).map(Hazard::name).collect(Collectors.toSet());
        assertThat(tagged()).isNotEmpty().allSatisfy(one -> {
            assertThat(known).as(one.name).containsAll(one.tags);
            assertThat(one.isTest).as(one.name + " is a test").isTrue();
        });
    }

    // ---- the tags

    /// @param name   class, or class and method
    /// @param isTest whether JUnit runs it
    private record Tagged(String name, Set<String> tags, boolean isTest) {}

    private static List<Tagged> tagged() throws IOException {
        Path classes = Project.ROOT.resolve("java-core/target/test-classes");
        List<Tagged> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".class")).sorted().toList()) {
                String name = classes.relativize(file).toString().replace(".class", "");
                Path source = Path.of("java-core/src/test/java/" + name.replaceAll("\\$.*", "") + ".java");
                if (Files.exists(Project.ROOT.resolve(source))) { // else it is a fixture, or was deleted
                    add(found, name.replace('/', '.'));
                }
            }
        }
        return found;
    }

    private static void add(List<Tagged> found, String className) {
        Class<?> type = load(className);
        boolean hasTests = false;
        for (Method method : type.getDeclaredMethods()) {
            boolean isTest = AnnotationSupport.isAnnotated(method, Testable.class);
            hasTests |= isTest;
            add(found, type.getSimpleName() + "." + method.getName(), method, isTest);
        }
        add(found, type.getSimpleName(), type, hasTests);
    }

    private static void add(List<Tagged> found, String name, AnnotatedElement element, boolean isTest) {
        Set<String> tags = Arrays.stream(element.getDeclaredAnnotationsByType(Tag.class))
                .map(Tag::value)
                .collect(Collectors.toCollection(TreeSet::new));
        if (!tags.isEmpty()) {
            found.add(new Tagged(name, tags, isTest));
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, HazardsTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
