package dev.ringway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.Ring;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// A low limit for locked memory, which the kernel charges rings to, per user: rings get smaller, then epoll takes
/// over, and whoever forces io_uring is told which limit to raise.
///
/// The limit does not bind the superuser, so that the child runs as nobody where the tests run as root.
class LockedMemoryTest {
    private static final int LIMIT = 64 * 1024;
    private static final String NOBODY = "65534";
    private static final String NAME = "rings get smaller, then epoll takes over";

    @TempDir
    Path directory;

    @TestFactory
    Stream<DynamicTest> underALowLimit() throws IOException {
        boolean root = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .anyMatch(line -> line.matches("Uid:\\s+0\\s+0\\s.*"));
        if (root && ChildJvm.tool("setpriv").isEmpty()) {
            return Stream.of(Tools.notRun(NAME, "there is no setpriv", Tools.isRequired("setpriv")));
        }
        return Tools.tests("prlimit", new Tools.Case(NAME, prlimit -> run(prlimit, root)));
    }

    private void run(Path prlimit, boolean root) throws Exception {
        List<String> command = new ArrayList<>(List.of(prlimit.toString(), "--memlock=" + LIMIT + ":" + LIMIT));
        if (root) {
            String setpriv = ChildJvm.tool("setpriv").orElseThrow().toString();
            command.addAll(List.of(setpriv, "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
        }
        command.addAll(ChildJvm.commandOn(copyOfClasses(), ManyRings.class.getName()));
        ChildJvm.Result child = ChildJvm.run(command, 60);
        assertThat(child.status()).as(child.out()).isZero();
        int rings = Integer.parseInt(child.line("rings: "));
        assertThat(rings).as("rings, the last of them on epoll: " + child.out()).isGreaterThan(1);
        assertThat(child.line("working: ")).as("rings that work").isEqualTo(Integer.toString(rings));
        assertThat(child.line("first: ")).as("the first ring").containsPattern("\\b(8|16|32|64|128) submission");
        assertThat(child.line("last: ")).startsWith("epoll").contains("io_uring_setup", "ENOMEM", "RLIMIT_MEMLOCK");
        assertThat(child.line("forced: unavailable: ")).contains("io_uring_setup", "ENOMEM", "RLIMIT_MEMLOCK");
        System.out.println(LIMIT + " bytes locked: " + (rings - 1) + " rings, then " + child.line("last: "));
    }

    /// Where everybody may read it.
    private String copyOfClasses() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        copy(Path.of(ChildJvm.root(Ring.class)));
        copy(Path.of(ChildJvm.root(ManyRings.class)));
        return directory.toString();
    }

    private void copy(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(directory.resolve(root.relativize(folder).toString()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!file.endsWith("module-info.class")) {
                    Files.copy(file, directory.resolve(root.relativize(file).toString()));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
