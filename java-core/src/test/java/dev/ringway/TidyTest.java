package dev.ringway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.testing.Project;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What every file of the project looks like.
class TidyTest {
    private static final int COLUMNS = 120;
    private static final int OPERATION_LINES = 150;
    private static final int MEDIAN_LINES = 80;

    private static final Set<String> TEXTS = Set.of(
            "java", "kt", "xml", "md", "c", "h", "sh", "py", "api", "txt", "yml", "yaml", "properties", "config");

    /// Files whose lines are as long as what they say: tables and dumps.
    private static final Set<String> ANY_LENGTH = Set.of("md", "api");

    /// In halves, or this file would be the first to be found.
    private static final Pattern LEFT_OVER = Pattern.compile(
            "TO" + "DO|FIX" + "ME|@Disa" + "bled|ass" + "ume(True|False|That)\\b|enabled\\s*=\\s*fal" + "se\\b");

    private static final Pattern MACHINE_PATH = Pattern.compile("(?<![\\w.}$])/(root|home|Users|work)/\\w");

    @Test
    void linesAreShortAndEndCleanly() {
        List<String> wrong = new ArrayList<>();
        for (Path file : texts()) {
            boolean anyLength = ANY_LENGTH.contains(extension(file));
            check(wrong, file, "longer than " + COLUMNS, line -> !anyLength && columns(line) > COLUMNS);
            check(wrong, file, "a tab", line -> line.contains("\t"));
            check(wrong, file, "a trailing blank", line -> line.endsWith(" "));
            check(wrong, file, "a carriage return", line -> line.contains("\r"));
            String text = Project.text(file);
            if (!text.endsWith("\n") || text.endsWith("\n\n")) {
                wrong.add(file + " does not end in one newline");
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void nothingIsLeftOverOrSwitchedOff() {
        List<String> wrong = new ArrayList<>();
        for (Path file : texts()) {
            if (Project.isSource(file)) {
                check(wrong, file, "left over or switched off", line -> LEFT_OVER.matcher(line).find());
            }
        }
        assertThat(wrong).isEmpty();
    }

    @Test
    void nothingNamesAPathOfSomebodysMachine() {
        List<String> wrong = new ArrayList<>();
        for (Path file : texts()) {
            check(wrong, file, "a path of one machine", line -> MACHINE_PATH.matcher(line).find());
        }
        assertThat(wrong).isEmpty();
    }

    /// On the shelves; what lies beside them is the contract, told once for all operations.
    private static List<Path> operations() {
        return Project.sources("java-core/src/main/java/dev/ringway/internal/op").stream()
                .filter(file -> !file.getParent().endsWith("op") && !file.endsWith("package-info.java"))
                .toList();
    }

    @Test
    void operationsAreShort() {
        assertThat(operations())
                .isNotEmpty()
                .filteredOn(file -> Project.text(file).lines().count() > OPERATION_LINES)
                .isEmpty();
    }

    @Test
    void halfOfTheOperationsAreShorterStill() {
        List<Long> lines = operations().stream().map(file -> Project.text(file).lines().count()).sorted().toList();
        assertThat(lines.get(lines.size() / 2)).as("median of " + lines).isLessThanOrEqualTo(MEDIAN_LINES);
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<Path> packages = new TreeSet<>();
        for (Path file : Project.sources("java-core/src/main/java")) {
            if (!file.endsWith("module-info.java")) {
                packages.add(file.getParent());
            }
        }
        assertThat(packages).isNotEmpty();
        assertThat(packages).allSatisfy(dir -> assertThat(Project.code(dir.resolve("package-info.java")))
                .as("package-info of " + dir)
                .contains("@NullMarked"));
    }

    private static List<Path> texts() {
        List<Path> texts = Project.files("").stream()
                .filter(file -> TEXTS.contains(extension(file)) || file.startsWith(".ci"))
                .toList();
        assertThat(texts).contains(Path.of("pom.xml"));
        return texts;
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static void check(List<String> wrong, Path file, String what, Predicate<String> bad) {
        int number = 0;
        for (String line : Project.text(file).split("\n")) {
            number++;
            if (bad.test(line)) {
                wrong.add(file + ":" + number + " " + what);
            }
        }
    }

    private static int columns(String line) {
        return line.codePointCount(0, line.length());
    }
}
