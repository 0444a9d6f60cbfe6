package dev.ringway.internal.op;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogTest {
    private final List<String> written = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // about to overflow, as the real one may be
    private boolean broken;

    private final System.Logger logger = new System.Logger() {
        @Override
        public String getName() {
            return "test";
        }

        @Override
        public boolean isLoggable(Level level) {
            return true;
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (broken) {
                throw new OutOfMemoryError("the logger's own");
            }
            written.add(level + " " + message + " " + thrown);
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... params) {
            log(level, bundle, format + (params == null ? "" : " with parameters"), (Throwable) null);
        }
    };

    private final Log log = place();

    private Log place() {
        return new Log(() -> logger, System.Logger.Level.WARNING, clock::get);
    }

    @Test
    void aFewLinesAreWrittenAsTheyAre() {
        for (int i = 0; i < Log.LINES; i++) {
            log.line("line {0} " + i);
        }
        assertThat(written).hasSize(Log.LINES).first().isEqualTo("WARNING line {0} 0 null");
    }

    @Test
    void aMillionAreAFewAndTheNextOneCountsTheRest() {
        for (int i = 0; i < 1_000_000; i++) {
            log.line("line");
        }
        assertThat(written).hasSize(Log.LINES);
        clock.addAndGet(TimeUnit.SECONDS.toNanos(1) - 1);
        log.line("too early");
        assertThat(written).hasSize(Log.LINES);
        clock.addAndGet(1);
        log.line("next");
        log.line("and next");
        assertThat(written.subList(Log.LINES, written.size())).containsExactly(
                "WARNING next (and " + (1_000_001 - Log.LINES) + " times since the last line) null",
                "WARNING and next null");
    }

    @Test
    void placesDoNotTakeFromEachOther() {
        Log other = place();
        for (int i = 0; i < 100; i++) {
            log.line("line");
        }
        other.line("another place");
        assertThat(written).hasSize(Log.LINES + 1).last().isEqualTo("WARNING another place null");
    }

    @Test
    void anExceptionGoesAlong() {
        log.line("thrown", new IllegalStateException("why"));
        assertThat(written).containsExactly("WARNING thrown java.lang.IllegalStateException: why");
    }

    @Test
    void whatTheLoggerThrowsIsNobodysTroubleAndCounted() {
        broken = true;
        log.line("lost");
        broken = false;
        log.line("next");
        assertThat(written).containsExactly("WARNING next (and 1 times since the last line) null");
    }
}
