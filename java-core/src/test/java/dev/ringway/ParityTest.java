package dev.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Parity;
import dev.ringway.testing.Project;
import dev.ringway.testing.Row;
import dev.ringway.testing.WrittenSection;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// `docs/parity.md` says which test proves each thing that a10 has, as the tests' own [Parity] says.
///
/// What there is lies in `parity.tsv`: a key a line, and behind a tab in what Ringway differs, where it does.
/// `-Dparity.write=true` writes the tables anew.
class ParityTest {
    private static final Path KEYS = Path.of("java-core/src/test/resources/parity.tsv");
    private static final Path TESTS = Path.of("java-core/src/test/java");
    private static final Path CLASSES = Project.ROOT.resolve("java-core/target/test-classes");

    private static Map<String, String> keys() {
        Map<String, String> keys = new LinkedHashMap<>();
        Project.text(KEYS).lines().forEach(line -> {
            int tab = line.indexOf('\t');
            String key = tab < 0 ? line : line.substring(0, tab);
            assertThat(keys.put(key, tab < 0 ? "" : line.substring(tab + 1))).as("twice in " + KEYS + ": " + key)
                    .isNull();
        });
        return keys;
    }

    /// Who proves what, in the order of names.
    private static Map<String, List<Method>> proofs() throws IOException, ReflectiveOperationException {
        Map<String, List<Method>> proofs = new TreeMap<>();
        for (Class<?> type : testClasses()) {
            Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Parity.class))
                    .sorted((one, other) -> one.getName().compareTo(other.getName()))
                    .forEach(method -> {
                        for (String key : method.getAnnotation(Parity.class).value()) {
                            proofs.computeIfAbsent(key, none -> new ArrayList<>()).add(method);
                        }
                    });
        }
        return proofs;
    }

    private static List<Class<?>> testClasses() throws IOException, ReflectiveOperationException {
        List<Class<?>> types = new ArrayList<>();
        try (Stream<Path> files = Files.walk(CLASSES)) {
            for (Path file : files.sorted().toList()) {
                String name = CLASSES.relativize(file).toString();
                if (name.endsWith("Test.class")) {
                    String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
                    types.add(Class.forName(type, false, ParityTest.class.getClassLoader()));
                }
            }
        }
        return types;
    }

    @Test
    void testsNameWhatThereIs() throws Exception {
        assertThat(keys().keySet()).as("what " + KEYS + " lists").containsAll(proofs().keySet());
    }

    @Test
    void thePageSaysWhichTestProvesWhat() throws Exception {
        Map<String, String> keys = keys();
        Map<String, List<Method>> proofs = proofs();
        StringBuilder text = new StringBuilder();
        List<String> open = keys.keySet().stream().filter(key -> !proofs.containsKey(key)).toList();
        text.append(keys.size() - open.size()).append(" of ").append(keys.size()).append(" are proven by a test.\n");
        if (!open.isEmpty()) {
            text.append("\nOpen: ").append(open.stream().map(key -> "`" + key + "`").collect(Collectors.joining(", ")))
                    .append(".\n");
        }
        String area = "";
        for (Map.Entry<String, String> entry : keys.entrySet()) {
            String key = entry.getKey();
            String of = key.substring(0, key.indexOf('/'));
            if (!of.equals(area)) {
                text.append("\n### ").append(of).append("\n\n| | proven by | on |\n|---|---|---|\n");
                area = of;
            }
            List<Method> tests = proofs.getOrDefault(key, List.of());
            text.append("| `").append(key.substring(of.length() + 1)).append('`')
                    .append(entry.getValue().isEmpty() ? "" : "<br>Differs: " + entry.getValue()).append(" | ")
                    .append(tests.isEmpty() ? "**open**" : links(tests)).append(" | ").append(rows(tests))
                    .append(" |\n");
        }
        WrittenSection.require("docs/parity.md", ParityTest.class, "parity.write", text.toString());
    }

    private static String links(List<Method> tests) {
        return tests.stream()
                .map(test -> "[" + test.getDeclaringClass().getSimpleName() + "](../"
                        + TESTS.resolve(test.getDeclaringClass().getName().replace('.', '/') + ".java") + ")."
                        + test.getName())
                .collect(Collectors.joining("<br>"));
    }

    private static String rows(List<Method> tests) {
        return tests.stream()
                .map(test -> rows(test.getDeclaringClass()))
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining("; "));
    }

    private static String rows(Class<?> type) {
        EveryBackend every = type.getAnnotation(EveryBackend.class);
        if (every == null) {
            return type.getPackageName().endsWith(".process") ? "a process of its own" : "its own rings";
        }
        if (every.where().length == 0) {
            return "every row";
        }
        return Arrays.stream(Row.values())
                .filter(row -> Arrays.stream(every.where()).allMatch(row.caps()::has))
                .map(Row::name)
                .collect(Collectors.joining(", "));
    }
}
