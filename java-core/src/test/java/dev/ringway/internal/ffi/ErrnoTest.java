package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

class ErrnoTest {

    private static final int LAST = 133;

    @TempDir
    Path directory;

    @Test
    void everyConstantHasItsOwnName() throws IllegalAccessException {
        int constants = 0;
        for (Field field : Errno.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                assertThat(Errno.name(field.getInt(null))).isEqualTo(aliasOf(field.getName()));
                constants++;
            }
        }
        assertThat(constants).isGreaterThan(60);
    }

    /** ENOTSUP and EOPNOTSUPP are one number on Linux. */
    private static String aliasOf(String name) {
        return name.equals("ENOTSUP") ? "EOPNOTSUPP" : name;
    }

    @Test
    void namesByNumber() {
        assertThat(Errno.name(1)).isEqualTo("EPERM");
        assertThat(Errno.name(11)).isEqualTo("EAGAIN");
        assertThat(Errno.name(104)).isEqualTo("ECONNRESET");
        assertThat(Errno.name(LAST)).isEqualTo("EHWPOISON");
    }

    @Test
    void numbersWithoutAName() {
        for (int errno : new int[] {0, -11, 41, 58, LAST + 1, 4711, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            assertThat(Errno.name(errno)).isEqualTo("errno " + errno);
            assertThat(Errno.message(errno)).isEqualTo("errno " + errno);
        }
    }

    @Test
    void messagesSayMoreThanTheName() {
        assertThat(Errno.message(Errno.ECONNRESET)).contains("reset").doesNotContain("ECONNRESET");
        assertThat(Errno.message(Errno.EMFILE)).contains("RLIMIT_NOFILE");
        assertThat(Errno.message(16 + 1)).isEqualTo("exists already");
        assertThat(Errno.message(LAST)).isEqualTo("EHWPOISON");
    }

    @TestFactory
    DynamicTest everyNameIsTheCompilers() throws IOException, InterruptedException {
        Optional<Path> compiler = Child.compiler();
        if (compiler.isEmpty()) {
            return DynamicTest.dynamicTest("not run: no C compiler", () -> {});
        }
        Map<String, Long> names = new LinkedHashMap<>();
        Map<String, String> expressions = new LinkedHashMap<>();
        for (int errno = 1; errno <= LAST; errno++) {
            String name = Errno.name(errno);
            if (!name.startsWith("errno")) {
                names.put(name, (long) errno);
                expressions.put(name, name);
            }
        }
        CProgram.Answer answer = CProgram.ask(compiler.get(), "#include <errno.h>", expressions, directory);
        return DynamicTest.dynamicTest(answer.values().size() + " names compared", () -> {
            assertThat(answer.unknown()).isEmpty();
            assertThat(answer.values()).isEqualTo(names);
            assertThat(names).hasSize(LAST - 2);
        });
    }
}
