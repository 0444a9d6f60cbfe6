package dev.ringway.internal.ffi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Asks the C compiler what C expressions are worth with this machine's headers.
 *
 * <p>Every expression stands on a line of its own. Lines that the compiler refuses (an older header lacks the name)
 * are left out and reported in {@link Answer#unknown}; without them it has to compile.
 */
final class CProgram {

    private static final Pattern ERROR_LINE = Pattern.compile("program\\.c:(\\d+):\\d+: error");

    private CProgram() {}

    /** Values by name, and the names that the headers do not have. */
    record Answer(Map<String, Long> values, Set<String> unknown) {}

    static Answer ask(Path compiler, String prologue, Map<String, String> expressions, Path directory)
            throws IOException, InterruptedException {
        Map<String, String> left = new LinkedHashMap<>(expressions);
        Set<String> unknown = new TreeSet<>();
        Path source = directory.resolve("program.c");
        Path program = directory.resolve("program");
        while (true) {
            List<String> lines = new ArrayList<>(Arrays.asList(prologue.split("\n", -1)));
            lines.add("#include <stdio.h>");
            lines.add("int main(void) {");
            Map<Integer, String> nameByLine = new HashMap<>();
            left.forEach((name, expression) -> {
                lines.add("printf(\"%s %lld\\n\", \"" + name + "\", (long long)(" + expression + "));");
                nameByLine.put(lines.size(), name);
            });
            lines.add("return 0;");
            lines.add("}");
            Files.write(source, lines);
            Child.Result compiled = Child.run(
                    List.of(compiler.toString(), "-w", "-fmax-errors=0", "-o", program.toString(), source.toString()),
                    Map.of("LC_ALL", "C"));
            if (compiled.status() == 0) {
                break;
            }
            Set<String> refused = new TreeSet<>();
            ERROR_LINE.matcher(compiled.out()).results().forEach(error -> {
                String name = nameByLine.get(Integer.parseInt(error.group(1)));
                if (name != null) {
                    refused.add(name);
                }
            });
            if (refused.isEmpty()) {
                throw new AssertionError("the C program does not compile: " + compiled.out());
            }
            unknown.addAll(refused);
            left.keySet().removeAll(refused);
        }
        Child.Result ran = Child.run(List.of(program.toString()), Map.of());
        Map<String, Long> values = new LinkedHashMap<>();
        ran.out().lines().forEach(line -> {
            int space = line.indexOf(' ');
            values.put(line.substring(0, space), Long.parseLong(line.substring(space + 1)));
        });
        if (!values.keySet().equals(left.keySet())) {
            throw new AssertionError("the C program said: " + ran.out());
        }
        return new Answer(values, unknown);
    }
}
