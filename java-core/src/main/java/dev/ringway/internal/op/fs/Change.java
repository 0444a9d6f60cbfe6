package dev.ringway.internal.op.fs;

import dev.ringway.internal.ffi.generated.Linux;
import java.nio.file.Path;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// What an event says.
///
/// @param mask `IN_…`
/// @param path what it is about; empty if that is everything
/// @param from where it was before, if that is known
public record Change(int mask, Path path, @Nullable Path from) {
    public static final int ACCESS = Linux.IN_ACCESS();
    public static final int MODIFY = Linux.IN_MODIFY();
    public static final int METADATA = Linux.IN_ATTRIB();
    public static final int CLOSE_WRITE = Linux.IN_CLOSE_WRITE();
    public static final int CLOSE_NOWRITE = Linux.IN_CLOSE_NOWRITE();
    public static final int OPEN = Linux.IN_OPEN();
    public static final int MOVED_FROM = Linux.IN_MOVED_FROM();
    public static final int MOVED_TO = Linux.IN_MOVED_TO();
    public static final int CREATE = Linux.IN_CREATE();
    public static final int DELETE = Linux.IN_DELETE();
    public static final int DELETE_SELF = Linux.IN_DELETE_SELF();
    public static final int MOVE_SELF = Linux.IN_MOVE_SELF();
    public static final int UNMOUNT = Linux.IN_UNMOUNT();
    public static final int OVERFLOW = Linux.IN_Q_OVERFLOW();
    public static final int DIRECTORY = Linux.IN_ISDIR();

    static final int ALL = ACCESS | MODIFY | METADATA | CLOSE_WRITE | CLOSE_NOWRITE | OPEN | MOVED_FROM | MOVED_TO
            | CREATE | DELETE | DELETE_SELF | MOVE_SELF;
    /// What following a tree needs to know of its directories.
    static final int STRUCTURE = CREATE | MOVED_FROM | MOVED_TO | DELETE | DELETE_SELF | MOVE_SELF;

    private static final int[] BITS = {
        ACCESS, MODIFY, METADATA, CLOSE_WRITE, CLOSE_NOWRITE, OPEN, MOVED_FROM, MOVED_TO, CREATE, DELETE, DELETE_SELF,
        MOVE_SELF, UNMOUNT, OVERFLOW, DIRECTORY
    };
    private static final String[] NAMES = {
        "accessed", "modified", "metadata changed", "closed after writing", "closed", "opened", "moved from",
        "moved into", "created", "deleted", "itself deleted", "itself moved", "unmounted", "overflow", "directory"
    };

    /// Whether it says one of these.
    public boolean has(int bits) {
        return (mask & bits) != 0;
    }

    @Override
    public String toString() {
        StringJoiner said = new StringJoiner(", ");
        for (int i = 0; i < BITS.length; i++) {
            if (has(BITS[i])) {
                said.add(NAMES[i]);
            }
        }
        return path + ": " + said + (from == null ? "" : ", from " + from);
    }
}
