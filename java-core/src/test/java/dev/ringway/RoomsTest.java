package dev.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Project;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Who may name whom. A room is a package with its shelves below it:
///
/// | room | may name |
/// |---|---|
/// | `dev.ringway` (API) | `op` and its shelves, `Access`; a few classes also what [#MORE] says |
/// | `internal` (`Access`) | the API and `op` |
/// | `op` | `ffi`, `Access`, the API's vocabulary; of `Ring…` only nested interfaces; `Async…` only as a type |
/// | `loop` | `op`, `ffi`, `Access`, vocabulary |
/// | `uring`, `readiness` | `loop`, `op`, `ffi`, `Access`, vocabulary; never each other |
/// | `ffi` | nothing of ours |
/// | kotlin-ext, samples | the API |
///
/// Read from the text: imports and qualified names, not comments or strings.
class RoomsTest {
    private static final String MAIN = "java-core/src/main/java";
    private static final String API = "dev.ringway";
    private static final String ACCESS = "dev.ringway.internal";
    private static final String OP = "dev.ringway.internal.op";
    private static final String LOOP = "dev.ringway.internal.loop";
    private static final String URING = "dev.ringway.internal.uring";
    private static final String READINESS = "dev.ringway.internal.readiness";
    private static final String FFI = "dev.ringway.internal.ffi";

    /// What single classes may name beyond their room: the ring runs a loop; one place picks the backend; a buffer is
    /// native memory; the main class's report asks everybody.
    private static final Map<String, Set<String>> MORE = Map.of(
            "Ring", Set.of(LOOP),
            "Backends", Set.of(LOOP, URING, READINESS, FFI),
            "Buf", Set.of(FFI),
            "Report", Set.of(LOOP, URING, READINESS, FFI));

    /// A qualified name of ours: the package, and the class if one follows.
    private static final Pattern NAME = Pattern.compile("\\b(dev\\.ringway(?:\\.[a-z]\\w*)*)(?:\\.([A-Z]\\w*))?");
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+)", Pattern.MULTILINE);
    /// A door of the ring, but for its nested types.
    private static final Pattern RING_DOOR = Pattern.compile("(?<![\\w.])Ring[A-Z]?\\w*\\b(?!\\.[A-Z])");
    /// A handle used as more than a type.
    private static final Pattern HANDLE_USE =
            Pattern.compile("\\bnew Async[A-Z]\\w*|(?<![\\w.])Async[A-Z]\\w*\\.[a-z]\\w*");
    private static final Pattern LINKER_OR_WIDENING = Pattern.compile("\\bLinker\\b|\\breinterpret\\s*\\(");

    @Test
    void everyRoomNamesOnlyItsNeighbours() {
        List<String> wrong = new ArrayList<>();
        for (Path file : Project.sources(MAIN)) {
            String code = Project.code(file);
            if (isModuleInfo(file)) {
                continue;
            }
            String room = room(packageOf(file, code));
            Set<String> allowed = allowed(room, className(file));
            for (String named : roomsNamedIn(code)) {
                if (!named.equals(room) && !allowed.contains(named)) {
                    wrong.add(file + " (" + room + ") names " + named);
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void operationsCallNoDoor() {
        List<String> wrong = new ArrayList<>();
        for (Path file : Project.sources(MAIN)) {
            String code = Project.code(file);
            if (!isModuleInfo(file) && room(packageOf(file, code)).equals(OP)) {
                String body = code.replaceAll("(?m)^import .*$", "");
                for (Pattern forbidden : List.of(RING_DOOR, HANDLE_USE)) {
                    Matcher found = forbidden.matcher(body);
                    while (found.find()) {
                        wrong.add(file + ":" + line(body, found.start()) + " " + found.group());
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void onlyFfiNamesTheLinkerAndWidensSegments() {
        List<String> wrong = new ArrayList<>();
        for (Path file : Project.sources(MAIN)) {
            String code = Project.code(file);
            Matcher found = LINKER_OR_WIDENING.matcher(code);
            while (found.find()) {
                if (!file.startsWith(MAIN + "/dev/ringway/internal/ffi")) {
                    wrong.add(file + ":" + line(code, found.start()) + " " + found.group());
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void kotlinAndSamplesNameOnlyTheApi() {
        List<String> wrong = new ArrayList<>();
        for (String folder : List.of("kotlin-ext/src/main", "samples")) {
            for (Path file : Project.sources(folder)) {
                Matcher found = NAME.matcher(Project.code(file));
                while (found.find()) {
                    if (found.group(1).startsWith(ACCESS)) {
                        wrong.add(file + " names " + found.group());
                    }
                }
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void internalCoroutinesApiIsUsedInTwoFilesAtMost() {
        List<Path> users = Project.sources("kotlin-ext/src/main").stream()
                .filter(file -> Project.code(file).contains("InternalCoroutinesApi"))
                .toList();
        assertThat(users).hasSizeLessThanOrEqualTo(2);
    }

    private static Set<String> allowed(String room, String className) {
        return switch (room) {
            case API -> union(Set.of(OP, ACCESS), MORE.getOrDefault(className, Set.of()));
            case ACCESS -> union(Set.of(API, OP), MORE.getOrDefault(className, Set.of()));
            case OP -> Set.of(FFI, API, ACCESS);
            case LOOP -> Set.of(OP, FFI, API, ACCESS);
            case URING, READINESS -> Set.of(LOOP, OP, FFI, API, ACCESS);
            case FFI -> Set.of();
            default -> throw new AssertionError("no such room: " + room);
        };
    }

    private static Set<String> union(Set<String> some, Set<String> others) {
        Set<String> all = new HashSet<>(some);
        all.addAll(others);
        return all;
    }

    private static Set<String> roomsNamedIn(String code) {
        Set<String> rooms = new LinkedHashSet<>();
        Matcher found = NAME.matcher(code.replaceFirst("(?m)^package .*$", ""));
        while (found.find()) {
            rooms.add(room(found.group(1)));
        }
        return rooms;
    }

    /// The room of a package: the longest one it lies in, except that nothing lies in the API or beside Access.
    private static String room(String name) {
        for (String room : List.of(OP, LOOP, URING, READINESS, FFI)) {
            if (name.equals(room) || name.startsWith(room + ".")) {
                return room;
            }
        }
        assertThat(name).as("a package outside every room").isIn(API, ACCESS);
        return name;
    }

    private static String packageOf(Path file, String code) {
        Matcher declared = PACKAGE.matcher(code);
        assertThat(declared.find()).as("package of " + file).isTrue();
        return declared.group(1);
    }

    private static boolean isModuleInfo(Path file) {
        return file.endsWith("module-info.java");
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static long line(String text, int at) {
        return text.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
    }
}
