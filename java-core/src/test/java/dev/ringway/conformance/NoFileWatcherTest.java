package dev.ringway.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringway.ErrnoException;
import dev.ringway.FileWatcher;
import dev.ringway.Ring;
import dev.ringway.testing.Cap;
import dev.ringway.testing.Caps;
import dev.ringway.testing.EveryBackend;
import dev.ringway.testing.Loop;
import dev.ringway.testing.Outcome;
import org.junit.jupiter.api.Test;

/// Where files cannot be watched that is said at once.
@EveryBackend
class NoFileWatcherTest {
    @Test
    void itIsMadeOrSaysWhyNot(Ring ring, Loop loop, Caps caps) {
        Outcome<FileWatcher> made = loop.start(ring.files().prepareWatcher());
        if (caps.has(Cap.WATCHES_FILES)) {
            assertThat(made.value().toString()).isEqualTo("watcher of files");
        } else {
            ErrnoException failure = made.failure(ErrnoException.class);
            assertThat(failure.errnoName()).isEqualTo("ENOSYS");
            assertThat(failure).hasMessageContaining("inotify_init").hasMessageContaining("only the backends of Linux");
        }
    }
}
