package dev.ringway.internal.ffi;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import org.junit.jupiter.api.Test;

class ErrnoTest {

    /** The last error that has a name. */
    static final int LAST = 133;

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
    void numbersByName() {
        for (int errno = 1; errno <= LAST; errno++) {
            if (!Errno.name(errno).startsWith("errno")) {
                assertThat(Errno.number(Errno.name(errno))).isEqualTo(errno);
            }
        }
        assertThat(Errno.number("ENOTSUP")).isEqualTo(Errno.EOPNOTSUPP);
        assertThat(Errno.number("EFTYPE")).as("Linux has none").isZero();
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
}
