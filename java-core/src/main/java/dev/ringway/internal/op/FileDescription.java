package dev.ringway.internal.op;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An open file description, in the words of open(2): what an fd shares with its duplicates.
///
/// The number of open handles may change on any thread; everything else is confined to the polling thread.
public final class FileDescription {
    private final boolean ours;
    private volatile int handles = 1;
    private boolean duplicated;
    private List<Handle> duplicates = List.of();
    private boolean reset;
    private boolean direct;
    private Waits waits;
    private @Nullable Retained retained;

    /// @param ours  whether Ringway made it, so that nobody else has it
    /// @param waits how its reads and writes wait, where they are attempted
    FileDescription(boolean ours, Waits waits) {
        this.ours = ours;
        this.waits = waits;
    }

    /// The same for a handle of another loop, which takes the place of the only one.
    FileDescription heir() {
        FileDescription heir = new FileDescription(ours, waits);
        heir.retained = retained;
        heir.reset = reset;
        heir.direct = direct;
        return heir;
    }

    /// Whether there has been more than one handle.
    boolean isDuplicated() {
        return duplicated;
    }

    /// Whether Ringway made it.
    boolean isOurs() {
        return ours;
    }

    /// Whether it may live on when one of its fds is closed.
    boolean mayOutliveClose() {
        return !ours || duplicated;
    }

    /// Owner: one more handle has it.
    synchronized void joined(Handle original, Handle twin) {
        if (duplicates.isEmpty()) {
            duplicates = new ArrayList<>(List.of(original));
        }
        duplicates.add(twin);
        duplicated = true;
        handles++;
    }

    /// Owner: close(2) is called for one of its handles.
    void gone(Handle handle) {
        if (duplicated) {
            duplicates.remove(handle);
        }
    }

    /// Owner: the handles that have it; none if there has only been one.
    List<Handle> duplicates() {
        return duplicates;
    }

    /// One handle fewer has it.
    synchronized void left() {
        handles--;
    }

    /// Whether no open handle has it any more.
    boolean isLeft() {
        return handles == 0;
    }

    /// Bytes that were taken from the stream and that nobody got; most streams never have any.
    Retained retained() {
        Retained bytes = retained;
        if (bytes == null) {
            bytes = new Retained();
            retained = bytes;
        }
        return bytes;
    }

    boolean hasRetained() {
        return retained != null && !retained.isEmpty();
    }

    /// The peer has reset the connection. The kernel says so once and then claims a clean end; we do not.
    void markReset() {
        reset = true;
    }

    boolean wasReset() {
        return reset;
    }

    /// It was opened with O_DIRECT.
    void markDirect() {
        direct = true;
    }

    boolean isDirect() {
        return direct;
    }

    Waits waits() {
        return waits;
    }

    /// It turned out to wait otherwise than it seemed.
    void waits(Waits otherwise) {
        waits = otherwise;
    }
}
